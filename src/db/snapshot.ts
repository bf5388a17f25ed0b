// Reading in several statements what must be of one moment.
import type { Database, Transaction } from './database.ts';

/** A transaction that sees the database as it was at its first statement, and writes nothing. */
export const inSnapshot = <T>(database: Database, work: (tx: Transaction) => Promise<T>): Promise<T> =>
  database.transaction(async (tx) => {
    await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    return work(tx);
  });
