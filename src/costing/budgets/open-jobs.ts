// What jobs that are open are likely to cost yet: what finished jobs of the same product and kind cost on average in the year before,
// less what is posted on them already.
import type { Scope } from '../../contracts/access.ts';
import type { EpochMs } from '../../contracts/time.ts';
import { DAY_MS } from '../../contracts/time.ts';
import type { Queryable } from '../../db/database.ts';
import type { DimensionFilters } from '../core/cost-query.ts';

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

/** Dimensions an open job has; of a line for others (an element, a pool) no job is wholly a part. */
const JOB_COLUMNS: Readonly<Record<string, string>> = {
  'product-line': 'w.product_line',
  product: 'w.product',
  device: 'd.code',
  component: 'w.component',
  customer: 'w.customer',
  'customer-group': 'w.customer_group',
  contract: 'w.contract',
  'contract-type': 'w.contract_type',
  'service-type': 'w.service_type',
  'maintenance-kind': 'w.kind',
  region: 'w.region',
  station: 'w.station',
};

const OPEN = `
  WITH past AS (
    SELECT w.product, w.kind, count(DISTINCT w.id)::integer AS jobs, sum(f.amount_minor) / count(DISTINCT w.id) AS mean
    FROM work_order w JOIN cost_fact f ON f.work_order_id = w.id AND f.pool IS NULL AND f.currency = $1
    WHERE w.completed_at > $2 AND w.completed_at <= $3 GROUP BY w.product, w.kind
  ), open AS (
    SELECT w.product, w.kind, coalesce((SELECT sum(f.amount_minor) FROM cost_fact f
      WHERE f.work_order_id = w.id AND f.pool IS NULL AND f.currency = $1), 0) AS posted
    FROM work_order w JOIN device d ON d.id = w.device_id
    WHERE w.state NOT IN ('completed', 'reviewed', 'closed', 'cancelled') AND w.opened_at <= $3
      AND ($4::text[] IS NULL OR w.region = ANY ($4)) AND ($5::text[] IS NULL OR w.customer = ANY ($5)) <conditions>
  )
  SELECT count(*)::integer AS jobs, (count(*) FILTER (WHERE p.mean IS NULL))::integer AS unknown,
    coalesce(round(sum(greatest(0, p.mean - o.posted))), 0)::bigint AS minor,
    coalesce((SELECT sum(q.jobs) FROM past q WHERE EXISTS (SELECT FROM open x WHERE x.product = q.product AND x.kind = q.kind)), 0)::integer
      AS "pastJobs"
  FROM open o LEFT JOIN past p ON p.product = o.product AND p.kind = o.kind`;

export async function commitmentOf(
  db: Queryable,
  filters: DimensionFilters,
  { currency, scope, nowMs }: { currency: string; scope: Scope; nowMs: EpochMs },
): Promise<Commitment> {
  const values: unknown[] = [currency, new Date(nowMs - YEAR_MS), new Date(nowMs), scope.regions, scope.customers];
  const conditions: string[] = [];
  for (const [dimension, code] of Object.entries(filters)) {
    const column = JOB_COLUMNS[dimension];
    if (column === undefined) return NOTHING;
    values.push(code);
    conditions.push(`AND ${column} = $${values.length}`);
  }
  const { rows } = await db.query<Commitment>(OPEN.replace('<conditions>', conditions.join(' ')), values);
  return rows[0] ?? NOTHING;
}
