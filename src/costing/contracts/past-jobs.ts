// Finished jobs of products with what they cost, as draws take them: of each product the newest ones, whoever's contract they were for.
import { boundsOf, type EpochMs, HOUR_MS, periodOf } from '../../contracts/time.ts';
import type { Queryable } from '../../db/database.ts';
import { workKindOf } from '../core/contract/coverage.ts';
import { JOB_ELEMENTS, type PastJob } from '../core/contract/simulation.ts';
import { labourMs } from './labour-time.ts';

export interface KnownJob extends PastJob {
  product: string;
  component: string | null;
  contract: string | null;
  completedAtMs: EpochMs;
  /** What it ended the life of its component by; null: it ended none. */
  ended: 'failure' | 'replacement' | null;
}

/** Newest jobs of a product that are drawn from; more would say what these say. */
const JOBS_LIMIT = 2_000;

interface Row {
  product: string;
  component: string | null;
  failed: boolean;
  contract: string | null;
  kind: string;
  confirmed: boolean;
  on_site: boolean;
  downtime_minutes: number;
  completed_at: Date;
  labour_ms: string | null;
  costs: Record<string, number> | null;
}

const JOBS = `
  SELECT w.product, coalesce(k.component, w.component) AS component, k.work_order_id IS NOT NULL AS failed, w.contract, w.kind, coalesce(w.finding_confirmed, false) AS confirmed,
    w.service_type = 'on-site' AS on_site, w.downtime_minutes, w.completed_at, f.labour_ms, f.costs
  FROM unnest($1::text[]) asked(product) CROSS JOIN LATERAL (
    SELECT * FROM work_order w WHERE w.product = asked.product AND w.completed_at <= $2 AND w.state <> 'cancelled'
    ORDER BY w.completed_at DESC, w.id LIMIT $4) w
  LEFT JOIN known_failure k ON k.work_order_id = w.id
  LEFT JOIN LATERAL (
    SELECT sum(labour)::text AS labour_ms, jsonb_object_agg(element, amount) AS costs
    FROM (SELECT element, sum(amount_minor) AS amount, sum(${labourMs('cost_fact')}) FILTER (WHERE source_type = 'labour') AS labour
          FROM cost_fact WHERE work_order_id = w.id AND pool IS NULL AND currency = $3 GROUP BY element) e) f ON true
  ORDER BY w.product, w.completed_at, w.id`;

/** As lives are told: a known failure ends one, and a confirmed finding on a prognosis ends one before it failed. */
function endOf({ kind, confirmed, component, failed }: Row): KnownJob['ended'] {
  if (failed) return 'failure';
  return kind === 'predictive' && confirmed && component !== null ? 'replacement' : null;
}

function jobOf(row: Row): KnownJob {
  const kind = workKindOf(row.kind, row.confirmed);
  return {
    product: row.product,
    component: row.component,
    contract: row.contract,
    completedAtMs: row.completed_at.getTime(),
    kind,
    ended: endOf(row),
    minor: Float64Array.from(JOB_ELEMENTS, (element) => row.costs?.[element] ?? 0),
    visits: row.on_site ? 1 : 0,
    labourHours: Number(row.labour_ms ?? 0) / HOUR_MS,
    downtimeMinutes: row.kind === 'corrective' ? row.downtime_minutes : 0,
  };
}

export async function readPastJobs(
  db: Queryable,
  products: readonly string[],
  { currency, nowMs }: { currency: string; nowMs: EpochMs },
): Promise<KnownJob[]> {
  const { rows } = await db.query<Row>(JOBS, [products, new Date(nowMs), currency, JOBS_LIMIT]);
  return rows.map(jobOf);
}

/** From the first of the month the first job of all was finished in: before it nobody wrote jobs down, which is not a time without any. */
export async function jobsKeptSince(db: Queryable, nowMs: EpochMs): Promise<EpochMs> {
  const { rows } = await db.query<{ first: Date | null }>(
    'SELECT min(completed_at) AS first FROM work_order WHERE completed_at <= $1',
    [new Date(nowMs)],
  );
  const first = rows[0]?.first ?? null;
  return first === null ? nowMs : boundsOf(periodOf(first.getTime())).fromMs;
}
