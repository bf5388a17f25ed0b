// What the database room can say about itself: its edition and promise, how maintenance went, how far consumers are.
import type { System } from '../contracts/http/system.ts';
import type { Text } from '../contracts/text.ts';
import type { Database, Queryable } from './database.ts';
import type { Edition } from './edition.ts';

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

async function lastRuns(db: Queryable, jobs: readonly string[]): Promise<System['maintenance']> {
  const { rows } = await db.query<RunRow>(
    `SELECT j.job, r.started_at, r.finished_at, r.ok, r.detail FROM unnest($1::text[]) WITH ORDINALITY AS j(job, n)
     LEFT JOIN LATERAL (SELECT * FROM maintenance_run WHERE job = j.job ORDER BY started_at DESC LIMIT 1) r ON true
     ORDER BY j.n`,
    [jobs],
  );
  return rows.map(({ job, started_at, finished_at, ok, detail }) => ({
    job,
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

export async function systemState(database: Database, jobs: readonly string[]): Promise<Omit<System, 'version'>> {
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
    maintenance: await lastRuns(database, jobs),
    consumers: await consumersOf(database),
  };
}

/** An event parked by a consumer keeps nothing from being served; a person must look at it. */
export async function attention(database: Database): Promise<string[]> {
  const consumers = await consumersOf(database);
  return consumers
    .filter(({ failures }) => failures > 0)
    .map(({ name, failures }) => `${name}: ${failures} parked events`);
}
