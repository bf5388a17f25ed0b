// Trainings and evaluations as rows: one at a time over all processes, alive while its process says so, with how far it is.
import type { ModelKindName, ModelRun, ModelRunState } from '../../contracts/http/models.ts';
import { Problem } from '../../contracts/problems.ts';
import type { Text } from '../../contracts/text.ts';
import type { EpochMs } from '../../contracts/time.ts';
import type { Database, Queryable } from '../../db/database.ts';

/** A run whose process has not said so for this long was killed with it. */
const DEAD_AFTER_S = 60;
const LIST_LIMIT = 50;

interface Row {
  id: bigint;
  task: 'train' | 'evaluate';
  kind: ModelKindName;
  product_code: string | null;
  component: string | null;
  model_id: number | null;
  asked_by: string;
  asked_at: Date;
  state: ModelRunState;
  share: number;
  stage: string;
  ended_at: Date | null;
  detail_en: string | null;
  detail_zh: string | null;
}

const SELECT = `SELECT id, task, kind, product_code, component, model_id, asked_by, asked_at, state, share, stage, ended_at,
  detail_en, detail_zh FROM model_run`;

const toRun = (row: Row): ModelRun => ({
  id: Number(row.id),
  task: row.task,
  kind: row.kind,
  product: row.product_code,
  component: row.component,
  modelId: row.model_id,
  askedBy: row.asked_by,
  askedAt: row.asked_at.toISOString(),
  state: row.state,
  share: row.share,
  stage: row.stage,
  endedAt: row.ended_at?.toISOString() ?? null,
  detail: row.detail_en === null || row.detail_zh === null ? null : { en: row.detail_en, zh: row.detail_zh },
});

export interface NewRun {
  task: 'train' | 'evaluate';
  kind: ModelKindName;
  product: string | null;
  component: string | null;
  modelId: number | null;
  seed: number;
  actor: string;
  atMs: EpochMs;
}

/** Claims the one place there is; refused while another run is under way. */
export async function claimRun(database: Database, run: NewRun): Promise<ModelRun> {
  const { task, kind, product, component, modelId, seed, actor, atMs } = run;
  return database.transaction(async (tx) => {
    await tx.query(
      `UPDATE model_run SET state = 'failed', ended_at = clock_timestamp(), detail_en = $1, detail_zh = $2
       WHERE state = 'running' AND alive_at < clock_timestamp() - make_interval(secs => ${DEAD_AFTER_S})`,
      ['Its process ended before it was done; start it again', '执行进程中途退出，请重新开始'],
    );
    const { rows } = await tx.query<Row>(
      `INSERT INTO model_run (task, kind, product_code, component, model_id, seed, asked_by, asked_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING *`,
      [task, kind, product, component, modelId, seed, actor, new Date(atMs)],
    );
    if (rows[0] !== undefined) return toRun(rows[0]);
    const other = (await tx.query<Row>(`${SELECT} WHERE state = 'running'`)).rows[0];
    const what =
      other === undefined ? 'another one' : `run ${other.id} (${other.kind}, ${Math.round(other.share * 100)} %)`;
    throw new Problem(
      'refused',
      `One training or evaluation at a time: ${what} is under way; wait for it or cancel it`,
    );
  });
}

/** Says that the run lives and how far it is; true when somebody asked for its end. */
export async function reportRun(db: Queryable, id: number, share: number, stage: string): Promise<boolean> {
  const { rows } = await db.query<{ cancel: boolean }>(
    `UPDATE model_run SET alive_at = clock_timestamp(), share = $2, stage = $3 WHERE id = $1 AND state = 'running'
     RETURNING cancel_asked_by IS NOT NULL AS cancel`,
    [id, Math.min(1, Math.max(0, share)), stage],
  );
  // No row: it was taken for dead.
  return rows[0]?.cancel ?? true;
}

export interface RunEnd {
  state: Exclude<ModelRunState, 'running'>;
  modelId: number | null;
  detail: Text;
}

export async function endRun(db: Queryable, id: number, { state, modelId, detail }: RunEnd): Promise<void> {
  await db.query(
    `UPDATE model_run SET state = $2, model_id = coalesce($3, model_id), detail_en = $4, detail_zh = $5,
       share = CASE WHEN $2 = 'done' THEN 1 ELSE share END, ended_at = clock_timestamp() WHERE id = $1 AND state = 'running'`,
    [id, state, modelId, detail.en, detail.zh],
  );
}

export async function askForEnd(db: Queryable, id: number, actor: string): Promise<void> {
  await db.query(
    `UPDATE model_run SET cancel_asked_by = coalesce(cancel_asked_by, $2) WHERE id = $1 AND state = 'running'`,
    [id, actor],
  );
}

export async function oneRun(db: Queryable, id: number): Promise<ModelRun | null> {
  const row = (await db.query<Row>(`${SELECT} WHERE id = $1`, [id])).rows[0];
  return row ? toRun(row) : null;
}

/** The newest first. */
export async function listRuns(db: Queryable): Promise<ModelRun[]> {
  return (await db.query<Row>(`${SELECT} ORDER BY id DESC LIMIT ${LIST_LIMIT}`)).rows.map(toRun);
}
