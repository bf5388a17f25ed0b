// Upkeep gives way: a step that cannot have its lock soon is left for the next run, so that nobody who stores readings
// queues up behind it.
import type { Database, Transaction } from './database.ts';
import { sqlStateOf } from './errors.ts';

const LOCK_LIMIT_MS = 2_000;
const LOCK_NOT_AVAILABLE = '55P03';

/** False when the lock was not to be had in time; nothing is changed then. */
export async function withinLockLimit(
  database: Database,
  step: (tx: Transaction) => Promise<unknown>,
): Promise<boolean> {
  try {
    await database.transaction(async (tx) => {
      await tx.query(`SET LOCAL lock_timeout = ${LOCK_LIMIT_MS}`);
      await step(tx);
    });
    return true;
  } catch (error) {
    if (sqlStateOf(error) === LOCK_NOT_AVAILABLE) return false;
    throw error;
  }
}
