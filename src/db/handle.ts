// A `Database` over a line to it: queries, transactions with their commit steps, and the guard against querying past an
// open transaction. Knows nothing of what stands behind the line.
import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import type pg from 'pg';
import type { CommitStep, Database, Queryable, Result, Transaction } from './database.ts';
import type { Edition } from './edition.ts';
import { isConnectionError, sqlStateOf } from './errors.ts';

type Run = (config: pg.QueryConfig) => Promise<pg.QueryResult>;

/** One connection for as long as it is needed. */
export interface Session {
  run: Run;
  /** `isLost`: the connection is not to be used again. */
  release(isLost: boolean): void;
}

/** A way to the database: whose connections, how long one waits for them and for an answer. */
export interface Line {
  open(): Promise<Session>;
}

/** What a session was told to be stays with it: a database that takes writes again does not say so to an old one. */
const READ_ONLY = '25006';

/** A connection is kept as long as the database answers on it, be it with an error. */
const isBroken = (error: unknown): boolean => sqlStateOf(error) === undefined || isSpent(error);

const isSpent = (error: unknown): boolean => isConnectionError(error) || sqlStateOf(error) === READ_ONLY;

async function runOn(line: Line, config: pg.QueryConfig): Promise<pg.QueryResult> {
  const session = await line.open();
  try {
    const result = await session.run(config);
    session.release(false);
    return result;
  } catch (error) {
    session.release(isBroken(error));
    throw error;
  }
}

function queryableBy(run: Run): Queryable {
  async function rowsOf<R>(config: pg.QueryConfig): Promise<Result<R>> {
    const { rows, rowCount } = await run(config);
    return { rows: rows as R[], rowCount: rowCount ?? 0 };
  }
  return {
    query: (text, values = []) => rowsOf(values.length === 0 ? { text } : { text, values: [...values] }),
    prepared: (name, text, values) => rowsOf({ name, text, values: [...values] }),
  };
}

export const queryableOver = (line: Line): Queryable => queryableBy((config) => runOn(line, config));

interface Open {
  isOpen: boolean;
}

interface Context {
  transaction: Open | null;
  /** Within the work of a caller from outside. */
  isCaller: boolean;
}

interface Gathered {
  steps: Map<CommitStep<unknown>, unknown[]>;
  signals: Set<string>;
}

function transactionOver({ run }: Session, gathered: Gathered): Transaction {
  return {
    ...queryableBy(run),
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
async function commit({ run }: Session): Promise<void> {
  const { command } = await run({ text: 'COMMIT' });
  if (command !== 'COMMIT') throw new Error('the transaction was rolled back: a statement in it failed unnoticed');
}

const canRollBack = ({ run }: Session): Promise<boolean> =>
  run({ text: 'ROLLBACK' }).then(
    () => true,
    () => false,
  );

/** Shared by all handles of one database: news reaches a listener, and the guard holds, whichever handle is used. */
export interface Shared {
  readonly signals: EventEmitter;
  /** One for everything that is known of the work under way: each costs every turn of the event loop. */
  readonly context: AsyncLocalStorage<Context>;
}

export const createShared = (): Shared => ({
  signals: new EventEmitter().setMaxListeners(0),
  context: new AsyncLocalStorage(),
});

export interface DatabaseParts {
  line: Line;
  /** Taken instead while a caller from outside is served. */
  callerLine: Line;
  edition: Edition;
  shared: Shared;
  dedicated: (name: string) => Database;
  close: () => Promise<void>;
  cut: () => void;
}

export function databaseOver(parts: DatabaseParts): Database {
  const { line, callerLine, edition, shared, dedicated, close, cut } = parts;
  const { signals, context } = shared;
  const isCaller = (): boolean => context.getStore()?.isCaller ?? false;
  const ownLine: Line = { open: () => (isCaller() ? callerLine : line).open() };
  const refuseInside = (): void => {
    if (context.getStore()?.transaction?.isOpen) {
      throw new Error('query past an open transaction: use the `tx` that was handed to the work');
    }
  };

  async function transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    refuseInside();
    const session = await ownLine.open();
    const open: Open = { isOpen: true };
    const gathered: Gathered = { steps: new Map(), signals: new Set() };
    let isLost = false;
    let result: T;
    try {
      await session.run({ text: 'BEGIN' });
      result = await context.run({ transaction: open, isCaller: isCaller() }, async () => {
        const tx = transactionOver(session, gathered);
        const value = await work(tx);
        for (const [step, items] of gathered.steps) await step(tx, items);
        return value;
      });
      await commit(session);
    } catch (error) {
      // A connection that cannot even roll back is thrown away; one that gave no answer is not asked again.
      isLost = isSpent(error) || !(await canRollBack(session));
      throw error;
    } finally {
      open.isOpen = false;
      session.release(isLost);
    }
    // Who listens works for itself from here on, not for the caller.
    for (const signal of gathered.signals)
      context.run({ transaction: null, isCaller: false }, () => signals.emit(signal));
    return result;
  }

  return {
    ...queryableBy(async (config) => {
      refuseInside();
      return runOn(ownLine, config);
    }),
    edition,
    transaction,
    asCaller: (work) => context.run({ transaction: context.getStore()?.transaction ?? null, isCaller: true }, work),
    onNotify(signal, listener) {
      signals.on(signal, listener);
      return () => void signals.off(signal, listener);
    },
    dedicated,
    close,
    cut,
  };
}
