// What the database room can say about itself: its edition and promise, how maintenance went, how far consumers are.
import type { System } from '../contracts/http/system.ts';
import type { Database, Queryable } from './database.ts';
import type { Edition } from './edition.ts';
import { lastPosition } from './event-log.ts';

/** What survives what, in one sentence for the System page. */
function promiseOf({ kind }: Edition): string {
  return kind === 'embedded'
    ? 'Embedded: a killed process loses nothing that was committed; a power cut may. For evaluation and one small site.'
    : 'Server: what was committed survives a kill and a power cut (fsync, full_page_writes and synchronous_commit are on).';
}

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

/** Lag counts the events of any type behind a cursor; one that has just nothing to do may show up to its store step. */
async function consumersOf(db: Queryable): Promise<System['consumers']> {
  const last = await lastPosition(db);
  const { rows } = await db.query<{ name: string; position: bigint; failures: bigint }>(
    `SELECT c.name, c.position, (SELECT count(*) FROM consumer_failure f WHERE f.consumer = c.name) AS failures
     FROM consumer c ORDER BY c.name`,
  );
  return rows.map(({ name, position, failures }) => ({
    name,
    position: Number(position),
    lag: Math.max(0, last - Number(position)),
    failures: Number(failures),
  }));
}

export async function systemState(database: Database, jobs: readonly string[]): Promise<Omit<System, 'version'>> {
  const { kind, license, postgresVersion, timescaleVersion, continuousAggregates, compression } = database.edition;
  return {
    database: {
      ...{ kind, license, continuousAggregates, compression },
      postgres: postgresVersion,
      timescale: timescaleVersion,
      promise: promiseOf(database.edition),
    },
    maintenance: await lastRuns(database, jobs),
    consumers: await consumersOf(database),
  };
}

/** Names what keeps the instance from serving well: an event parked by a consumer is a thing a person must look at. */
export async function notReady(database: Database): Promise<string[]> {
  const consumers = await consumersOf(database);
  return consumers
    .filter(({ failures }) => failures > 0)
    .map(({ name, failures }) => `${name}: ${failures} parked events`);
}
