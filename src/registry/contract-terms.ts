// The terms of a contract as columns and back, and what contradicts itself in them.
import type { Terms } from '../contracts/http/contract-terms.ts';
import { type Money, moneyOf } from '../contracts/money.ts';
import { Problem } from '../contracts/problems.ts';
import { minorColumn } from './amounts.ts';

export interface TermsRow {
  type: Terms['type'];
  price_minor: bigint;
  price_per: NonNullable<Terms['pricePer']>;
  usage_driver: NonNullable<Terms['usageDriver']> | null;
  currency: string;
  included_visits: number | null;
  included_hours: number | null;
  included_parts_minor: bigint | null;
  hour_price_minor: bigint | null;
  visit_price_minor: bigint | null;
  parts_markup_percent: number | null;
  response_hours: number | null;
  restoration_hours: number | null;
  uptime_target: number | null;
  penalty_per_hour_minor: bigint;
  penalty_cap_minor: bigint | null;
}

export const TERMS_COLUMNS = `t.type, t.price_minor, t.price_per, t.usage_driver, t.currency, t.included_visits, t.included_hours,
  t.included_parts_minor, t.hour_price_minor, t.visit_price_minor, t.parts_markup_percent, t.response_hours, t.restoration_hours,
  t.uptime_target, t.penalty_per_hour_minor, t.penalty_cap_minor`;

export function termsOf(row: TermsRow): Terms {
  const money = (minor: bigint | null): Money | null => (minor === null ? null : moneyOf(minor, row.currency));
  return {
    type: row.type,
    price: moneyOf(row.price_minor, row.currency),
    pricePer: row.price_per,
    usageDriver: row.usage_driver,
    included: { visits: row.included_visits, hours: row.included_hours, parts: money(row.included_parts_minor) },
    tariff: {
      perHour: money(row.hour_price_minor),
      perVisit: money(row.visit_price_minor),
      partsMarkupPercent: row.parts_markup_percent ?? 0,
    },
    responseHours: row.response_hours,
    restorationHours: row.restoration_hours,
    uptimeTarget: row.uptime_target,
    penaltyPerHour: moneyOf(row.penalty_per_hour_minor, row.currency),
    penaltyCap: money(row.penalty_cap_minor),
  };
}

/** Every amount of a contract is in the currency of its price. */
function refuseContradictions(terms: Terms): void {
  const amounts: readonly (readonly [string, Money | null | undefined])[] = [
    ['penaltyPerHour', terms.penaltyPerHour],
    ['penaltyCap', terms.penaltyCap],
    ['included.parts', terms.included?.parts],
    ['tariff.perHour', terms.tariff?.perHour],
    ['tariff.perVisit', terms.tariff?.perVisit],
  ];
  for (const [field, amount] of amounts) {
    if (amount && amount.currency !== terms.price.currency) {
      throw new Problem('refused', `${field}: a contract has one currency, that of its price`);
    }
  }
  if ((terms.pricePer === 'unit') !== (terms.usageDriver != null)) {
    throw new Problem('refused', 'usageDriver: a price per unit says what is counted, and no other price does');
  }
}

export function columnsOfTerms(terms: Terms): Record<string, unknown> {
  refuseContradictions(terms);
  const minor = (money: Money | null | undefined, field: string): bigint | null =>
    money ? minorColumn(money, field) : null;
  return {
    type: terms.type,
    price_minor: minorColumn(terms.price, 'price'),
    price_per: terms.pricePer ?? 'term',
    usage_driver: terms.usageDriver ?? null,
    currency: terms.price.currency,
    included_visits: terms.included?.visits ?? null,
    included_hours: terms.included?.hours ?? null,
    included_parts_minor: minor(terms.included?.parts, 'included.parts'),
    hour_price_minor: minor(terms.tariff?.perHour, 'tariff.perHour'),
    visit_price_minor: minor(terms.tariff?.perVisit, 'tariff.perVisit'),
    parts_markup_percent: terms.tariff?.partsMarkupPercent ?? null,
    response_hours: terms.responseHours,
    restoration_hours: terms.restorationHours,
    uptime_target: terms.uptimeTarget,
    penalty_per_hour_minor: minorColumn(terms.penaltyPerHour, 'penaltyPerHour'),
    penalty_cap_minor: minor(terms.penaltyCap, 'penaltyCap'),
  };
}
