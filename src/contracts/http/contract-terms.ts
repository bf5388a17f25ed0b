// What a service contract says beyond its period and customer: what the price is for, what is included, what other work costs, and
// amendments by date. A field that is left out is not agreed.
import { Type, type Static } from 'typebox';
import { WrittenMoney } from '../money.ts';
import { WORDS_PATTERN } from '../text.ts';
import { Choice, DayTold, Instant, Nullable } from './page.ts';

export const CONTRACT_TYPES = [
  'full-service',
  'labour-only',
  'parts-only',
  'pm-only',
  'time-and-materials',
  'usage-based',
  'uptime',
] as const;
export type ContractType = (typeof CONTRACT_TYPES)[number];

/** The price is for the whole term, a year, a month, or a unit of use. */
export const PRICE_PER = ['term', 'year', 'month', 'unit'] as const;
export type PricePer = (typeof PRICE_PER)[number];

/** Drivers from telemetry that use is counted by. */
export const USAGE_DRIVERS = ['scan-hours', 'scan-count', 'exposures', 'treatments'] as const;
export type UsageDriver = (typeof USAGE_DRIVERS)[number];

const Amount = Type.Number({ exclusiveMinimum: 0, maximum: 1_000_000 });

/** Included in a contract year. */
export const Included = Type.Object({
  visits: Nullable(Amount),
  hours: Nullable(Amount),
  parts: Nullable(WrittenMoney),
});
/** Work that is not covered is billed by it; what is null is billed at cost. */
export const Tariff = Type.Object({
  perHour: Nullable(WrittenMoney),
  perVisit: Nullable(WrittenMoney),
  partsMarkupPercent: Type.Number({ minimum: 0, maximum: 1_000 }),
});

const FIELDS = {
  type: Choice(CONTRACT_TYPES),
  price: WrittenMoney,
  pricePer: Type.Optional(Choice(PRICE_PER)),
  usageDriver: Type.Optional(Nullable(Choice(USAGE_DRIVERS))),
  included: Type.Optional(Included),
  tariff: Type.Optional(Tariff),
  responseHours: Nullable(Type.Number({ exclusiveMinimum: 0 })),
  /** A failure that takes longer owes a penalty for the rest. */
  restorationHours: Nullable(Type.Number({ exclusiveMinimum: 0 })),
  /** Share of a contract year's hours all devices are up; downtime beyond it owes a penalty, no hour twice. */
  uptimeTarget: Nullable(Type.Number({ minimum: 0, maximum: 1 })),
  penaltyPerHour: WrittenMoney,
  /** Penalties of a contract year end here. */
  penaltyCap: Type.Optional(Nullable(WrittenMoney)),
} as const;
/** What an amendment may change. */
export const Terms = Type.Object(FIELDS);
export type Terms = Static<typeof Terms>;

export const NewAmendment = Type.Object({
  effectiveFrom: DayTold('From this day on; after the first day of the contract, not after its last'),
  changes: Type.Partial(Terms),
  note: Type.String({ pattern: WORDS_PATTERN, maxLength: 500 }),
});
export type NewAmendment = Static<typeof NewAmendment>;

export const Amendment = Type.Interface([NewAmendment], {
  /** Everything that holds from that day on. */
  terms: Terms,
  actor: Type.String(),
  recordedAt: Instant,
});
export type Amendment = Static<typeof Amendment>;
