// The quality watch: looks at committed readings beside the predictor, notices who is silent, and stores what it finds
// with the state it was found from, so that a kill neither loses an episode nor tells it twice.
import type { BaseLogger } from 'pino';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { CommittedBatch, Reading } from '../../contracts/readings.ts';
import type { Clock, EpochMs } from '../../contracts/time.ts';
import type { Database } from '../../db/database.ts';
import type { EventLog } from '../../db/event-log.ts';
import type { WatchedSlice } from '../core/device-watch.ts';
import type { HeldNotice, WatchedCatalogue } from './ports.ts';
import { DEFAULT_QUALITY_LIMITS, type QualityLimits } from './limits.ts';
import { type Keeper, createKeeper } from './keeper.ts';
import { createWatchedDevices } from './watched-devices.ts';

export interface QualityOptions {
  database: Database;
  eventLog: EventLog;
  catalogue: WatchedCatalogue;
  /** Messages wait for their commit: who is silent then cannot be told. */
  isBehind: () => boolean;
  clock: Clock;
  log: BaseLogger;
  metrics: Registry;
  limits?: Partial<QualityLimits>;
}

export interface Quality {
  /** What a commit made durable, in order. Never waits and never fails. */
  observe(batch: CommittedBatch): void;
  /** Messages that went to quarantine. */
  observeHeld(held: readonly HeldNotice[], receivedAtMs: EpochMs): void;
  /** Resolves when everything observed so far is stored. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

export async function startQuality(options: QualityOptions): Promise<Quality> {
  const { database, eventLog, catalogue, isBehind, clock, log, metrics } = options;
  const limits = { ...DEFAULT_QUALITY_LIMITS, ...options.limits };
  const leftOut = new Counter({
    name: 'stethos_quality_devices_left_out_total',
    help: 'Deliveries that were not watched: more devices, or more waiting, than one process holds',
    registers: [metrics],
  });
  const devices = createWatchedDevices({ database, catalogue, limits, onLeftOut: () => leftOut.inc() });
  const keeper: Keeper = createKeeper({ database, devices, clock, limits, log });
  watchedGauge(metrics, () => devices.size());
  const listeningSinceMs = clock.now();
  let heardToMs = listeningSinceMs;
  let isClosed = false;

  function hand(code: string, slice: WatchedSlice): void {
    const device = devices.get(code);
    if (device === null) {
      devices.later(code, slice);
      return;
    }
    device.watch.observe(slice);
    device.isHeard = device.isChanged = true;
  }

  /** Up to now, or as far as the commits have come. */
  const passTo = (): EpochMs => (isBehind() ? heardToMs : clock.now());

  async function tick(): Promise<void> {
    try {
      await devices.loadSome();
      const nowMs = passTo();
      for (const { watch } of devices.all()) watch.pass(nowMs, listeningSinceMs);
      await keeper.store();
    } catch (error) {
      log.warn({ error }, 'what the quality watch found could not be stored and is tried again');
    }
  }

  let ticking: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    ticking = ticking.then(() => (isClosed ? undefined : tick()));
  }, limits.tickMs);
  const unsubscribe = eventLog.subscribe((events) => {
    for (const event of events) {
      if (event.type === 'device.registered') devices.add([event.payload.device]);
      else if (event.type === 'device.changed') replan(event.payload.device);
      else if (event.type === 'registry.changed' && event.payload.resource === 'product')
        for (const { code } of devices.all()) replan(code);
    }
  });
  const replan = (code: string): void =>
    void devices
      .replan(code)
      .catch((error: unknown) => log.warn({ device: code, error }, 'a device was not replanned'));

  const { rows } = await database.query<{ code: string }>(
    "SELECT code FROM device WHERE lifecycle <> 'decommissioned'",
  );
  devices.add(rows.map(({ code }) => code));

  return {
    observe({ receivedAtMs, readings }) {
      heardToMs = Math.max(heardToMs, receivedAtMs);
      for (let from = 0; from < readings.length; ) {
        const device = (readings[from] as Reading).deviceId;
        let to = from + 1;
        while (to < readings.length && (readings[to] as Reading).deviceId === device) to++;
        hand(device, { receivedAtMs, readings: readings.slice(from, to) });
        from = to;
      }
    },
    observeHeld(held, receivedAtMs) {
      for (const { device: code, reason } of held) {
        const device = reason === 'clock-in-future' ? devices.get(code) : null;
        if (device === null) continue;
        device.watch.observeFutureClock(receivedAtMs);
        device.isChanged = true;
      }
    },
    async idle() {
      await ticking;
      while (await devices.loadSome());
      await tick();
    },
    async close() {
      unsubscribe();
      clearInterval(timer);
      await ticking;
      isClosed = true;
      await keeper.storeAll().catch((error: unknown) => {
        log.warn({ error }, 'the quality watch ends without its states; they are made again from the readings');
      });
    },
  };
}

function watchedGauge(metrics: Registry, ask: () => number): void {
  const gauge = new Gauge({
    name: 'stethos_quality_devices_watched',
    help: 'Devices whose data is watched',
    registers: [],
    // Asked when scraped.
    collect() {
      this.set(ask());
    },
  });
  metrics.registerMetric(gauge);
}
