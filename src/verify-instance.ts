// The checks behind `npm run verify`: opens the database the environment names, without changing anything in it, and goes
// through the laws in order until one is broken.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { type Config, ConfigError, loadConfig } from './config.ts';
import { verifyBooks } from './costing/books.ts';
import { COSTING_CONSUMER } from './costing/costing.ts';
import { cubeBreak } from './costing/cube-law.ts';
import { JOB_EVENTS } from './costing/job-facts.ts';
import type { Database, Queryable } from './db/database.ts';
import { sqlStateOf } from './db/errors.ts';
import { loadMigrations, migrationsFolder } from './db/migrate.ts';
import { openDatabase } from './db/open.ts';
import { refusalOf } from './start-refusal.ts';

const EXIT = { holds: 0, broken: 1, refused: 2 } as const;
const UNDEFINED_TABLE = '42P01';

type Say = (line: string) => void;

/** The instance cannot be checked as it is; the message says what to do. */
class NotCheckable extends Error {
  override readonly name = 'NotCheckable';
}

/** Resolves with the exit code. */
export async function verifyInstance(say: Say): Promise<number> {
  let database: Database;
  try {
    database = await open(loadConfig());
  } catch (error) {
    return refused(error, say);
  }
  try {
    await requireSchema(database);
    const broken = await firstBreak(database, say);
    say(broken === null ? 'Everything that was checked holds.' : `BREAK  ${broken}`);
    return broken === null ? EXIT.holds : EXIT.broken;
  } catch (error) {
    return refused(error, say);
  } finally {
    await database.close();
  }
}

function refused(error: unknown, say: Say): number {
  const refusal = error instanceof NotCheckable ? error.message : refusalOf(error);
  if (refusal === null) throw error;
  say(error instanceof ConfigError ? refusal : `Not checked: ${refusal}`);
  return EXIT.refused;
}

async function open({ databaseUrl: url, databaseStartLimitS, dataDir }: Config): Promise<Database> {
  if (url === undefined && !existsSync(join(dataDir, 'stethos-format.json'))) {
    throw new NotCheckable(
      `there is no database in ${dataDir}. Set STETHOS_DATA or DATABASE_URL to the instance's own.`,
    );
  }
  return openDatabase({ url, dataDir, log: pino({ level: 'silent' }), startLimitMs: databaseStartLimitS * 1000 });
}

/** The laws are written for the schema of this version. */
async function requireSchema(database: Database): Promise<void> {
  const wanted = loadMigrations(migrationsFolder(), database.edition).map(({ name }) => name);
  const applied = await database.query<{ name: string }>('SELECT name FROM migration').then(
    ({ rows }) => rows.map(({ name }) => name),
    (error: unknown) => {
      if (sqlStateOf(error) !== UNDEFINED_TABLE) throw error;
      throw new NotCheckable('this database holds no instance. Set STETHOS_DATA or DATABASE_URL to the own.');
    },
  );
  const missing = wanted.filter((name) => !applied.includes(name));
  if (missing.length === 0 && applied.length === wanted.length) return;
  throw new NotCheckable(
    'the instance was last used by another version. Start this version on it once, then check again.',
  );
}

/** `subject` counts what was looked at; `broken` gives the first row that breaks the law as a text. */
interface Law {
  law: string;
  subject: string;
  broken: string;
}

