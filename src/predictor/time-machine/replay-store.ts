// Runs of the time machine as the database has them: asked for, leased by the process that works on one, ended with a result.
import type { ModelMode } from '../../contracts/http/models.ts';
import type { Page } from '../../contracts/http/page.ts';
import type { Replay, ReplayQuery, ReplayResult } from '../../contracts/http/replays.ts';
import { Problem } from '../../contracts/problems.ts';
import type { EpochMs } from '../../contracts/time.ts';
import type { Queryable } from '../../db/database.ts';

export interface ReplayRow {
  id: bigint;
  rule_id: number | null;
  rule_version: number | null;
  model: string | null;
  model_id: number | null;
  model_version: number | null;
  mode: ModelMode | null;
  from_at: Date;
  to_at: Date;
  state: Replay['state'];
  done: number;
  total: number;
  asked_by: string;
  asked_at: Date;
  finished_at: Date | null;
  result: ReplayResult | null;
  error: string | null;
}

export interface Asked {
  ruleId: number | null;
  ruleVersion: number | null;
  model: string | null;
  modelId: number | null;
  mode: ModelMode | null;
  fromMs: EpochMs;
  toMs: EpochMs;
  askedBy: string;
  atMs: EpochMs;
}

const DEFAULT_LIMIT = 50;

const SELECT = `
  SELECT id, rule_id, rule_version, model, model_id, (SELECT version FROM model m WHERE m.id = r.model_id) AS model_version, mode,
    from_at, to_at, state, done, total, asked_by, asked_at, finished_at, error`;

const toReplay = (row: ReplayRow): Replay => ({
  id: Number(row.id),
  rule: row.rule_id,
  version: row.rule_version,
  model: row.model,
  modelId: row.model_id,
  modelVersion: row.model_version,
  from: row.from_at.toISOString(),
  to: row.to_at.toISOString(),
  state: row.state,
  done: row.done,
  total: row.total,
  askedBy: row.asked_by,
  askedAt: row.asked_at.toISOString(),
  finishedAt: row.finished_at?.toISOString() ?? null,
  error: row.error,
  result: row.result,
});

export async function readReplay(db: Queryable, id: number): Promise<Replay | null> {
  const row = (await db.query<ReplayRow>(`${SELECT}, result FROM replay_run r WHERE id = $1`, [id])).rows[0];
  return row === undefined ? null : toReplay(row);
}

/** Newest first, without their results. */
export async function listReplays(
  db: Queryable,
  { rule, model, modelId, cursor, limit = DEFAULT_LIMIT }: ReplayQuery,
): Promise<Page<Replay>> {
  if (cursor !== undefined && !/^\d{1,15}$/.test(cursor)) {
    throw new Problem('validation-failed', 'cursor: send `next` of the page before, or none for the first page');
  }
  const { rows } = await db.query<ReplayRow>(
    `${SELECT}, NULL AS result FROM replay_run r
     WHERE ($1::integer IS NULL OR rule_id = $1) AND ($2::bigint IS NULL OR id < $2) AND ($4::text IS NULL OR model = $4)
       AND ($5::integer IS NULL OR model_id = $5) ORDER BY id DESC LIMIT $3`,
    [rule ?? null, cursor ?? null, limit + 1, model ?? null, modelId ?? null],
  );
  const items = rows.slice(0, limit).map(toReplay);
  return { items, next: rows.length > limit ? String(items.at(-1)?.id) : null };
}

export async function waitingReplays(db: Queryable): Promise<number> {
  const text = "SELECT count(*)::integer AS n FROM replay_run WHERE state IN ('queued', 'running')";
  return (await db.query<{ n: number }>(text)).rows[0]?.n ?? 0;
}

export async function askReplay(db: Queryable, asked: Asked): Promise<number> {
  const { rows } = await db.query<{ id: bigint }>(
    `INSERT INTO replay_run (rule_id, rule_version, model, model_id, mode, from_at, to_at, asked_by, asked_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id`,
    [
      asked.ruleId,
      asked.ruleVersion,
      asked.model,
      asked.modelId,
      asked.mode,
      new Date(asked.fromMs),
      new Date(asked.toMs),
      asked.askedBy,
      new Date(asked.atMs),
    ],
  );
  return Number(rows[0]?.id);
}

/** The oldest run that nobody works on, or whose worker has not been heard of for the lease. */
export async function leaseReplay(db: Queryable, leaseMs: number): Promise<ReplayRow | null> {
  const { rows } = await db.query<ReplayRow>(
    `UPDATE replay_run SET state = 'running', done = 0, leased_until = now() + make_interval(secs => $1)
     WHERE id = (SELECT id FROM replay_run WHERE state = 'queued' OR state = 'running' AND leased_until < now()
       ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING *, NULL::integer AS model_version`,
    [leaseMs / 1000],
  );
  return rows[0] ?? null;
}

/** False when the run was cancelled meanwhile. */
export async function renewReplay(
  db: Queryable,
  { id, done, total, leaseMs }: { id: bigint; done: number; total: number; leaseMs: number },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE replay_run SET done = $2, total = $3, leased_until = now() + make_interval(secs => $4)
     WHERE id = $1 AND state = 'running'`,
    [id, done, total, leaseMs / 1000],
  );
  return rowCount === 1;
}

export async function endReplay(
  db: Queryable,
  { id, result, error, atMs }: { id: bigint; result: ReplayResult | null; error: string | null; atMs: EpochMs },
): Promise<void> {
  await db.query(
    `UPDATE replay_run SET state = $2, result = $3, error = $4, finished_at = $5, leased_until = NULL, done = CASE WHEN $2 = 'finished'
       THEN total ELSE done END WHERE id = $1 AND state = 'running'`,
    [
      id,
      result === null ? 'failed' : 'finished',
      result === null ? null : JSON.stringify(result),
      error,
      new Date(atMs),
    ],
  );
}

/** False when it has ended already. */
export async function cancelReplay(db: Queryable, id: number, atMs: EpochMs): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE replay_run SET state = 'cancelled', finished_at = $2, leased_until = NULL
     WHERE id = $1 AND state IN ('queued', 'running')`,
    [id, new Date(atMs)],
  );
  return rowCount === 1;
}

/** Gives a run back that this process cannot finish. */
export async function releaseReplay(db: Queryable, id: bigint): Promise<void> {
  await db.query("UPDATE replay_run SET state = 'queued', leased_until = NULL WHERE id = $1 AND state = 'running'", [
    id,
  ]);
}
