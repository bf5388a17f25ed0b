// What the database room can say about itself: its edition and promise, how maintenance went, how far consumers are.
import type { System } from '../contracts/http/system.ts';
import type { Text } from '../contracts/text.ts';
import { isoOf } from '../contracts/time.ts';
import type { Database, Queryable } from './database.ts';
import type { Edition } from './edition.ts';
import type { ScheduledJob } from './maintenance.ts';

/** What survives what, in one sentence for the System page. */
const PROMISES: Readonly<Record<Edition['kind'], Text>> = {
  embedded: {
    en:
      'A killed process loses nothing that was committed; a power cut loses nothing the disk itself promised to keep; ' +
      'one connection. For evaluation and one small site.',
    zh:
      '进程被强制结束时，已提交的数据不会丢失；断电时，磁盘自身承诺保存的数据不会丢失；仅一个连接。' +
      '适用于试用和单一小型站点。',
  },
  server: {
    en: 'What was committed survives a kill and a power cut (fsync, full_page_writes and synchronous_commit are on).',
    zh: '已提交的数据在进程被强制结束或断电后都不会丢失（fsync、full_page_writes、synchronous_commit 均已开启）。',
  },
};

/** More events than this behind are not counted. */
const LAG_LIMIT = 10_000;

interface RunRow {
  job: string;
  started_at: Date | null;
  finished_at: Date | null;
  ok: boolean | null;
  detail: string | null;
}

async function maintenanceOf(db: Queryable, jobs: readonly ScheduledJob[]): Promise<System['maintenance']> {
  const { rows } = await db.query<RunRow>(
    `SELECT j.job, r.started_at, r.finished_at, r.ok, r.detail FROM unnest($1::text[]) WITH ORDINALITY AS j(job, n)
     LEFT JOIN LATERAL (SELECT * FROM maintenance_run WHERE job = j.job ORDER BY started_at DESC LIMIT 1) r ON true
     ORDER BY j.n`,
    [jobs.map(({ name }) => name)],
  );
  return rows.map(({ job, started_at, finished_at, ok, detail }, i) => ({
    job,
    schedule: jobs[i]?.schedule ?? '',
    nextRunAt: isoOrNull(jobs[i]?.nextRunAtMs ?? null),
    behind: jobs[i]?.behind ?? null,
    lastStartedAt: started_at?.toISOString() ?? null,
    lastFinishedAt: finished_at?.toISOString() ?? null,
    ok,
    detail,
  }));
}

/** The stored cursor may trail behind events of other types: lag counts those that wait to be handled. */
async function consumersOf(db: Queryable): Promise<System['consumers']> {
  const { rows } = await db.query<{ name: string; position: bigint; lag: number; failures: number }>(
    `SELECT c.name, c.position,
            (SELECT count(*)::integer FROM (SELECT FROM event e WHERE e.position > c.position AND e.type = ANY (c.types)
               LIMIT $1) waiting) AS lag,
            (SELECT count(*)::integer FROM consumer_failure f WHERE f.consumer = c.name) AS failures
     FROM consumer c ORDER BY c.name`,
    [LAG_LIMIT],
  );
  return rows.map((row) => ({ ...row, position: Number(row.position) }));
}

const isoOrNull = (atMs: number | null): string | null => (atMs === null ? null : isoOf(atMs));

interface StorageRow {
  readings: bigint;
  bytes: bigint | null;
  chunks: number;
  compressed: number;
  chunk_hours: number;
  first: Date | null;
  rolled_to: Date;
}

async function storageOf(db: Queryable): Promise<System['storage']> {
  const { rows } = await db.query<StorageRow>(
    `SELECT approximate_row_count('reading') AS readings, hypertable_size('reading') AS bytes,
       count(c.*)::integer AS chunks, (count(*) FILTER (WHERE c.is_compressed))::integer AS compressed,
       (SELECT extract(epoch FROM time_interval) / 3600 FROM timescaledb_information.dimensions
        WHERE hypertable_name = 'reading')::float8 AS chunk_hours,
       min(c.range_start) AS first, s.rolled_to
     FROM reading_rollup_state s LEFT JOIN timescaledb_information.chunks c ON c.hypertable_name = 'reading'
     GROUP BY s.rolled_to`,
  );
  const [row] = rows as [StorageRow];
  return {
    // Statistics nobody has made yet say zero; that is not a count.
    readings: row.readings === 0n && row.chunks > 0 ? null : Number(row.readings),
    bytes: Number(row.bytes ?? 0),
    chunks: row.chunks,
    compressedChunks: row.compressed,
    chunkHours: row.chunk_hours,
    from: row.first?.toISOString() ?? null,
    rolledTo: row.rolled_to.getTime() === 0 ? null : row.rolled_to.toISOString(),
  };
}

/** `jobs`: the maintenance jobs of this process, with what is to come. */
export async function systemState(database: Database, jobs: readonly ScheduledJob[]): Promise<Omit<System, 'version'>> {
  const { kind, license, postgresVersion, timescaleVersion, continuousAggregates, compression } = database.edition;
  return {
    database: {
      kind,
      license,
      continuousAggregates,
      compression,
      postgres: postgresVersion,
      timescale: timescaleVersion,
      promise: PROMISES[kind],
    },
    storage: await storageOf(database),
    maintenance: await maintenanceOf(database, jobs),
    consumers: await consumersOf(database),
  };
}

/** An event parked by a consumer or a failed job keeps nothing from being served; a person must look at it. */
export async function attention(database: Database): Promise<string[]> {
  const consumers = await consumersOf(database);
  const { rows: failed } = await database.query<{ job: string; detail: string }>(
    `SELECT job, detail FROM (
       SELECT DISTINCT ON (job) job, ok, detail FROM maintenance_run WHERE finished_at IS NOT NULL
       ORDER BY job, started_at DESC, id DESC) latest
     WHERE NOT ok ORDER BY job`,
  );
  return [
    ...consumers
      .filter(({ failures }) => failures > 0)
      .map(({ name, failures }) => `${name}: ${failures} parked events`),
    ...failed.map(({ job, detail }) => `maintenance job ${job} failed: ${detail}`),
  ];
}
