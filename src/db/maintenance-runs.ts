// The book of maintenance runs: who may run a job now, that a run is still alive, and how it ended.
import { type EpochMs, HOUR_MS } from '../contracts/time.ts';
import type { Database, Queryable } from './database.ts';

const CLAIM_LOCK = 7_201_002;

export const SAY_ALIVE_MS = 30_000;
/** A run that has not said so for longer was cut off with its process. */
const CUT_OFF_MS = HOUR_MS / 6;

/** Runs kept of each job; older ones are forgotten. */
const RUNS_KEPT = 500;

/** Enters a run that nobody else has open, and returns its id. */
export function claimRun(database: Database, job: string, nowMs: EpochMs): Promise<bigint | undefined> {
  const now = new Date(nowMs);
  return database.transaction(async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [CLAIM_LOCK]);
    await tx.query(
      `UPDATE maintenance_run SET finished_at = $2, ok = false, detail = 'cut off: the process that ran it ended'
       WHERE job = $1 AND finished_at IS NULL AND coalesce(alive_at, started_at) < $3`,
      [job, now, new Date(nowMs - CUT_OFF_MS)],
    );
    await tx.query(
      `DELETE FROM maintenance_run WHERE job = $1 AND id <= (
         SELECT id FROM maintenance_run WHERE job = $1 ORDER BY id DESC OFFSET $2 LIMIT 1)`,
      [job, RUNS_KEPT],
    );
    const { rows } = await tx.query<{ id: bigint }>(
      `INSERT INTO maintenance_run (job, started_at, alive_at)
       SELECT $1, $2, $2 WHERE NOT EXISTS (SELECT 1 FROM maintenance_run WHERE job = $1 AND finished_at IS NULL)
       RETURNING id`,
      [job, now],
    );
    return rows[0]?.id;
  });
}

export async function sayAlive(db: Queryable, id: bigint, nowMs: EpochMs): Promise<void> {
  await db.query('UPDATE maintenance_run SET alive_at = $2 WHERE id = $1', [id, new Date(nowMs)]);
}

export async function endRun(
  db: Queryable,
  id: bigint,
  nowMs: EpochMs,
  outcome: { state: 'done' | 'failed'; detail: string },
): Promise<void> {
  await db.query('UPDATE maintenance_run SET finished_at = $2, ok = $3, detail = $4 WHERE id = $1', [
    id,
    new Date(nowMs),
    outcome.state === 'done',
    outcome.detail,
  ]);
}
