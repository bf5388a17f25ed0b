// Preventive against reactive: cost, jobs, downtime and cost per device-hour of both sides by month and by any dimension,
// what is neither side, and what prevention avoided.
import { Type, type Static } from 'typebox';
import { COST_ELEMENTS, DIMENSIONS } from '../costs.ts';
import { Currency, Money } from '../money.ts';
import { Text } from '../text.ts';
import { HOURS_BASES } from './cost-comparison.ts';
import { Filter, NotConverted, PeriodRange, UsedRate } from './costs.ts';
import { Choice, Nullable } from './page.ts';

/** `full`: direct cost and the shared cost allocated to it. */
export const VALUE_COSTS = ['full', 'direct'] as const;
export type ValueCost = (typeof VALUE_COSTS)[number];

export const ValueQuery = Type.Object({
  /** Dimensions to break the comparison down by; the months are always told. */
  by: Type.Optional(Type.String({ maxLength: 200 })),
  period: Type.Optional(PeriodRange),
  currency: Type.Optional(Currency),
  filter: Type.Optional(Filter),
  /** `full` when absent. */
  cost: Type.Optional(Choice(VALUE_COSTS)),
});
export type ValueQuery = Static<typeof ValueQuery>;

/** One side of the comparison; its n = jobs completed in the time. */
export const ValueSide = Type.Object({
  cost: Money,
  /** Its parts in the order of the elements; they add up to `cost`. */
  byElement: Type.Array(Type.Object({ element: Choice(COST_ELEMENTS), cost: Money })),
  jobs: Type.Integer(),
  downtimeHours: Type.Number(),
  costPerDeviceHour: Nullable(Money),
});
export type ValueSide = Static<typeof ValueSide>;

/** Installations, field changes, and shared cost of no kind of maintenance. */
export const ValueNeither = Type.Object({ cost: Money, jobs: Type.Integer() });
export type ValueNeither = Static<typeof ValueNeither>;

/** TP x (C_F - C_P) - FP x C_FP over predictive jobs completed in the span, with a known outcome. */
export const Avoidance = Type.Object({
  gross: Money,
  falseAlarmCost: Money,
  net: Money,
  truePositives: Type.Integer(),
  falsePositives: Type.Integer(),
  /** Outcome or estimate missing: left out of the sums above. */
  censored: Type.Integer(),
  /** Credits what findings confirmed alone; what was spent on every other predictive job is taken for needless. */
  conservative: Type.Object({
    net: Money,
    /** Its n: jobs whose finding confirmed what was predicted. */
    confirmed: Type.Integer(),
    /** Spent on jobs whose outcome nobody knows. */
    undecidedCost: Money,
  }),
});
export type Avoidance = Static<typeof Avoidance>;

/** What cost is divided by. Jobs' own dimensions (component, engineer) divide no device: each has the hours of all. */
export const ValueHours = Type.Object({
  hours: Type.Number(),
  basis: Choice(HOURS_BASES),
  /** They add up to the hours. */
  bySource: Type.Object({ operating: Type.Number(), heard: Type.Number(), installed: Type.Number() }),
  /** The most devices in any month. */
  devices: Type.Integer(),
});
export type ValueHours = Static<typeof ValueHours>;

const compared = {
  preventive: ValueSide,
  reactive: ValueSide,
  neither: ValueNeither,
  /** preventive + reactive + neither: the same as the pivot's. */
  total: Money,
  avoidance: Avoidance,
  deviceHours: ValueHours,
};

export const ValueGroup = Type.Object({
  keys: Type.Record(Type.String(), Nullable(Type.String())),
  labels: Type.Record(Type.String(), Text),
  ...compared,
});
export type ValueGroup = Static<typeof ValueGroup>;

/** Cost, jobs and avoidance of the months, and of the groups, add up to those of the whole span. */
export const MaintenanceValue = Type.Object({
  currency: Currency,
  costs: Choice(VALUE_COSTS),
  months: Type.Array(Type.Object({ period: Type.String(), ...compared })),
  by: Type.Array(Choice(DIMENSIONS)),
  /** The dearest first. */
  groups: Type.Array(ValueGroup),
  ...compared,
  exchange: Type.Array(UsedRate),
  notConverted: Type.Array(NotConverted),
});
export type MaintenanceValue = Static<typeof MaintenanceValue>;
