// The ledger in the database. One lane of group commit: what waits is written in one transaction, in the order it was
// given; while the database is away nothing resolves and everything is tried again.
import { setTimeout as sleep } from 'node:timers/promises';
import type { BaseLogger } from 'pino';
import type { Clock } from '../../contracts/time.ts';
import { createBatchLane } from '../../db/batch-lane.ts';
import type { Database } from '../../db/database.ts';
import { isAtFault } from '../../db/errors.ts';
import { roundsOf } from './change-rounds.ts';
import { loadQueued, loadSnapshot } from './ledger-load.ts';
import { writeRound } from './ledger-statements.ts';
import type { Change, Ledger } from './ledger.ts';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;
const CLOSE_MS = 2_000;

export class LedgerClosed extends Error {
  override readonly name = 'LedgerClosed';

  constructor() {
    super('the broker is closing; this was not stored and has to be sent again');
  }
}

export interface DatabaseLedgerOptions {
  database: Database;
  clock: Clock;
  log: BaseLogger;
}

type Refusal = unknown;

export function createDatabaseLedger({ database, clock, log }: DatabaseLedgerOptions): Ledger {
  const closing = new AbortController();
  let underWay = 0;

  const commit = (calls: Iterable<readonly Change[]>): Promise<void> =>
    database.transaction(async (tx) => {
      for (const round of roundsOf(calls)) await writeRound(tx, round);
    });

  /** Again and again until it is committed or the data is at fault. */
  async function commitSurely(calls: readonly (readonly Change[])[]): Promise<void> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        return await commit(calls);
      } catch (error) {
        if (isAtFault(error)) throw error;
        if (closing.signal.aborted) throw new LedgerClosed();
        log.warn({ error, changes: calls.length, pauseMs }, 'sessions could not be stored; trying again');
        await sleep(pauseMs, undefined, { signal: closing.signal }).catch(() => {});
      }
    }
  }

  /** One call that the database refuses must not take the others with it. */
  async function commitEach(calls: readonly (readonly Change[])[]): Promise<Refusal[]> {
    const refusals: Refusal[] = [];
    for (const call of calls) {
      refusals.push(
        await commitSurely([call]).then(
          () => null,
          (error: unknown) => error,
        ),
      );
    }
    return refusals;
  }

  const lane = createBatchLane<readonly Change[], Refusal>(async (calls) => {
    try {
      await commitSurely(calls);
      return calls.map(() => null);
    } catch (error) {
      if (!isAtFault(error)) throw error;
      log.error({ error }, 'the database refused what a session wanted to keep');
      return calls.length === 1 ? [error] : commitEach(calls);
    }
  });

  async function write(changes: readonly Change[]): Promise<void> {
    if (closing.signal.aborted) throw new LedgerClosed();
    underWay += 1;
    const refusal = await lane(changes).finally(() => void (underWay -= 1));
    if (refusal !== null) throw refusal instanceof Error ? refusal : new LedgerClosed();
  }

  return {
    load: () => loadSnapshot(database, clock.now()),
    write,
    get isSettled() {
      return underWay === 0;
    },
    async queuedAfter(clientId, seq, limit) {
      // What was acknowledged a moment ago must not be read again.
      if (underWay > 0) await write([]);
      return loadQueued(database, clientId, seq, limit);
    },
    async close() {
      closing.abort();
      // What is under way is tried once more; a database that does not answer is not waited for.
      await Promise.race([lane([]).catch(() => {}), sleep(CLOSE_MS, undefined, { ref: false })]);
    },
  };
}
