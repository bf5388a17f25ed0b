// Deletes readings past their keep: a chunk at once where everything in it is past, else the readings of the products and
// metrics that are. What an open alert rests on stays until the alert is resolved; what is not in the rollups yet, too.
import { DAY_MS, type EpochMs } from '../contracts/time.ts';
import { type KeepGroup, keepGroups, pastKeep, type ProductKeep } from './core/retention.ts';
import type { Database, Queryable, Transaction } from './database.ts';
import { withinLockLimit } from './lock-limit.ts';

export interface Keep {
  /** Readings older than this are deleted unless their product or metric says otherwise; absent: kept for ever. */
  retainDays?: number | undefined;
  /** Hourly and daily rollups older than this are deleted; absent: kept for ever. */
  retainRollupDays?: number | undefined;
}

/** Devices whose readings one statement deletes. */
const DEVICES_PER_STEP = 200;

interface Chunk {
  from: Date;
  to: Date;
  /** Every hour of it is in the rollups. */
  is_rolled: boolean;
  /** Devices with an open alert that rests on readings in it. */
  evidence: number[];
}

interface Done {
  dropped: number;
  deleted: number;
  postponed: number;
}

export async function retainReadings(
  database: Database,
  { retainDays, retainRollupDays }: Keep,
  nowMs: EpochMs,
  signal: AbortSignal,
): Promise<string> {
  const groups = keepGroups(await productKeeps(database), retainDays ?? null);
  const done: Done = { dropped: 0, deleted: 0, postponed: 0 };
  for (const chunk of await chunksOf(database)) {
    if (signal.aborted) break;
    const past = pastKeep(groups, chunk.to.getTime(), nowMs);
    if (past.length === 0) continue;
    const isWhole = past.length === groups.length && chunk.evidence.length === 0;
    if (!chunk.is_rolled) done.postponed += 1;
    else if (!isWhole) done.deleted += await deletePast(database, chunk, past, signal);
    else if (await withinLockLimit(database, (tx) => dropChunk(tx, chunk))) done.dropped += 1;
    else done.postponed += 1;
  }
  const rollups = retainRollupDays === undefined ? '' : `, ${await dropRollups(database, retainRollupDays, nowMs)}`;
  const waiting = done.postponed === 0 ? '' : `, ${done.postponed} chunks wait for the next run`;
  return `${done.dropped} chunks dropped, ${done.deleted} readings deleted${waiting}${rollups}`;
}

async function productKeeps(db: Queryable): Promise<ProductKeep[]> {
  const { rows } = await db.query<{ product: string; days: number | null; metrics: Record<string, number> | null }>(
    `SELECT p.code AS product, (p.definition->>'retainDays')::integer AS days,
       (SELECT jsonb_object_agg(m.id, said->'retainDays')
        FROM jsonb_array_elements(p.definition->'metrics') said JOIN metric m ON m.code = said->>'code'
        WHERE said ? 'retainDays') AS metrics
     FROM product p ORDER BY p.code`,
  );
  return rows.map(({ product, days, metrics }) => ({
    product,
    days,
    metrics: new Map(Object.entries(metrics ?? {}).map(([id, own]) => [Number(id), own])),
  }));
}

/** Oldest first. */
async function chunksOf(db: Queryable): Promise<Chunk[]> {
  const { rows } = await db.query<Chunk>(
    `SELECT range_start AS from, range_end AS to,
       range_end <= (SELECT rolled_to FROM reading_rollup_state)
         AND NOT EXISTS (SELECT FROM reading_late WHERE hour >= range_start AND hour < range_end) AS is_rolled,
       ARRAY(SELECT DISTINCT device_id FROM alert WHERE state NOT IN ('resolved', 'closed')
         AND window_from < range_end AND window_to >= range_start) AS evidence
     FROM timescaledb_information.chunks WHERE hypertable_name = 'reading' ORDER BY range_start`,
  );
  return rows;
}

/** From here on the hours before it are told from the rollups alone. */
const noteDeletion = (tx: Transaction, { to }: Chunk): Promise<unknown> =>
  tx.query('UPDATE reading_rollup_state SET kept_from = $1 WHERE kept_from < $1', [to]);

async function dropChunk(tx: Transaction, chunk: Chunk): Promise<void> {
  await noteDeletion(tx, chunk);
  await tx.query("SELECT drop_chunks('reading', older_than => $2::timestamptz, newer_than => $1::timestamptz)", [
    chunk.from,
    chunk.to,
  ]);
}

async function deletePast(
  database: Database,
  chunk: Chunk,
  past: readonly KeepGroup[],
  signal: AbortSignal,
): Promise<number> {
  let deleted = 0;
  for (const { product, metricIds, isAllBut } of past) {
    const { rows } = await database.query<{ id: number }>(
      'SELECT id FROM device WHERE product_code = $1 AND id <> ALL ($2::int4[]) ORDER BY id',
      [product, chunk.evidence],
    );
    const devices = rows.map(({ id }) => id);
    for (let at = 0; at < devices.length && !signal.aborted; at += DEVICES_PER_STEP) {
      const some = devices.slice(at, at + DEVICES_PER_STEP);
      await withinLockLimit(database, async (tx) => {
        const { rowCount } = await tx.query(
          `DELETE FROM reading WHERE measured_at >= $1 AND measured_at < $2 AND device_id = ANY ($3::int4[])
             AND metric_id ${isAllBut ? '<> ALL' : '= ANY'} ($4::int4[])`,
          [chunk.from, chunk.to, some, metricIds],
        );
        if (rowCount > 0) await noteDeletion(tx, chunk);
        deleted += rowCount;
      });
    }
  }
  return deleted;
}

async function dropRollups(db: Queryable, days: number, nowMs: EpochMs): Promise<string> {
  const olderThan = new Date(nowMs - days * DAY_MS);
  let dropped = 0;
  for (const table of ['reading_hour', 'reading_day']) {
    const { rows } = await db.query(`SELECT drop_chunks('${table}', older_than => $1::timestamptz)`, [olderThan]);
    dropped += rows.length;
  }
  return `${dropped} chunks of rollups dropped`;
}
