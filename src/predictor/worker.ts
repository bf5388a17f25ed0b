// Judges devices one after the other, each by itself: catches up from the database where memory is not enough, runs the core,
// stores what follows. Anything that fails drops the copy and tries the device again later from what is stored.
import type { BaseLogger } from 'pino';
import type { Clock, EpochMs } from '../contracts/time.ts';
import type { Database } from '../db/database.ts';
import type { Effect, Slice } from './core/assess.ts';
import type { DeviceStates, LoadedDevice } from './device-states.ts';
import type { HorizonAsk } from './horizon/ask.ts';
import type { Inbox, Waiting } from './inbox.ts';
import { storeJudgement } from './judgement.ts';
import type { PredictorLimits } from './limits.ts';
import type { PredictorMetrics } from './metrics.ts';
import type { Economics } from './ports.ts';
import { slicesAfter } from './replay.ts';
import type { LifeAsk } from './remaining-life/ask.ts';
import { LostRace } from './state-store.ts';
import type { AgeingReads } from './survival/ageing.ts';

export interface WorkerOptions {
  database: Database;
  clock: Clock;
  economics: Economics;
  ageing: AgeingReads;
  horizon: HorizonAsk;
  life: LifeAsk;
  states: DeviceStates;
  inbox: Inbox;
  limits: PredictorLimits;
  metrics: PredictorMetrics;
  log: BaseLogger;
}

export interface Worker {
  /** There is something in the inbox. */
  wake(): void;
  /** A device has news that are not readings. */
  lookAt(device: string): void;
  /** The stored state of a device was changed by someone else. */
  invalidate(device: string): void;
  /** Looks again at devices whose silence is due by now, or whose rules have changed while they are silent. */
  lookAtSilent(): void;
  idle(): Promise<void>;
  /** Ends what is in hand and stores every state. */
  close(): Promise<void>;
}

