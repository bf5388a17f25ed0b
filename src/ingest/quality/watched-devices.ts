// The devices that are watched, in memory. A device met for the first time is loaded with what is stored of it and with
// the readings since; what is committed meanwhile waits for it.
import type { Database } from '../../db/database.ts';
import { createWatch, type Watch, type WatchedSlice } from '../core/device-watch.ts';
import { qualityPlanOf } from '../core/quality-plan.ts';
import { type DeviceWatch, newDeviceWatch } from '../core/quality-state.ts';
import type { WatchedCatalogue } from './ports.ts';
import { catchUp } from './catch-up.ts';
import type { QualityLimits } from './limits.ts';
import { loadStates } from './quality-store.ts';

export interface WatchedDevice {
  id: number;
  code: string;
  state: DeviceWatch;
  watch: Watch;
  /** Heard since it was last stored that it was, and since its state was. */
  isHeard: boolean;
  isChanged: boolean;
  /** Nothing is stored of it yet. */
  isNew: boolean;
}

export interface WatchedDevices {
  /** Null while the device is still being loaded: hand the slice to `later`. */
  get(code: string): WatchedDevice | null;
  later(code: string, slice: WatchedSlice): void;
  add(codes: Iterable<string>): void;
  /** Its product or life cycle may have changed. */
  replan(code: string): Promise<void>;
  all(): IterableIterator<WatchedDevice>;
  size(): number;
  /** Loads what was added; false when there was nothing. */
  loadSome(): Promise<boolean>;
}

export interface WatchedDevicesOptions {
  database: Database;
  catalogue: WatchedCatalogue;
  limits: QualityLimits;
  onLeftOut: () => void;
}

const readingsIn = (slices: readonly WatchedSlice[]): number =>
  slices.reduce((sum, { readings }) => sum + readings.length, 0);

export function createWatchedDevices(options: WatchedDevicesOptions): WatchedDevices {
  const { database, catalogue, limits, onLeftOut } = options;
  const devices = new Map<string, WatchedDevice>();
  /** To be loaded, each with what was committed of it meanwhile: a new device has nothing stored to catch up from. */
  const wanted = new Map<string, WatchedSlice[]>();
  let waitingReadings = 0;
  /** Being loaded: what is committed now may or may not be in what is read. */
  let loading = new Map<string, WatchedSlice[]>();

  async function make(code: string, stateOf: (id: number) => DeviceWatch | undefined): Promise<WatchedDevice | null> {
    const known = await catalogue.load(code);
    if (known === null) return null;
    const stored = stateOf(known.id);
    const state = stored ?? newDeviceWatch();
    const watch = createWatch(qualityPlanOf(known.product, known.lifecycle), state);
    return { id: known.id, code, state, watch, isHeard: false, isChanged: false, isNew: stored === undefined };
  }

  async function load(codes: readonly string[]): Promise<void> {
    const entries = (await Promise.all(codes.map((code) => catalogue.load(code)))).filter((one) => one !== null);
    const ids = entries.map(({ id }) => id);
    const states = await loadStates(database, ids);
    const byId = new Map<number, WatchedDevice>();
    for (const code of codes) {
      const device = await make(code, (id) => states.get(id));
      if (device !== null) byId.set(device.id, device);
    }
    const { latenessMs, replayPage: page } = limits;
    await catchUp(database, {
      ids,
      latenessMs,
      page,
      onSlice(id, slice) {
        const device = byId.get(id);
        device?.watch.observe(slice);
        if (device) device.isChanged = true;
      },
    });
    for (const device of byId.values()) {
      devices.set(device.code, device);
      // Slices that the reading back has brought already are older than the watermark, and not taken twice.
      for (const slice of loading.get(device.code) ?? []) {
        device.watch.observe(slice);
        device.isHeard = device.isChanged = true;
      }
    }
  }

  return {
    get: (code) => devices.get(code) ?? null,
    later(code, slice) {
      const waiting = loading.get(code);
      if (waiting !== undefined) {
        waiting.push(slice);
        return;
      }
      const slices = wanted.get(code) ?? [];
      const hasRoom = devices.size + wanted.size < limits.devices && waitingReadings < limits.waitingReadings;
      if (hasRoom) {
        slices.push(slice);
        waitingReadings += slice.readings.length;
      } else onLeftOut();
      wanted.set(code, slices);
    },
    add(codes) {
      for (const code of codes) if (!devices.has(code) && !wanted.has(code)) wanted.set(code, []);
    },
    async replan(code) {
      const device = devices.get(code);
      const known = device === undefined ? null : await catalogue.load(code);
      if (device === undefined || known === null) return;
      device.watch.replan(qualityPlanOf(known.product, known.lifecycle));
    },
    all: () => devices.values(),
    size: () => devices.size,
    async loadSome() {
      const page = [...wanted].slice(0, limits.loadPage);
      if (page.length === 0) return false;
      for (const [code, slices] of page) {
        wanted.delete(code);
        waitingReadings -= readingsIn(slices);
      }
      loading = new Map(page);
      try {
        await load(page.map(([code]) => code));
      } catch (error) {
        for (const [code, slices] of page) {
          wanted.set(code, slices);
          waitingReadings += readingsIn(slices);
        }
        throw error;
      } finally {
        loading = new Map();
      }
      return true;
    },
  };
}
