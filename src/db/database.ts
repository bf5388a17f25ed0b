// The database as every room sees it: queries, transactions, and news of a commit within this process. Which edition
// stands behind it (a server or the embedded one) shows only in `edition`.
import type { Edition } from './edition.ts';

export interface Result<R> {
  rows: R[];
  rowCount: number;
}

/**
 * Column types in answers: int8 is bigint (stores turn ids and positions into numbers), numeric is string,
 * timestamptz is Date, date is 'YYYY-MM-DD', float8 and int4 are number.
 */
export interface Queryable {
  query<R = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Result<R>>;
  /** A statement the connection parses once and keeps under `name`; one name always has the same text. */
  prepared<R = Record<string, unknown>>(name: string, text: string, values: readonly unknown[]): Promise<Result<R>>;
}

/** Does at once, just before commit, what a transaction gathered with `atCommit`. */
export type CommitStep<Item> = (tx: Transaction, items: readonly Item[]) => Promise<void>;

export interface Transaction extends Queryable {
  readonly isTransaction: true;
  /** Gathers an item; `step` is called once with all of its items before COMMIT, and may still fail the transaction. */
  atCommit<Item>(step: CommitStep<Item>, item: Item): void;
  /** Tells the listeners of `signal` in this process after COMMIT; nothing is told on ROLLBACK. */
  notify(signal: string): void;
}

export interface Database extends Queryable {
  readonly edition: Edition;
  /**
   * BEGIN, `work`, COMMIT; ROLLBACK and the error again when `work` throws. Inside `work` use `tx` only: the embedded
   * edition has one connection in all, so a query past `tx` is refused instead of waiting for itself for ever.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Calls `listener` after each commit in this process that notified `signal`; returns how to stop. */
  onNotify(signal: string, listener: () => void): () => void;
  /**
   * A handle with a connection of its own on a server, so that a lane (ingest) is not starved by others' load; on
   * the embedded edition the same single connection. Close it apart.
   */
  dedicated(name: string): Database;
  /**
   * Runs `work` for a caller from outside: its statements have connections of their own and a time limit, so that nobody's
   * questions hold up the house.
   */
  asCaller<T>(work: () => T): T;
  close(): Promise<void>;
  /** Gives up a database that does not answer: every statement under way or to come fails. `close` is still due. */
  cut(): void;
}
