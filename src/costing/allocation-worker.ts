// Keeps the provisional allocation of open periods up to date: gathers what moved for a moment, then brings the periods up to
// date one by one, each in a transaction of its own. A kill loses only the wish: at the start all are computed anew.
import { setTimeout as sleep } from 'node:timers/promises';
import type { BaseLogger } from 'pino';
import { DRIVERS, type Driver } from '../contracts/http/allocation.ts';
import { type Clock, isoOf, type Period, periodOf } from '../contracts/time.ts';
import type { Database } from '../db/database.ts';
import type { AllocationLimits } from './allocation-metrics.ts';
import { runAllocation } from './allocation-run.ts';
import { createReceiverBook } from './receiver-book.ts';
import { createRunMemory, type RunMemory } from './run-memory.ts';
import { DRIVER_QUERIES } from './driver-queries.ts';
import { openPeriodsWithPools } from './posting-periods.ts';

/** Facts of one job come together; the total is on screen well within a second. */
const DEBOUNCE_MS = 100;
/** While facts keep coming, recomputing takes at most a third of the time: the embedded database has one connection. */
const REST_PER_WORK = 2;
const RETRY_MS = 1_000;
/** Periods that failed are tried again every so many rounds, a second at the least; the others do not wait for them. */
const RETRY_ROUNDS = 10;
/** Readings come all the time; what they add up to is looked at this often. */
const TELEMETRY_EVERY_MS = 15 * 60_000;
const FROM_TELEMETRY = DRIVERS.filter((driver) => DRIVER_QUERIES[driver].metric !== null || driver === 'alarm-count');
/** Periods whose columns are kept in memory; facts come to the newest ones. */
const REMEMBERED_PERIODS = 3;

type Reread = ReadonlySet<Driver> | 'all';

export interface AllocationWorker {
  /** Facts of this period moved, and these drivers otherwise than by facts. */
  mark(period: Period, drivers?: readonly Driver[]): void;
  /** Something moved that every open period may depend on: these drivers, or anything. */
  markAll(drivers?: readonly Driver[]): void;
  /** Resolves when nothing is left to recompute. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

export interface AllocationWorkerOptions {
  database: Database;
  clock: Clock;
  log: BaseLogger;
  limits: AllocationLimits;
}

export function startAllocationWorker({ database, clock, log, limits }: AllocationWorkerOptions): AllocationWorker {
  const marked = new Map<Period, Reread>();
  const failed = new Map<Period, Reread>();
  const memories = new Map<Period, RunMemory>();
  const stop = new AbortController();
  let markedAll: Reread | null = null;
  let running: Promise<void> | undefined;

  const isIdle = (): boolean => marked.size === 0 && failed.size === 0 && markedAll === null;
  const both = (a: Reread | null | undefined, b: Reread): Reread =>
    a === 'all' || b === 'all' ? 'all' : new Set([...(a ?? []), ...b]);
  const addTo = (periods: Map<Period, Reread>, period: Period, reread: Reread): void =>
    void periods.set(period, both(periods.get(period), reread));
  const add = (period: Period, reread: Reread): void => addTo(failed.has(period) ? failed : marked, period, reread);

  function memoryOf(period: Period): RunMemory {
    const memory = memories.get(period) ?? createRunMemory(createReceiverBook(limits.onBookFull));
    memories.delete(period);
    memories.set(period, memory);
    const [oldest] = memories.keys();
    if (memories.size > REMEMBERED_PERIODS && oldest !== undefined) {
      memories.delete(oldest);
      limits.onPeriodForgotten();
    }
    return memory;
  }

  async function bringUpToDate(period: Period): Promise<void> {
    const reread = marked.get(period) ?? 'all';
    marked.delete(period);
    const at = isoOf(clock.now());
    const request = { period, reread, status: 'provisional' as const, at, memory: memoryOf(period) };
    try {
      await database.transaction((tx) => runAllocation(tx, request));
    } catch (error) {
      // Kept for another round, so nothing is forgotten while the database is away.
      memories.delete(period);
      addTo(failed, period, reread);
      log.error({ error, period }, 'the provisional allocation failed and is tried again');
    }
  }

  async function recompute(): Promise<void> {
    if (markedAll !== null) {
      const periods = await openPeriodsWithPools(database);
      for (const period of periods) add(period, markedAll);
      markedAll = null;
    }
    for (const period of [...marked.keys()].toSorted().toReversed()) {
      if (stop.signal.aborted) return;
      await bringUpToDate(period);
    }
  }

  function tryFailedAgain(): void {
    for (const [period, reread] of failed) addTo(marked, period, reread);
    failed.clear();
  }

  async function work(): Promise<void> {
    let pauseMs = DEBOUNCE_MS;
    for (let round = 1; !isIdle(); round += 1) {
      await sleep(pauseMs, undefined, { signal: stop.signal }).catch(() => {});
      if (stop.signal.aborted) return;
      if (round % RETRY_ROUNDS === 0) tryFailedAgain();
      try {
        const startMs = clock.now();
        await recompute();
        pauseMs = Math.max(DEBOUNCE_MS, REST_PER_WORK * (clock.now() - startMs));
      } catch (error) {
        log.error({ error }, 'which periods are open could not be read; tried again');
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

  const telemetry = setInterval(() => {
    add(periodOf(clock.now()), new Set(FROM_TELEMETRY));
    wake();
  }, TELEMETRY_EVERY_MS);
  telemetry.unref();
  return {
    mark(period, drivers = []) {
      add(period, new Set(drivers));
      wake();
    },
    markAll(drivers) {
      markedAll = both(markedAll, drivers ? new Set(drivers) : 'all');
      wake();
    },
    async idle() {
      while (running) await running;
    },
    async close() {
      stop.abort();
      clearInterval(telemetry);
      await running;
    },
  };
}
