// A `pg` pool as the rest of this room wants it: exact column types, sessions in a known state, statements that end in
// bounded time, and a way to cut it off from a database that does not answer.
import type { Socket } from 'node:net';
import type { BaseLogger } from 'pino';
import pg from 'pg';

const INT8 = 20;
const INT8_ARRAY = 1016;
const DATE = 1082;
const DATE_ARRAY = 1182;
const TEXT_ARRAY = 1009;

type TypeId = Parameters<typeof pg.types.getTypeParser>[0];

/** The types of `pg` name only the built-in ones; any other oid is looked up the same way. */
const standardParser = (oid: number, format: 'text' | 'binary'): unknown =>
  format === 'binary' ? pg.types.getTypeParser(oid as TypeId, 'binary') : pg.types.getTypeParser(oid as TypeId, 'text');

const parseTextArray = standardParser(TEXT_ARRAY, 'text') as (text: string) => (string | null)[];

/** Exact types: int8 as bigint, a date as its text (a local midnight is another day elsewhere); else what `pg` does. */
const columnTypes = {
  getTypeParser: (oid: number, format?: 'text' | 'binary'): unknown => {
    if (format === 'binary') return standardParser(oid, 'binary');
    if (oid === INT8) return BigInt;
    if (oid === INT8_ARRAY)
      return (text: string) => parseTextArray(text).map((item) => (item === null ? null : BigInt(item)));
    if (oid === DATE) return String;
    if (oid === DATE_ARRAY) return parseTextArray;
    return standardParser(oid, 'text');
  },
} as pg.CustomTypesConfig;

/** How long a query waits for a free connection, or a new connection for the server, before it fails. */
export const CONNECT_TIMEOUT_MS = 10_000;

/** A late reading or a conflict may unpack as much of a compressed chunk as it takes. Only one edition has the limit. */
const UNPACK_FREELY = `SELECT set_config(name, '0', false) FROM pg_settings
  WHERE name = 'timescaledb.max_tuples_decompressed_per_dml_transaction'`;

/** What every connection is told first; the rest of the embedded one is set in `embedded/wire.ts`. */
export const SESSION: readonly string[] = ["SET TimeZone = 'UTC'", UNPACK_FREELY];

export interface PoolOptions {
  /** Where to connect: host, port, user... or a connection string. */
  target: pg.PoolConfig;
  max: number;
  /** How long a caller waits for a free connection or for the server to answer the knock. */
  connectTimeoutMs: number;
  /** How long a statement may go unanswered before its connection is given up; absent: for ever. */
  silenceMs?: number;
  /** Statements that bring a new connection into a known state. */
  sessionSetup: readonly string[];
  log: BaseLogger;
}

export interface Pool {
  connect(): Promise<pg.PoolClient>;
  /** Breaks every connection, also those being opened, and opens no other: what waits for an answer fails at once. */
  cut(): void;
  end(): Promise<void>;
}

export function createPool(options: PoolOptions): Pool {
  const { target, max, connectTimeoutMs, silenceMs, sessionSetup, log } = options;
  const clients = new Set<pg.Client>();
  const setUp = async (client: pg.ClientBase): Promise<void> => {
    for (const statement of sessionSetup) await client.query(statement);
  };
  const pool = new pg.Pool({
    ...target,
    max,
    types: columnTypes,
    connectionTimeoutMillis: connectTimeoutMs,
    ...(silenceMs === undefined ? {} : { query_timeout: silenceMs }),
    keepAlive: true,
    Client: class extends pg.Client {
      constructor(config?: pg.ClientConfig) {
        super(config);
        clients.add(this);
        this.once('end', () => clients.delete(this));
      }
    },
    // The pool awaits it before it hands the connection out, though its type says otherwise.
    onConnect: setUp as (client: pg.ClientBase) => void,
  });
  // Without a listener an idle connection that breaks would end the process; the pool opens a new one by itself.
  pool.on('error', (error) => log.warn({ error: error.message }, 'an idle database connection was lost'));
  // The same for a connection that breaks between two statements of a transaction: the next statement reports it.
  pool.on('connect', (client) =>
    client.on('error', (error) => log.warn({ error: error.message }, 'a database connection was lost')),
  );
  let isCut = false;
  return {
    async connect() {
      if (isCut) throw Object.assign(new Error('the database was given up'), { code: 'ECONNABORTED' });
      return pool.connect();
    },
    cut() {
      isCut = true;
      for (const client of clients) socketOf(client).destroy();
    },
    end: () => pool.end(),
  };
}

/** `end` says goodbye first, which nobody hears behind a frozen connection; the types of `pg` do not name the socket. */
const socketOf = (client: pg.Client): Socket =>
  (client as unknown as { connection: { stream: Socket } }).connection.stream;
