// The instants of commits: they grow strictly, also when the clock steps back and also over a restart. The database
// holds a mark that no commit goes beyond; it is moved ahead once in a while, in the commit that needs it.
import type { Clock, EpochMs } from '../contracts/time.ts';
import type { Queryable, Transaction } from '../db/database.ts';

/** How far ahead the mark is set: shorter than a restart, so that a normal one never waits for its clock. */
const RESERVED_MS = 1_000;

export interface CommitInstant {
  atMs: EpochMs;
  /** Must be done within the commit when it is there. */
  reserve: ((tx: Transaction) => Promise<void>) | null;
  /** The commit is durable. */
  committed(): void;
}

export interface CommitInstants {
  next(): CommitInstant;
}

export async function commitInstants(db: Queryable, clock: Clock): Promise<CommitInstants> {
  const { rows } = await db.query<{ reserved_until: Date }>('SELECT reserved_until FROM arrival_mark');
  let reservedUntilMs = rows[0]?.reserved_until.getTime() ?? 0;
  let lastMs = reservedUntilMs;
  return {
    next() {
      // Also when the commit then fails: after an unknown COMMIT this instant may be taken.
      const atMs = (lastMs = Math.max(clock.now(), lastMs + 1));
      if (atMs <= reservedUntilMs) return { atMs, reserve: null, committed() {} };
      const untilMs = atMs + RESERVED_MS;
      return {
        atMs,
        reserve: async (tx) => {
          await tx.prepared(
            'arrival-mark',
            'UPDATE arrival_mark SET reserved_until = greatest(reserved_until, $1::timestamptz)',
            [new Date(untilMs)],
          );
        },
        committed: () => void (reservedUntilMs = untilMs),
      };
    },
  };
}