const READINGS = 'SELECT count(*) AS n FROM reading';
const TELEMETRY_LAWS: readonly Law[] = [
  {
    law: 'every reading is of a registered device',
    subject: READINGS,
    broken: `SELECT count(*) || ' readings of device number ' || device_id || ', which is not registered' AS detail
      FROM reading r WHERE NOT EXISTS (SELECT FROM device d WHERE d.id = r.device_id)
      GROUP BY device_id ORDER BY device_id LIMIT 1`,
  },
  {
    law: 'every reading is of a known metric',
    subject: READINGS,
    broken: `SELECT count(*) || ' readings of metric number ' || metric_id || ', which is not known' AS detail
      FROM reading r WHERE NOT EXISTS (SELECT FROM metric m WHERE m.id = r.metric_id)
      GROUP BY metric_id ORDER BY metric_id LIMIT 1`,
  },
  {
    law: 'every reading is a number',
    subject: READINGS,
    broken: `SELECT value || ' measured by ' || d.code || ' at ' || r.measured_at AS detail
      FROM reading r JOIN device d ON d.id = r.device_id
      WHERE value IN ('NaN', 'Infinity', '-Infinity') ORDER BY measured_at LIMIT 1`,
  },
  {
    // Of the newest rolled-up day, which no deletion reaches; elsewhere a rollup may know of more than is left.
    law: 'the hourly values count the readings of their hour',
    subject: `SELECT count(*) AS n FROM reading_hour WHERE bucket >= (SELECT rolled_to - INTERVAL '1 day' FROM reading_rollup_state)
      AND bucket < (SELECT rolled_to FROM reading_rollup_state)`,
    broken: `SELECT 'device number ' || device_id || ', metric number ' || metric_id || ', hour ' || bucket || ': '
        || coalesce(r.n, 0) || ' readings, counted ' || coalesce(h.n, 0) AS detail
      FROM (SELECT device_id, metric_id, bucket, n FROM reading_hourly
            WHERE bucket >= (SELECT greatest(rolled_to - INTERVAL '1 day', kept_from) FROM reading_rollup_state)
              AND bucket < (SELECT rolled_to FROM reading_rollup_state)) h
      FULL JOIN (SELECT device_id, metric_id, time_bucket(INTERVAL '1 hour', measured_at) AS bucket, count(*) AS n FROM reading
            WHERE measured_at >= (SELECT greatest(rolled_to - INTERVAL '1 day', kept_from) FROM reading_rollup_state)
              AND measured_at < (SELECT rolled_to FROM reading_rollup_state) GROUP BY 1, 2, 3) r
      USING (device_id, metric_id, bucket)
      WHERE r.n IS DISTINCT FROM h.n ORDER BY bucket, device_id, metric_id LIMIT 1`,
  },
  {
    law: 'no newest value is newer than the readings',
    subject: 'SELECT count(*) AS n FROM reading_latest',
    broken: `SELECT 'device number ' || device_id || ', metric number ' || metric_id || ' at ' || measured_at AS detail
      FROM reading_latest l WHERE measured_at >= (SELECT kept_from FROM reading_rollup_state) AND NOT EXISTS (
        SELECT FROM reading r WHERE r.device_id = l.device_id AND r.metric_id = l.metric_id AND r.measured_at = l.measured_at)
      ORDER BY device_id, metric_id LIMIT 1`,
  },
  {
    law: 'every alert and job is of a registered device',
    subject: 'SELECT (SELECT count(*) FROM alert) + (SELECT count(*) FROM work_order) AS n',
    broken: `SELECT what || ' ' || id || ' of device number ' || device_id || ', which is not registered' AS detail
      FROM (SELECT 'alert' AS what, id, device_id FROM alert UNION ALL SELECT 'work order', id, device_id FROM work_order) o
      WHERE NOT EXISTS (SELECT FROM device d WHERE d.id = o.device_id) ORDER BY what, id LIMIT 1`,
  },
];

async function firstBreak(db: Database, say: Say): Promise<string | null> {
  for (const { law, subject, broken } of TELEMETRY_LAWS) {
    const detail = (await db.query<{ detail: string }>(broken)).rows[0]?.detail;
    if (detail !== undefined) return `${law}: ${detail}`;
    say(`holds  ${law} (n = ${await countOf(db, subject)})`);
  }
  const broken = await bookBreak(db, say);
  if (broken === null) await sayOpen(db, say);
  return broken;
}

async function bookBreak(db: Database, say: Say): Promise<string | null> {
  const { firstBreak: broken, behind, position } = await verifyBooks(db, COSTING_CONSUMER, JOB_EVENTS);
  if (broken) return `${broken.law}: ${broken.detail}`;
  const lines = await countOf(
    db,
    `SELECT coalesce(sum(cardinality(e.receiver_ids)), 0)::bigint AS n FROM allocation_result a
     JOIN allocation_ends e ON e.run_id = a.run_id AND e.hash = a.ends`,
  );
  say(`holds  allocation conserves every pool, to the minor unit (n = ${lines} allocated amounts)`);
  const captured = await countOf(
    db,
    `SELECT (SELECT count(*) FROM labour_span) + (SELECT count(*) FROM travel_leg) + (SELECT count(*) FROM part_use)
            + (SELECT count(*) FROM job_charge) AS n`,
  );
  const facts = await countOf(db, 'SELECT count(*) AS n FROM cost_fact');
  if (behind === 0) {
    say(`holds  what the jobs captured is what was booked (n = ${captured} entries, ${facts} cost facts)`);
  } else {
    say(
      `open   ${behind} events are not costed yet, so the ${captured} captured entries were not compared; try again soon`,
    );
  }
  const entries = await countOf(db, 'SELECT count(*) AS n FROM journal_entry');
  say(`holds  the journal balances, and is the facts and the final runs (n = ${entries} entries)`);
  const pivot = await cubeBreak(db);
  if (pivot !== null) return `pivots are the sums of the facts: ${pivot}`;
  say(`holds  pivots are the sums of the facts, by month, element and currency (n = ${facts} cost facts)`);
  say(`       up to position ${position} of the event log`);
  return null;
}

/** Nothing is wrong with these, but a person should know of them. */
async function sayOpen(db: Queryable, say: Say): Promise<void> {
  const held = await countOf(db, "SELECT count(*) AS n FROM quarantine WHERE state = 'held'");
  if (held > 0n) say(`open   ${held} payloads in quarantine wait for a decision`);
  const parked = await countOf(db, 'SELECT count(*) AS n FROM consumer_failure');
  if (parked > 0n) say(`open   ${parked} events were parked by a consumer (consumer_failure)`);
}

async function countOf(db: Queryable, query: string): Promise<bigint> {
  return (await db.query<{ n: bigint }>(query)).rows[0]?.n ?? 0n;
}