export function createWorker(options: WorkerOptions): Worker {
  const { database, clock, economics, ageing, horizon, life, states, inbox, limits, metrics, log } = options;
  const busy = new Set<string>();
  const invalid = new Set<string>();
  const failures = new Map<string, number>();
  const retries = new Map<string, NodeJS.Timeout>();
  const runs = new Set<Promise<void>>();
  /** When a device's silence is to be looked at. */
  const silences = new Map<string, EpochMs>();
  const listeningSinceMs = clock.now();
  let isClosed = false;
  let waiters: (() => void)[] = [];

  async function store(loaded: LoadedDevice, effects: readonly Effect[]): Promise<void> {
    const { device, plan, stored } = loaded;
    await storeJudgement(database, { economics, ageing }, { device, plan, effects, stored });
    stored.version += 1;
    loaded.unsaved = 0;
    for (const { kind } of effects) metrics.effects.inc({ kind });
  }

  async function judge(loaded: LoadedDevice, slices: readonly Slice[]): Promise<number> {
    const effects: Effect[] = [];
    let readings = 0;
    for (const slice of slices) {
      // A commit that the replay has already brought.
      if (slice.receivedAtMs <= loaded.stored.state.watermarkMs) continue;
      for (const effect of loaded.assessor.observe(slice)) effects.push(effect);
      if (horizon.concerns(loaded) && horizon.hear(loaded, slice)) effects.push(...(await horizon.ask(loaded, slice)));
      readings += slice.readings.length;
    }
    loaded.unsaved += readings;
    metrics.readings.inc(readings);
    if (effects.length > 0) await store(loaded, effects);
    else if (loaded.unsaved >= limits.snapshotEveryReadings) await states.save(loaded);
    return readings;
  }

  async function work(code: string, { slices, isBehind }: Waiting): Promise<void> {
    if (invalid.delete(code)) states.drop(code);
    const found = await states.get(code);
    if (found === null) return;
    const { loaded, isFresh } = found;
    if (isBehind || isFresh) {
      for await (const page of slicesAfter(database, loaded.device.id, loaded.stored.state, limits.replayPage)) {
        metrics.replayed.inc(await judge(loaded, page));
        if (isClosed) return;
      }
    }
    await judge(loaded, slices);
    const standing = horizon.concerns(loaded) ? await horizon.lookAtEvents(loaded, clock.now()) : [];
    if (standing.length > 0) await store(loaded, standing);
    await life.lookAt(loaded);
    await listen(code, loaded);
  }

  /** After everything that was heard: what has been silent for too long by now. */
  async function listen(code: string, loaded: LoadedDevice): Promise<void> {
    const nowMs = clock.now();
    const { assessor } = loaded;
    if ((assessor.dueMs(listeningSinceMs) ?? Infinity) <= nowMs) {
      const effects = assessor.tick(nowMs, listeningSinceMs);
      if (effects.length > 0) await store(loaded, effects);
    }
    const dueMs = assessor.dueMs(listeningSinceMs);
    if (dueMs === null) silences.delete(code);
    else silences.set(code, dueMs);
  }

  async function makeRoom(): Promise<void> {
    for (const loaded of states.surplus(busy)) {
      // Taken out first: whoever asks for it from now on reads what is stored.
      states.drop(loaded.device.code);
      await saveQuietly(loaded);
    }
  }

  async function saveQuietly(loaded: LoadedDevice): Promise<void> {
    await states.save(loaded).catch((error: unknown) => {
      log.warn({ device: loaded.device.code, error }, 'a state was not stored; it is made again from the readings');
    });
  }

  function fail(code: string, error: unknown): void {
    states.drop(code);
    if (isClosed) return;
    if (error instanceof LostRace) {
      metrics.lostRaces.inc();
      inbox.markBehind(code);
      return;
    }
    const count = (failures.get(code) ?? 0) + 1;
    failures.set(code, count);
    metrics.failures.inc();
    const pauseMs = Math.min(limits.retryFirstMs * 2 ** (count - 1), limits.retryLongestMs);
    log.warn({ device: code, error, failures: count, pauseMs }, 'a device could not be judged and is tried again');
    clearTimeout(retries.get(code));
    retries.set(
      code,
      setTimeout(() => tryAgain(code), pauseMs),
    );
  }

  function tryAgain(code: string): void {
    retries.delete(code);
    inbox.markBehind(code);
    wake();
  }

  /** What waits for a retry is left alone until its time. */
  const notNow = (): ReadonlySet<string> => (retries.size === 0 ? busy : new Set([...busy, ...retries.keys()]));

  async function run(): Promise<void> {
    for (;;) {
      const next = isClosed ? null : inbox.take(notNow());
      if (next === null) return;
      const { device, waiting } = next;
      busy.add(device);
      try {
        await work(device, waiting);
        failures.delete(device);
        await makeRoom();
      } catch (error) {
        fail(device, error);
      } finally {
        busy.delete(device);
      }
    }
  }

  const isIdle = (): boolean => isClosed || (runs.size === 0 && retries.size === 0 && inbox.isEmpty());

  /** A turn of its own, so that whoever reports a commit never waits for what it leads to. */
  async function runSoon(): Promise<void> {
    await new Promise<void>((resolve) => void setImmediate(resolve));
    await run();
  }

  function settle(ended: Promise<void>): void {
    runs.delete(ended);
    wake();
    if (isIdle()) for (const resolve of waiters.splice(0)) resolve();
  }

  function wake(): void {
    if (isClosed) return;
    while (runs.size < limits.concurrency && inbox.hasWork(notNow())) {
      const started = runSoon().finally(() => settle(started));
      runs.add(started);
    }
  }

  return {
    wake,
    lookAt(device) {
      inbox.markBehind(device);
      wake();
    },
    invalidate(device) {
      invalid.add(device);
      inbox.markBehind(device);
      wake();
    },
    lookAtSilent() {
      const nowMs = clock.now();
      for (const [device, dueMs] of silences) {
        if (dueMs > nowMs) continue;
        silences.delete(device);
        inbox.markBehind(device);
      }
      for (const { device } of states.awaitingRules()) inbox.markBehind(device.code);
      wake();
    },
    async idle() {
      if (!isIdle()) await new Promise<void>((resolve) => waiters.push(resolve));
    },
    async close() {
      isClosed = true;
      for (const timer of retries.values()) clearTimeout(timer);
      await Promise.all(runs);
      for (const resolve of waiters.splice(0)) resolve();
      for (const loaded of states.all()) await saveQuietly(loaded);
    },
  };
}
