// A `Database` over one `pg` pool: column types, transactions with their commit steps, and the guard against querying
// past an open transaction. Knows nothing of what stands behind the pool.
import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import type { BaseLogger } from 'pino';
import pg from 'pg';
import type { CommitStep, Database, Queryable, Result, Transaction } from './database.ts';
import type { Edition } from './edition.ts';

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

export interface PoolOptions {
  /** Where to connect: host, port, user... or a connection string. */
  target: pg.PoolConfig;
  max: number;
  /** How long a caller waits for a free connection or for the server to answer the knock. */
  connectTimeoutMs: number;
  /** Statements that bring a new connection into a known state. */
  sessionSetup: readonly string[];
  log: BaseLogger;
}

export function createPool({ target, max, connectTimeoutMs, sessionSetup, log }: PoolOptions): pg.Pool {
  const setUp = async (client: pg.ClientBase): Promise<void> => {
    for (const statement of sessionSetup) await client.query(statement);
  };
  const pool = new pg.Pool({
    ...target,
    max,
    types: columnTypes,
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    // The pool awaits it before it hands the connection out, though its type says otherwise.
    onConnect: setUp as (client: pg.ClientBase) => void,
  });
  // Without a listener an idle connection that breaks would end the process; the pool opens a new one by itself.
  pool.on('error', (error) => log.warn({ error: error.message }, 'an idle database connection was lost'));
  // The same for a connection that breaks between two statements of a transaction: the next statement reports it.
  pool.on('connect', (client) =>
    client.on('error', (error) => log.warn({ error: error.message }, 'a database connection was lost')),
  );
  return pool;
}

type Runner = Pick<pg.Pool, 'query'> | Pick<pg.PoolClient, 'query'>;

async function run<R>(runner: Runner, config: pg.QueryConfig): Promise<Result<R>> {
  const { rows, rowCount } = await (runner as pg.Pool).query(config);
  return { rows: rows as R[], rowCount: rowCount ?? 0 };
}

export function queryableOver(runner: Runner, guard: () => void = () => {}): Queryable {
  return {
    async query<R>(text: string, values: readonly unknown[] = []) {
      guard();
      return run<R>(runner, values.length === 0 ? { text } : { text, values: [...values] });
    },
    async prepared<R>(name: string, text: string, values: readonly unknown[]) {
      guard();
      return run<R>(runner, { name, text, values: [...values] });
    },
  };
}

interface Open {
  isOpen: boolean;
}

interface Gathered {
  steps: Map<CommitStep<unknown>, unknown[]>;
  signals: Set<string>;
}

function transactionOver(client: pg.PoolClient, gathered: Gathered): Transaction {
  return {
    ...queryableOver(client),
    isTransaction: true,
    atCommit<Item>(step: CommitStep<Item>, item: Item) {
      const items = gathered.steps.get(step as CommitStep<unknown>);
      if (items) items.push(item);
      else gathered.steps.set(step as CommitStep<unknown>, [item]);
    },
    notify: (signal) => void gathered.signals.add(signal),
  };
}

/** PostgreSQL answers COMMIT of a failed transaction with a silent ROLLBACK: somebody swallowed an error inside it. */
async function commit(client: pg.PoolClient): Promise<void> {
  const { command } = await client.query('COMMIT');
  if (command !== 'COMMIT') throw new Error('the transaction was rolled back: a statement in it failed unnoticed');
}

/** Shared by all handles of one database: news reaches a listener, and the guard holds, whichever handle is used. */
export interface Shared {
  readonly signals: EventEmitter;
  readonly openTransaction: AsyncLocalStorage<Open>;
}

export const createShared = (): Shared => ({
  signals: new EventEmitter().setMaxListeners(0),
  openTransaction: new AsyncLocalStorage(),
});

export interface DatabaseParts {
  pool: pg.Pool;
  edition: Edition;
  shared: Shared;
  dedicated: (name: string) => Database;
  close: () => Promise<void>;
}

export function databaseOver({ pool, edition, shared, dedicated, close }: DatabaseParts): Database {
  const { signals, openTransaction } = shared;
  const refuseInside = (): void => {
    if (openTransaction.getStore()?.isOpen) {
      throw new Error('query past an open transaction: use the `tx` that was handed to the work');
    }
  };

  async function transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    refuseInside();
    const client = await pool.connect();
    const open: Open = { isOpen: true };
    const gathered: Gathered = { steps: new Map(), signals: new Set() };
    let broken: Error | undefined;
    let result: T;
    try {
      await client.query('BEGIN');
      result = await openTransaction.run(open, async () => {
        const tx = transactionOver(client, gathered);
        const value = await work(tx);
        for (const [step, items] of gathered.steps) await step(tx, items);
        return value;
      });
      await commit(client);
    } catch (error) {
      // A connection that cannot even roll back is thrown away.
      await client.query('ROLLBACK').catch((reason: Error) => void (broken = reason));
      throw error;
    } finally {
      open.isOpen = false;
      client.release(broken);
    }
    for (const signal of gathered.signals) signals.emit(signal);
    return result;
  }

  return {
    ...queryableOver(pool, refuseInside),
    edition,
    transaction,
    onNotify(signal, listener) {
      signals.on(signal, listener);
      return () => void signals.off(signal, listener);
    },
    dedicated,
    close,
  };
}
