// Direct and allocated cost of contracts, from the same answers every pivot comes from.
import { EVERYTHING } from '../../contracts/access.ts';
import type { Summary, SummaryQuery } from '../../contracts/http/costs.ts';
import type { Scope } from '../../contracts/access.ts';
import { minorOf, type Money } from '../../contracts/money.ts';
import { DAY_MS, periodOf } from '../../contracts/time.ts';
import type { Queryable } from '../../db/database.ts';
import { type DayNumber, dayNumberOf } from '../core/contract/days.ts';

export type Summaries = (query: SummaryQuery, scope: Scope) => Promise<Summary>;

export interface Cost {
  directMinor: bigint;
  allocatedMinor: bigint;
}
export const NO_COST: Cost = { directMinor: 0n, allocatedMinor: 0n };

export interface CostsRead {
  /** By code of the contract, or by month. */
  of: ReadonlyMap<string, Cost>;
  exchange: Summary['exchange'];
  notConverted: Money[];
  position: number;
}

const rangeOf = (fromDay: DayNumber, toDay: DayNumber): string => {
  const from = periodOf(fromDay * DAY_MS);
  const to = periodOf(toDay * DAY_MS);
  return from <= to ? `${from}..${to}` : to;
};

/** Whoever may see a contract sees all of its cost: a margin with part of it would be another number. */
async function read(
  summary: Summaries,
  query: SummaryQuery,
  key: 'contract' | 'period' | 'product',
): Promise<CostsRead> {
  const { rows, exchange, notConverted, position } = await summary(
    { ...query, by: key, values: 'as-posted' },
    EVERYTHING,
  );
  const of = new Map<string, Cost>();
  for (const { keys, direct, allocated } of rows) {
    const code = keys[key];
    if (typeof code !== 'string') continue;
    of.set(code, { directMinor: minorOf(direct) ?? 0n, allocatedMinor: minorOf(allocated) ?? 0n });
  }
  return { of, exchange, notConverted: notConverted.map(({ amount }) => amount), position };
}

interface CostQuestion {
  currency: string;
  fromDay: DayNumber;
  toDay: DayNumber;
}

const by = ({ currency, fromDay, toDay }: CostQuestion, filter?: string): SummaryQuery => ({
  by: '',
  period: rangeOf(fromDay, toDay),
  currency,
  ...(filter === undefined ? {} : { filter }),
});

export const costsOfContracts = (summary: Summaries, question: CostQuestion): Promise<CostsRead> =>
  read(summary, by(question), 'contract');
export const costsByMonth = (summary: Summaries, question: CostQuestion, contract: string): Promise<CostsRead> =>
  read(summary, by(question, `contract:${contract}`), 'period');
export const costsOfProducts = (summary: Summaries, question: CostQuestion): Promise<CostsRead> =>
  read(summary, by(question), 'product');

/** Of the first month with a fact that stands, the day of the first; what was earned before it can be set against no cost. */
const KNOWN_FROM = `
  SELECT greatest(min(f.occurred_on), (m.period || '-01')::date) AS day
  FROM (SELECT period FROM cost_fact f WHERE f.reversal_of IS NULL
          AND NOT EXISTS (SELECT FROM cost_fact r WHERE r.reversal_of = f.id) ORDER BY period LIMIT 1) m
  JOIN cost_fact f ON f.period = m.period WHERE f.reversal_of IS NULL
    AND NOT EXISTS (SELECT FROM cost_fact r WHERE r.reversal_of = f.id) GROUP BY m.period`;

/** The first day cost is known of, anybody's; `null` while nothing was posted. */
export async function costKnownFrom(db: Queryable): Promise<DayNumber | null> {
  const { rows } = await db.query<{ day: string }>(KNOWN_FROM);
  const day = rows[0]?.day;
  return day === undefined ? null : dayNumberOf(day);
}

export const sumCosts = (costs: Iterable<Cost>): Cost =>
  [...costs].reduce(
    (sum, cost) => ({
      directMinor: sum.directMinor + cost.directMinor,
      allocatedMinor: sum.allocatedMinor + cost.allocatedMinor,
    }),
    NO_COST,
  );
