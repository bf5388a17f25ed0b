// Compresses what is old enough, chunk by chunk: readings and their hourly rollups. A chunk that got late readings after
// it was compressed is compressed again.
import type { Database, Queryable } from './database.ts';
import { withinLockLimit } from './lock-limit.ts';

const TABLES = ['reading', 'reading_hour'] as const;

/** Compressed, with rows that came later lying beside (TimescaleDB's chunk status bits: unordered 2, partial 8). */
const STALE_BITS = 2 | 8;

interface Waiting {
  chunk: string;
}

export async function compressReadings(database: Database, olderThan: Date, signal: AbortSignal): Promise<string> {
  if (!database.edition.compression) return 'skipped: this edition (Apache licence) lacks it';
  let done = 0;
  let busy = 0;
  for (const table of TABLES) {
    await enableCompression(database, table);
    for (const { chunk } of await waitingIn(database, table, olderThan)) {
      if (signal.aborted) break;
      if (await withinLockLimit(database, (tx) => tx.query('SELECT compress_chunk($1::regclass)', [chunk]))) done += 1;
      else busy += 1;
    }
  }
  return `${done} chunks compressed${busy === 0 ? '' : `, ${busy} were in use and wait for the next run`}`;
}

/** How many chunks are old enough and not (or no more wholly) compressed. */
export async function chunksToCompress(database: Database, olderThan: Date): Promise<number> {
  if (!database.edition.compression) return 0;
  const waiting = await Promise.all(TABLES.map((table) => waitingIn(database, table, olderThan)));
  return waiting.flat().length;
}

async function enableCompression(db: Queryable, table: string): Promise<void> {
  const { rows } = await db.query<{ compression_enabled: boolean }>(
    'SELECT compression_enabled FROM timescaledb_information.hypertables WHERE hypertable_name = $1',
    [table],
  );
  if (rows[0]?.compression_enabled === true) return;
  const time = table === 'reading' ? 'measured_at' : 'bucket';
  await db.query(
    `ALTER TABLE ${table} SET (timescaledb.compress, timescaledb.compress_segmentby = 'device_id, metric_id',
       timescaledb.compress_orderby = '${time}')`,
  );
}

async function waitingIn(db: Queryable, table: string, olderThan: Date): Promise<Waiting[]> {
  const { rows } = await db.query<Waiting>(
    `SELECT format('%I.%I', chunk_schema, chunk_name) AS chunk FROM timescaledb_information.chunks
     WHERE hypertable_name = $1 AND range_end < $2 AND (NOT is_compressed
       OR _timescaledb_functions.chunk_status(format('%I.%I', chunk_schema, chunk_name)::regclass) & ${STALE_BITS} <> 0)
     ORDER BY range_start`,
    [table, olderThan],
  );
  return rows;
}
