// The upkeep of the readings: rollups refreshed, old chunks compressed, readings past their keep dropped. In small
// steps, because the embedded edition does nothing else meanwhile.
import { type Clock, DAY_MS, HOUR_MS } from '../contracts/time.ts';
import type { Database } from './database.ts';
import type { MaintenanceJob } from './maintenance.ts';

export interface ReadingUpkeep {
  clock: Clock;
  /** Chunks older than this are compressed where the edition can. */
  compressAfterDays: number;
  /** Readings older than this are dropped; absent: kept for ever. */
  retainDays?: number | undefined;
}

const ROLLUPS = [
  { view: 'reading_hourly', bucketMs: HOUR_MS },
  { view: 'reading_daily', bucketMs: DAY_MS },
] as const;

/** Span of one refresh statement. */
const REFRESH_STEP_MS = 28 * DAY_MS;

const APACHE_REASON = 'skipped: this edition (Apache licence) lacks it';

export function readingMaintenance({ clock, compressAfterDays, retainDays }: ReadingUpkeep): MaintenanceJob[] {
  return [
    {
      name: 'refresh-rollups',
      schedule: '*/10 * * * *',
      run: (database) => refreshRollups(database, clock.now()),
    },
    {
      name: 'compress-readings',
      schedule: '17 2 * * *',
      run: (database) => compressReadings(database, new Date(clock.now() - compressAfterDays * DAY_MS)),
    },
    {
      name: 'retain-readings',
      schedule: '47 2 * * *',
      run: async (database) =>
        retainDays === undefined
          ? 'skipped: readings are kept for ever'
          : dropReadings(database, new Date(clock.now() - retainDays * DAY_MS)),
    },
  ];
}

/** Brings the rollups up to the last full bucket. Only what changed since is computed; the newest is always live. */
async function refreshRollups(database: Database, nowMs: number): Promise<string> {
  if (!database.edition.continuousAggregates) return `${APACHE_REASON}; rollups are computed when read`;
  const { rows } = await database.query<{ first: Date | null; last: Date | null }>(
    `SELECT min(range_start) AS first, max(range_end) AS last
     FROM timescaledb_information.chunks WHERE hypertable_name = 'reading'`,
  );
  // From the oldest chunk that is left: a refresh over dropped readings would drop their rollups too.
  const firstMs = rows[0]?.first?.getTime();
  const lastMs = rows[0]?.last?.getTime();
  if (firstMs === undefined || lastMs === undefined) return 'no readings yet';
  let steps = 0;
  for (const { view, bucketMs } of ROLLUPS) {
    const endMs = Math.floor(Math.min(nowMs, lastMs) / bucketMs) * bucketMs;
    for (let fromMs = firstMs; fromMs + bucketMs <= endMs; fromMs += REFRESH_STEP_MS) {
      const toMs = Math.min(fromMs + REFRESH_STEP_MS, endMs);
      await database.query(`CALL refresh_continuous_aggregate('${view}', $1::timestamptz, $2::timestamptz)`, [
        new Date(fromMs),
        new Date(toMs),
      ]);
      steps += 1;
    }
  }
  return `refreshed in ${steps} steps`;
}

async function compressReadings(database: Database, olderThan: Date): Promise<string> {
  if (!database.edition.compression) return APACHE_REASON;
  const { rows: tables } = await database.query<{ compression_enabled: boolean }>(
    "SELECT compression_enabled FROM timescaledb_information.hypertables WHERE hypertable_name = 'reading'",
  );
  if (tables[0]?.compression_enabled !== true) {
    await database.query(
      `ALTER TABLE reading SET (timescaledb.compress, timescaledb.compress_segmentby = 'device_id, metric_id',
         timescaledb.compress_orderby = 'measured_at')`,
    );
  }
  const { rows: chunks } = await database.query<{ chunk: string }>(
    `SELECT format('%I.%I', chunk_schema, chunk_name) AS chunk FROM timescaledb_information.chunks
     WHERE hypertable_name = 'reading' AND NOT is_compressed AND range_end < $1 ORDER BY range_start`,
    [olderThan],
  );
  for (const { chunk } of chunks) await database.query('SELECT compress_chunk($1::regclass)', [chunk]);
  return `${chunks.length} chunks compressed`;
}

async function dropReadings(database: Database, olderThan: Date): Promise<string> {
  const { rows } = await database.query("SELECT drop_chunks('reading', older_than => $1::timestamptz)", [olderThan]);
  return `${rows.length} chunks dropped`;
}
