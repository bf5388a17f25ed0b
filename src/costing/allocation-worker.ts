// Keeps the provisional allocation of open periods up to date: gathers what moved for a moment, then recomputes the
// periods one by one, each in a transaction of its own. A kill loses only the wish: at the start all are recomputed.
import { setTimeout as sleep } from 'node:timers/promises';
import type { BaseLogger } from 'pino';
import { type Clock, isoOf, type Period } from '../contracts/time.ts';
import type { Database } from '../db/database.ts';
import { runAllocation } from './allocation-run.ts';
import { openPeriodsWithPools } from './posting-periods.ts';

/** Facts of one job come together; the total is on screen well within a second. */
const DEBOUNCE_MS = 100;
/** While facts keep coming, recomputing takes at most a third of the time: the embedded database has one connection. */
const REST_PER_WORK = 2;
const RETRY_MS = 1_000;

export interface AllocationWorker {
  /** Something in this period moved. */
  mark(period: Period): void;
  /** Something moved that every open period may depend on. */
  markAll(): void;
  /** Resolves when nothing is left to recompute. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

export interface AllocationWorkerOptions {
  database: Database;
  clock: Clock;
  log: BaseLogger;
}

export function startAllocationWorker({ database, clock, log }: AllocationWorkerOptions): AllocationWorker {
  const marked = new Set<Period>();
  const stop = new AbortController();
  let isAllMarked = false;
  let running: Promise<void> | undefined;

  const isIdle = (): boolean => marked.size === 0 && !isAllMarked;

  /** What is taken here and fails is marked again, so nothing is forgotten while the database is away. */
  async function recompute(): Promise<void> {
    if (isAllMarked) {
      const periods = await openPeriodsWithPools(database);
      isAllMarked = false;
      for (const period of periods) marked.add(period);
    }
    for (const period of [...marked].toSorted().toReversed()) {
      if (stop.signal.aborted) return;
      marked.delete(period);
      try {
        await database.transaction((tx) => runAllocation(tx, period, 'provisional', isoOf(clock.now())));
      } catch (error) {
        marked.add(period);
        throw error;
      }
    }
  }

  async function work(): Promise<void> {
    let pauseMs = DEBOUNCE_MS;
    while (!isIdle() && !stop.signal.aborted) {
      await sleep(pauseMs, undefined, { signal: stop.signal }).catch(() => {});
      if (stop.signal.aborted) return;
      try {
        const startMs = clock.now();
        await recompute();
        pauseMs = Math.max(DEBOUNCE_MS, REST_PER_WORK * (clock.now() - startMs));
      } catch (error) {
        log.error({ error }, 'the provisional allocation failed and is tried again');
        pauseMs = RETRY_MS;
      }
    }
  }

  function wake(): void {
    if (running || stop.signal.aborted) return;
    running = work().finally(() => {
      running = undefined;
      if (!isIdle()) wake();
    });
  }

  return {
    mark(period) {
      marked.add(period);
      wake();
    },
    markAll() {
      isAllMarked = true;
      wake();
    },
    async idle() {
      while (running) await running;
    },
    async close() {
      stop.abort();
      await running;
    },
  };
}
