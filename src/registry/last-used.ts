// When a credential last let its device in, to the minute: written in batches, at most once a minute each, so that a
// thousand devices that come back at once cost a few statements. It is a figure for people; losing one is no harm.
import { type Clock, isoOf } from '../contracts/time.ts';
import { createBatchLane } from '../db/batch-lane.ts';
import type { Database } from '../db/database.ts';
import { createBoundedCache } from './bounded-cache.ts';

const PRECISION_MS = 60_000;
const REMEMBERED = 20_000;

export interface LastUsed {
  note(id: number): void;
  /** Resolves when what was noted is written, or given up. */
  settled(): Promise<void>;
}

export interface LastUsedOptions {
  database: Database;
  clock: Clock;
  table: 'device_credential' | 'device_certificate';
}

export function createLastUsed({ database, clock, table }: LastUsedOptions): LastUsed {
  const notedAtMs = createBoundedCache<number, number>(REMEMBERED);
  const writing = new Set<Promise<unknown>>();
  const write = createBatchLane<number, void>(async (ids) => {
    await database.query(`UPDATE ${table} SET last_used_at = $2 WHERE id = ANY ($1)`, [ids, isoOf(clock.now())]);
    return ids.map(() => undefined);
  });
  return {
    note(id) {
      const nowMs = clock.now();
      if (nowMs - (notedAtMs.get(id) ?? Number.NEGATIVE_INFINITY) < PRECISION_MS) return;
      notedAtMs.set(id, nowMs);
      const written: Promise<unknown> = write(id)
        .catch(() => notedAtMs.delete(id))
        .finally(() => writing.delete(written));
      writing.add(written);
    },
    settled: async () => void (await Promise.all(writing)),
  };
}
