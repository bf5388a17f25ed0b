// What the run in force of a period placed, by pool and by the dimensions a true-up is told in; and the true-up as it is stored.
import type { TrueUp } from '../contracts/http/periods.ts';
import { moneyOf } from '../contracts/money.ts';
import type { Period } from '../contracts/time.ts';
import type { Queryable } from '../db/database.ts';
import type { PlacedAmount, TrueUpLine } from './core/close/true-up.ts';

/** Lines of one dimension that are kept; pools too, those with the largest differences first. */
export const TRUE_UP_LINES = 200;

/** Columns of the amounts that are told apart, each by itself. */
const BY = {
  pool: 'a.pool',
  element: 'a.element',
  product: 'c.product',
  customer: 'c.customer',
  region: 'c.region',
  'contract-type': 'c.contract_type',
} as const;

const columns = Object.entries(BY);
const pick = (value: (dimension: string, column: string) => string): string =>
  `CASE ${columns.map(([dimension, column]) => `WHEN GROUPING(${column}) = 0 THEN ${value(dimension, column)}`).join(' ')} END`;

const PLACED = `
  SELECT ${pick((dimension) => `'${dimension}'`)} AS dimension, ${pick((_, column) => column)} AS value,
         a.currency, sum(placed.amount_minor)::bigint AS amount
  FROM allocation_run r JOIN allocation_result a ON a.run_id = r.id
  CROSS JOIN LATERAL unnest(a.receiver_ids, a.amounts_minor) AS placed (receiver_id, amount_minor)
  JOIN cost_receiver c ON c.id = placed.receiver_id
  WHERE r.period = $1 AND r.superseded_at IS NULL
  GROUP BY GROUPING SETS (${columns.map(([, column]) => `(${column}, a.currency)`).join(', ')})`;

export async function placedAmounts(db: Queryable, period: Period): Promise<PlacedAmount[]> {
  const { rows } = await db.query<Omit<PlacedAmount, 'amountMinor'> & { amount: bigint }>(PLACED, [period]);
  return rows.map(({ amount, ...row }) => ({ ...row, amountMinor: amount }));
}

export const toTrueUp = ({ dimension, value, currency, provisionalMinor, finalMinor }: TrueUpLine): TrueUp => ({
  dimension,
  value,
  provisional: moneyOf(provisionalMinor, currency),
  final: moneyOf(finalMinor, currency),
  difference: moneyOf(finalMinor - provisionalMinor, currency),
});
