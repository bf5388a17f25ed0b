// Shared cost of a month that nobody carries, pool by pool, with the reason: what the run kept, and what stands in pools that it
// has not seen. Elements are told apart, so that a credit hides nothing.
import type { UnallocatedPool } from '../contracts/http/allocation.ts';
import { moneyOf } from '../contracts/money.ts';
import type { Period } from '../contracts/time.ts';
import type { Queryable } from '../db/database.ts';
import { type RulesOfRun, whyUnallocated } from './core/unallocated.ts';
import { cycleFor } from './cycles.ts';
import { DRIVER_QUERIES } from './driver-queries.ts';
import { labellerFor } from './labels.ts';

interface KeptRow {
  pool: string;
  currency: string;
  amount: bigint;
  is_kept_by_run: boolean;
}

/** Of the month `$1`: cost by pool, element and currency that was placed nowhere. */
export const KEPT_IN_POOLS = `
  SELECT pool, element, currency, coalesce(t.amount_minor, 0) - coalesce(s.own_minor, 0) + coalesce(s.unallocated_minor, 0) AS amount,
         coalesce(t.amount_minor, 0) = coalesce(s.own_minor, 0) AS is_seen
  FROM (SELECT pool, element, currency, amount_minor FROM pool_total WHERE period = $1) t
  FULL JOIN (SELECT a.pool, a.element, a.currency, a.own_minor, a.unallocated_minor
             FROM allocation_run r JOIN allocation_result a ON a.run_id = r.id
             WHERE r.period = $1 AND r.superseded_at IS NULL) s USING (pool, element, currency)
  WHERE coalesce(t.amount_minor, 0) - coalesce(s.own_minor, 0) + coalesce(s.unallocated_minor, 0) <> 0`;

async function rulesOf(db: Queryable, period: Period): Promise<RulesOfRun | null> {
  const cycle = await cycleFor(db, period);
  if (!cycle) return null;
  const { rows } = await db.query<{ loops: string[][] }>(
    'SELECT loops FROM allocation_run WHERE period = $1 AND superseded_at IS NULL',
    [period],
  );
  return { ...cycle, loops: rows[0]?.loops ?? [] };
}

/** In order of pool and currency; nothing when all of it is carried by somebody. */
export async function readUnallocated(db: Queryable, period: Period): Promise<UnallocatedPool[]> {
  const { rows } = await db.query<KeptRow>(
    `SELECT pool, currency, sum(amount)::bigint AS amount, bool_and(is_seen) AS is_kept_by_run FROM (${KEPT_IN_POOLS}) kept
     GROUP BY pool, currency ORDER BY pool, currency`,
    [period],
  );
  if (rows.length === 0) return [];
  const rules = await rulesOf(db, period);
  const label = await labellerFor(
    db,
    ['pool'],
    rows.map(({ pool }) => ({ pool })),
  );
  return rows.map(({ pool, currency, amount, is_kept_by_run: isKeptByRun }) => ({
    pool,
    label: label('pool', pool),
    amount: moneyOf(amount, currency),
    ...whyUnallocated({ pool, isKeptByRun }, rules, (driver) => DRIVER_QUERIES[driver].name),
  }));
}
