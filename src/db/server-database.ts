// A TimescaleDB server: connections shared by the house, those of callers from outside, and one of its own for each lane,
// so that none of them waits for another.
import { setTimeout as sleep } from 'node:timers/promises';
import type { BaseLogger } from 'pino';
import type { Database } from './database.ts';
import { discoverEdition, UnfitDatabaseError } from './discover-edition.ts';
import type { Edition } from './edition.ts';
import { isConnectionError, sqlStateOf } from './errors.ts';
import { createShared, databaseOver, type Line, queryableOver } from './handle.ts';
import { CONNECT_TIMEOUT_MS, createPool, type Pool, SESSION } from './pool.ts';

export interface ServerOptions {
  url: string;
  log: BaseLogger;
  maxConnections?: number;
  startLimitMs?: number;
  /** A lane's statement that takes longer is ended and tried again, in smaller parts. */
  laneLimitMs?: number;
  callerLimitMs?: number;
}

const CALLER_CONNECTIONS = 8;
const LANE_LIMIT_MS = 10_000;
/** A caller's statement that takes longer is ended. */
const CALLER_LIMIT_MS = 15_000;
/** The database ends a statement by itself at its limit; when not even that is heard after this, it is frozen. */
const SILENCE_MS = 2_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/** A process that froze must not hold the locks of its open transaction for ever. */
const SERVER_SESSION = [...SESSION, "SET idle_in_transaction_session_timeout = '60s'"];

const poolLine = (pool: Pool): Line => ({
  async open() {
    const client = await pool.connect();
    return { run: (config) => client.query(config), release: (isLost) => client.release(isLost) };
  },
});

export async function openServer(options: ServerOptions): Promise<Database> {
  const { url, log, maxConnections = 10, startLimitMs = 60_000, laneLimitMs = LANE_LIMIT_MS } = options;
  const { callerLimitMs = CALLER_LIMIT_MS } = options;
  const place = placeOf(url);
  const shared = createShared();
  const pools = new Set<Pool>();
  const poolOf = (name: string, max: number, limitMs?: number): Pool => {
    const limit = limitMs === undefined ? [] : [`SET statement_timeout = ${limitMs}`];
    const pool = createPool({
      target: { connectionString: url, application_name: name },
      max,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      ...(limitMs === undefined ? {} : { silenceMs: limitMs + SILENCE_MS }),
      sessionSetup: [...SERVER_SESSION, ...limit],
      log,
    });
    pools.add(pool);
    return pool;
  };
  const cut = (): void => {
    for (const pool of pools) pool.cut();
  };
  const end = async (pool: Pool): Promise<void> => {
    await pool.end();
    pools.delete(pool);
  };
  const pool = poolOf('stethos', maxConnections);
  const callers = poolOf('stethos callers', CALLER_CONNECTIONS, callerLimitMs);
  const lane = (name: string, edition: Edition): Database => {
    const own = poolOf(`stethos ${name}`, 1, laneLimitMs);
    const close = () => end(own);
    // Whoever asks for its work: a lane keeps to its own connection.
    return handle({ line: poolLine(own), callerLine: poolLine(own), edition, close });
  };
  const handle = (parts: { line: Line; callerLine: Line; edition: Edition; close: () => Promise<void> }): Database =>
    databaseOver({ ...parts, shared, cut, dedicated: (name) => lane(name, parts.edition) });
  try {
    await awaitServer(pool, place, startLimitMs, log);
    const edition = await discoverEdition(queryableOver(poolLine(pool)), 'server');
    log.info({ place, ...edition }, 'the database is connected');
    const close = async (): Promise<void> => void (await Promise.all([end(callers), end(pool)]));
    return handle({ line: poolLine(pool), callerLine: poolLine(callers), edition, close });
  } catch (error) {
    await Promise.all([end(callers), end(pool)]);
    throw error;
  }
}

/** Where the database is, without the password. */
function placeOf(url: string): string {
  try {
    const { hostname, port, pathname } = new URL(url);
    return `${hostname}:${port || '5432'}${pathname}`;
  } catch {
    throw new UnfitDatabaseError('DATABASE_URL is not a URL like postgres://user:password@host:5432/database.');
  }
}

async function awaitServer(pool: Pool, place: string, limitMs: number, log: BaseLogger): Promise<void> {
  const deadline = performance.now() + limitMs;
  for (let attempt = 0; ; attempt += 1) {
    try {
      await queryableOver(poolLine(pool)).query('SELECT 1');
      return;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const leftMs = Math.round(deadline - performance.now());
      if (!isConnectionError(error)) throw new UnfitDatabaseError(refusal(error, place, reason), { cause: error });
      if (leftMs <= 0) {
        throw new UnfitDatabaseError(
          `The database at ${place} did not answer for ${Math.round(limitMs / 1000)} s (${reason}). ` +
            'Check that it runs and that DATABASE_URL names the right host and port.',
          { cause: error },
        );
      }
      const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS, leftMs);
      log.warn({ place, reason, leftMs }, 'waiting for the database');
      await sleep(pauseMs);
    }
  }
}

function refusal(error: unknown, place: string, reason: string): string {
  const state = sqlStateOf(error) ?? '';
  const advice = state.startsWith('28')
    ? 'Check user and password in DATABASE_URL, and pg_hba.conf on the server.'
    : state === '3D000'
      ? 'Create it (CREATE DATABASE ...), or correct the name in DATABASE_URL.'
      : 'Check DATABASE_URL and the server.';
  return `The database at ${place} refused the connection (${reason}). ${advice}`;
}
