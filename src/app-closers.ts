// How the house is closed: rooms in reverse order of building, within a time.
import type { BaseLogger } from 'pino';
import type { Database } from './db/database.ts';

/** Closers run in reverse order of building; every one runs, the first error is thrown afterwards. */
export interface Closers {
  push(name: string, close: () => Promise<void> | void): void;
  closeAll(): Promise<void>;
}

export function createClosers(log: BaseLogger): Closers {
  const closers: { name: string; close: () => Promise<void> | void }[] = [];
  return {
    push: (name, close) => void closers.push({ name, close }),
    async closeAll() {
      const errors: unknown[] = [];
      for (const { name, close } of closers.splice(0).reverse()) {
        try {
          await close();
        } catch (error) {
          log.error({ room: name, error }, 'a room did not close cleanly');
          errors.push(error);
        }
      }
      if (errors.length > 0) throw errors[0];
    },
  };
}

/** A room that waits for a database which does not answer would hold up the stop. */
const STOP_DATABASE_MS = 6_000;

export async function closeWithin(closers: Closers, database: Database, log: BaseLogger): Promise<void> {
  const limit = setTimeout(() => {
    log.warn(
      { limitMs: STOP_DATABASE_MS },
      'rooms still wait for the database; it is given up, and what was not committed is sent again',
    );
    database.cut();
  }, STOP_DATABASE_MS);
  await closers.closeAll().finally(() => clearTimeout(limit));
}
