// Opens the database the configuration asks for: a server when there is a URL, else the embedded one in a folder.
import type { BaseLogger } from 'pino';
import type pg from 'pg';
import type { Database } from './database.ts';
import { discoverEdition, type Edition } from './edition.ts';
import { startEmbedded } from './embedded/start.ts';
import { createPool, createShared, databaseOver, queryableOver } from './pool.ts';

export interface OpenOptions {
  /** A TimescaleDB server; without it the embedded database under `dataDir`. */
  url?: string | undefined;
  dataDir: string;
  log: BaseLogger;
  /** Most connections of the shared pool of a server. */
  maxConnections?: number;
}

const CONNECT_TIMEOUT_MS = 10_000;

/** Server settings of every session: a frozen process must not hold the locks of its open transaction for ever. */
const SERVER_SESSION = ["SET TimeZone = 'UTC'", "SET idle_in_transaction_session_timeout = '60s'"];

const EMBEDDED_SESSION = ["SET TimeZone = 'UTC'"];

export async function openDatabase({ url, dataDir, log, maxConnections = 10 }: OpenOptions): Promise<Database> {
  return url === undefined ? openEmbedded(dataDir, log) : openServer(url, maxConnections, log);
}

async function openServer(url: string, max: number, log: BaseLogger): Promise<Database> {
  const shared = createShared();
  const poolOf = (name: string, size: number): pg.Pool =>
    createPool({
      target: { connectionString: url, application_name: name },
      max: size,
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
  const pool = poolOf('stethos', max);
  const edition = await discoverEdition(queryableOver(pool), 'server');
  return handle(pool, edition);
}

async function openEmbedded(dataDir: string, log: BaseLogger): Promise<Database> {
  const embedded = await startEmbedded({ dataDir, log });
  const pool = createPool({
    target: { host: embedded.host, port: embedded.port, user: 'postgres', database: 'postgres' },
    max: 1,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    sessionSetup: EMBEDDED_SESSION,
    log,
  });
  const edition = await discoverEdition(queryableOver(pool), 'embedded');
  const parts = { pool, edition, shared: createShared() };
  const secondary = (): Database => databaseOver({ ...parts, dedicated: secondary, close: async () => {} });
  return databaseOver({
    ...parts,
    dedicated: secondary,
    async close() {
      await pool.end();
      await embedded.close();
    },
  });
}
