// What jobs that are open are likely to cost yet: what finished jobs of the same product and kind cost on average in the year before,
// less what is posted on them already.
import type { Scope } from '../../contracts/access.ts';
import type { Dimension } from '../../contracts/costs.ts';
import type { EpochMs } from '../../contracts/time.ts';
import { DAY_MS } from '../../contracts/time.ts';
import type { Queryable } from '../../db/database.ts';
import type { DimensionFilters } from '../core/cost-query.ts';
import type { ValueMappings } from '../core/value-mapping.ts';
import { conditionOf } from '../dimension-columns.ts';
import { JOBS } from '../maintenance-jobs.ts';

export interface Commitment {
  minor: bigint;
  jobs: number;
  /** Finished jobs that the averages are of. */
  pastJobs: number;
  /** Open jobs with no finished job like them, or whose cost is in another currency: not in the amount. */
  unknown: number;
}

const NOTHING: Commitment = { minor: 0n, jobs: 0, pastJobs: 0, unknown: 0 };
const YEAR_MS = 365 * DAY_MS;

/** Of a line for these no job is wholly a part. */
const NOT_OF_JOBS = ['element', 'pool', 'period'];

const OPEN = (condition: string): string => `
  WITH past AS (
    SELECT w.product, w.kind, count(DISTINCT w.id)::integer AS jobs, sum(f.amount_minor) / count(DISTINCT w.id) AS mean
    FROM work_order w JOIN cost_fact f ON f.work_order_id = w.id AND f.pool IS NULL AND f.currency = $1
    WHERE w.completed_at > $2 AND w.completed_at <= $3 GROUP BY w.product, w.kind
  ), open AS (
    SELECT w.product, w.kind, coalesce((SELECT sum(f.amount_minor) FROM cost_fact f
      WHERE f.work_order_id = w.id AND f.pool IS NULL AND f.currency = $1), 0) AS posted
    FROM (SELECT * FROM ${JOBS} WHERE state NOT IN ('completed', 'reviewed', 'closed', 'cancelled') AND opened_at <= $3
      ${condition}) w
  )
  SELECT count(*)::integer AS jobs, (count(*) FILTER (WHERE p.mean IS NULL))::integer AS unknown,
    coalesce(round(sum(greatest(0, p.mean - o.posted))), 0)::bigint AS minor,
    coalesce((SELECT sum(q.jobs) FROM past q WHERE EXISTS (SELECT FROM open x WHERE x.product = q.product AND x.kind = q.kind)), 0)::integer
      AS "pastJobs"
  FROM open o LEFT JOIN past p ON p.product = o.product AND p.kind = o.kind`;

export interface CommitmentQuestion {
  currency: string;
  scope: Scope;
  nowMs: EpochMs;
  mappings: ValueMappings;
}

export async function commitmentOf(
  db: Queryable,
  filters: DimensionFilters,
  { currency, scope, nowMs, mappings }: CommitmentQuestion,
): Promise<Commitment> {
  if (NOT_OF_JOBS.some((dimension) => filters[dimension as Dimension] !== undefined)) return NOTHING;
  const { sql, values } = conditionOf(filters, scope, 3, mappings);
  const asked = [currency, new Date(nowMs - YEAR_MS), new Date(nowMs), ...values];
  return (await db.query<Commitment>(OPEN(sql), asked)).rows[0] ?? NOTHING;
}
