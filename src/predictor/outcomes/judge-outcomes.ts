// Holds what models said against what happened, in the transaction of what happened, and once a horizon is over without anything.
import { type EpochMs, HOUR_MS } from '../../contracts/time.ts';
import type { Database, Queryable, Transaction } from '../../db/database.ts';
import { type EpisodeFacts, judgeEpisode } from '../core/scoring/judge-episode.ts';

interface Row {
  id: bigint;
  raised_at: Date;
  horizon_hours: number;
  minimum_lead_hours: number;
  job: bigint | null;
  confirmed: boolean | null;
  found_at: Date | null;
  acted_at: Date | null;
  failures: Date[] | null;
}

/**
 * Open episodes with what is known of them. The job is the alert's own, or a predictive one for the same thing: a shadow model is
 * judged by what the acting one's visit found. Acted without a finding: resolved by hand, or the component was seen to otherwise.
 */
const FACTS = `
  SELECT e.id, e.raised_at, e.horizon_hours, e.minimum_lead_hours, job.id AS job, job.finding_confirmed AS confirmed,
    job.completed_at AS found_at, least(resolved.at, other.at) AS acted_at,
    (SELECT array_agg(f.failed_at) FROM known_failure f WHERE f.device_id = e.device_id AND f.component = e.component
       AND f.failure_mode = e.failure_mode AND f.failed_at >= e.raised_at) AS failures
  FROM prediction_episode e
  LEFT JOIN LATERAL (
    SELECT w.id, w.finding_confirmed, w.completed_at FROM work_order w
    WHERE w.device_id = e.device_id AND w.completed_at >= e.raised_at AND (w.alert_id = e.alert_id OR w.kind = 'predictive'
      AND w.component = e.component AND w.failure_mode = e.failure_mode)
    ORDER BY w.completed_at LIMIT 1) job ON true
  LEFT JOIN LATERAL (
    SELECT min(c.at) AS at FROM alert_change c WHERE c.alert_id = e.alert_id AND c.change = 'resolve') resolved ON true
  LEFT JOIN LATERAL (
    SELECT min(w.completed_at) AS at FROM work_order w
    WHERE w.device_id = e.device_id AND w.component = e.component AND w.completed_at >= e.raised_at AND w.id <> coalesce(job.id, 0)
      AND (w.finding_confirmed OR w.kind IN ('preventive', 'installation', 'field-change'))) other ON true
  WHERE e.outcome IS NULL`;

const factsOf = ({ job, confirmed, found_at, acted_at, failures }: Row): EpisodeFacts => ({
  failuresMs: (failures ?? []).map((at) => at.getTime()),
  ...(job !== null && found_at !== null ? { finding: { isConfirmed: confirmed, atMs: found_at.getTime() } } : {}),
  ...(acted_at === null ? {} : { actedMs: acted_at.getTime() }),
});

async function judge(db: Queryable, rows: readonly Row[], nowMs: EpochMs): Promise<number> {
  let judgedRows = 0;
  for (const row of rows) {
    const { horizon_hours: horizonHours, minimum_lead_hours: minimumLeadHours } = row;
    const episode = { raisedMs: row.raised_at.getTime(), horizonHours, minimumLeadHours };
    const judged = judgeEpisode(episode, factsOf(row), nowMs);
    if (judged === null) continue;
    judgedRows += 1;
    await db.query(
      `UPDATE prediction_episode SET outcome = $2, basis = $3, judged_at = $4, failed_at = $5, lead_hours = $6, work_order_id = $7
       WHERE id = $1`,
      [
        row.id,
        judged.outcome,
        judged.basis,
        new Date(nowMs),
        judged.failedMs === null ? null : new Date(judged.failedMs),
        judged.leadHours,
        row.job,
      ],
    );
  }
  return judgedRows;
}

/** After a job of the device ended, or an alert of it was resolved by hand. */
export async function judgeDevice(tx: Transaction, device: string, nowMs: EpochMs): Promise<void> {
  const text = `${FACTS} AND e.device_id = (SELECT id FROM device WHERE code = $1) ORDER BY e.id FOR UPDATE OF e`;
  await judge(tx, (await tx.query<Row>(text, [device])).rows, nowMs);
}

const BATCH = 200;

/** Episodes whose horizon is over with nothing known are false alarms; returns how many were judged. */
export async function judgeOverdue(database: Database, nowMs: EpochMs, signal: AbortSignal): Promise<number> {
  let judged = 0;
  const text = `${FACTS} AND e.raised_at + make_interval(hours => ceil(e.horizon_hours)::integer) < $1 ORDER BY e.id LIMIT ${BATCH}
    FOR UPDATE OF e`;
  while (!signal.aborted) {
    const done = await database.transaction(async (tx) =>
      judge(tx, (await tx.query<Row>(text, [new Date(nowMs - HOUR_MS)])).rows, nowMs),
    );
    judged += done;
    if (done === 0) break;
  }
  return judged;
}

/**
 * A corrective job whose finding confirmed the failure makes it known for certain; of the component that has the mode found,
 * which need not be the one the job was opened for.
 */
export async function noteFailure(tx: Transaction, workOrderId: number): Promise<void> {
  await tx.query(
    `INSERT INTO known_failure (work_order_id, device_id, product_code, component, failure_mode, failed_at)
     SELECT w.id, w.device_id, d.product_code, place.component, found.mode, coalesce(w.failed_at, w.opened_at)
     FROM work_order w JOIN device d ON d.id = w.device_id JOIN product p ON p.code = d.product_code
     CROSS JOIN LATERAL (SELECT coalesce(w.finding_failure_mode, w.failure_mode) AS mode) found
     CROSS JOIN LATERAL (
       SELECT c->>'code' AS component FROM jsonb_array_elements(p.definition->'components') c,
         jsonb_array_elements(c->'failureModes') m
       WHERE m->>'code' = found.mode ORDER BY c->>'code' IS NOT DISTINCT FROM w.component DESC LIMIT 1) place
     WHERE w.id = $1 AND w.kind = 'corrective' AND w.finding_confirmed
     ON CONFLICT DO NOTHING`,
    [workOrderId],
  );
}
