// Opens the database the configuration asks for: a server when there is a URL, else the embedded one in a folder.
import { setTimeout as sleep } from 'node:timers/promises';
import type { BaseLogger } from 'pino';
import type pg from 'pg';
import type { Database } from './database.ts';
import { discoverEdition, UnfitDatabaseError } from './discover-edition.ts';
import type { Edition } from './edition.ts';
import { startEmbedded } from './embedded/start.ts';
import { isConnectionError, sqlStateOf } from './errors.ts';
import { createPool, createShared, databaseOver, queryableOver } from './pool.ts';

export interface OpenOptions {
  /** A TimescaleDB server; without it the embedded database under `dataDir`. */
  url?: string | undefined;
  dataDir: string;
  log: BaseLogger;
  /** Most connections of the shared pool of a server; a dedicated handle adds its own one. */
  maxConnections?: number;
  /** How long to wait at the start for a server that is away. */
  startLimitMs?: number;
}

/** How long a query waits for a free connection, or a new connection for the server, before it fails. */
const CONNECT_TIMEOUT_MS = 10_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

const UTC = "SET TimeZone = 'UTC'";

/** A process that froze must not hold the locks of its open transaction for ever. */
const SERVER_SESSION = [UTC, "SET idle_in_transaction_session_timeout = '60s'"];

/** The rest of the embedded session is set where it is served, in `embedded/wire.ts`. */
const EMBEDDED_SESSION = [UTC];

export async function openDatabase(options: OpenOptions): Promise<Database> {
  return options.url === undefined ? openEmbedded(options) : openServer(options.url, options);
}

async function openServer(url: string, options: OpenOptions): Promise<Database> {
  const { log, maxConnections = 10, startLimitMs = 60_000 } = options;
  const place = placeOf(url);
  const shared = createShared();
  const poolOf = (name: string, max: number): pg.Pool =>
    createPool({
      target: { connectionString: url, application_name: name },
      max,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      sessionSetup: SERVER_SESSION,
      log,
    });
  const handle = (pool: pg.Pool, edition: Edition): Database =>
    databaseOver({
      pool,
      edition,
      shared,
      dedicated: (name) => handle(poolOf(`stethos ${name}`, 1), edition),
      close: () => pool.end(),
    });
  const pool = poolOf('stethos', maxConnections);
  try {
    await awaitServer(pool, place, startLimitMs, log);
    const edition = await discoverEdition(queryableOver(pool), 'server');
    log.info({ place, ...edition }, 'the database is connected');
    return handle(pool, edition);
  } catch (error) {
    await pool.end();
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

async function awaitServer(pool: pg.Pool, place: string, limitMs: number, log: BaseLogger): Promise<void> {
  const deadline = performance.now() + limitMs;
  for (let attempt = 0; ; attempt += 1) {
    try {
      await pool.query('SELECT 1');
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

async function openEmbedded({ dataDir, log }: OpenOptions): Promise<Database> {
  const embedded = await startEmbedded({ dataDir, log });
  const pool = createPool({
    target: { host: embedded.host, port: embedded.port, user: 'postgres', database: 'postgres' },
    max: 1,
    // One connection serves everybody in turn, so that waiting for it is normal under load.
    connectTimeoutMs: 6 * CONNECT_TIMEOUT_MS,
    sessionSetup: EMBEDDED_SESSION,
    log,
  });
  const close = async (): Promise<void> => {
    await pool.end();
    await embedded.close();
  };
  try {
    const parts = { pool, edition: await discoverEdition(queryableOver(pool), 'embedded'), shared: createShared() };
    const secondary = (): Database => databaseOver({ ...parts, dedicated: secondary, close: async () => {} });
    return databaseOver({ ...parts, dedicated: secondary, close });
  } catch (error) {
    await close();
    throw error;
  }
}
