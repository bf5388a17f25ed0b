// A database of its own with the costing started on it, as benchmarks of its answers ask for it: nothing follows events meanwhile.
import { type Costing, startCosting } from '../../src/costing/costing.ts';
import type { Database } from '../../src/db/database.ts';
import { startEventLog } from '../../src/db/event-log.ts';
import { survivalAt } from '../../src/predictor/survival/survival-reads.ts';
import { openTestDatabase, silentLog } from '../support/database.ts';

/** `at` is the instant the service believes it is. */
export async function withCosting(
  at: string,
  work: (database: Database, costing: Costing) => Promise<void>,
): Promise<void> {
  const database = await openTestDatabase();
  const eventLog = await startEventLog({ database, log: silentLog() });
  const costing = await startCosting({
    database,
    eventLog,
    clock: { now: () => Date.parse(at) },
    log: silentLog(),
    survivalAt: survivalAt(database),
    currency: 'CNY',
    isFollowing: false,
  });
  try {
    await work(database, costing);
  } finally {
    await costing.close();
    await eventLog.close();
    await database.close();
  }
}
