// One device's past as it was known at each moment of it, for the models that are asked anew: events as they came, firmware as it
// was, jobs once they were done. What was filled in long afterwards counts as known when it happened.
import type { Product } from '../../contracts/product.ts';
import { type EpochMs, HOUR_MS } from '../../contracts/time.ts';
import type { Queryable } from '../../db/database.ts';
import type { Happening, UnitHistory } from '../core/horizon/history.ts';
import {
  type DeviceRow,
  EVENTS_LIMIT,
  historyOf,
  inOrder,
  installedAtFirst,
  knownJobsOf,
  staticsOf,
} from '../horizon/device-history.ts';
import type { HorizonFacts } from '../horizon/facts.ts';

export interface PastEvent {
  code: string;
  atMs: EpochMs;
  heardMs: EpochMs;
}

export interface DevicePast {
  row: DeviceRow;
  /** In the order in which they were heard. */
  events: readonly PastEvent[];
  firmware: readonly { atMs: EpochMs; firmware: string; previous: string | null }[];
  jobs: readonly { knownMs: EpochMs; happenings: readonly Happening[] }[];
}

/** What came this long after it happened was filled in: by an import, or by a device's memory. */
export const FILLED_IN_MS = HOUR_MS;

const DEVICE = 'SELECT id, code, installed_on::timestamptz AS installed_on, firmware, lot FROM device WHERE id = $1';
const EVENTS = `
  SELECT code, at, CASE WHEN received_at - at > make_interval(secs => $3) THEN at ELSE received_at END AS heard
  FROM device_event WHERE device_id = $1 AND at < $2 ORDER BY at DESC, id DESC LIMIT ${EVENTS_LIMIT}`;
const FIRMWARE = 'SELECT at, firmware, previous FROM device_firmware WHERE device_id = $1 ORDER BY at, id';

export async function readDevicePast(db: Queryable, deviceId: number, toMs: EpochMs): Promise<DevicePast> {
  const row = (await db.prepared<DeviceRow>('time-machine-device', DEVICE, [deviceId])).rows[0] as DeviceRow;
  const events = await db.prepared<{ code: string; at: Date; heard: Date }>('time-machine-events', EVENTS, [
    deviceId,
    new Date(toMs),
    FILLED_IN_MS / 1000,
  ]);
  const firmware = await db.prepared<{ at: Date; firmware: string; previous: string | null }>(
    'time-machine-firmware',
    FIRMWARE,
    [deviceId],
  );
  return {
    row,
    events: events.rows
      .map(({ code, at, heard }) => ({ code, atMs: at.getTime(), heardMs: heard.getTime() }))
      .sort((a, b) => a.heardMs - b.heardMs || a.atMs - b.atMs),
    firmware: firmware.rows.map(({ at, ...rest }) => ({ atMs: at.getTime(), ...rest })),
    jobs: await knownJobsOf(db, deviceId, toMs),
  };
}

export function firmwareAt({ row, firmware }: Pick<DevicePast, 'row' | 'firmware'>, atMs: EpochMs): string | null {
  const then = firmware.findLast((change) => change.atMs <= atMs);
  if (then !== undefined) return then.firmware;
  return firmware[0] === undefined ? row.firmware : firmware[0].previous;
}

/** Installations, replacements and failures as far as they were known. */
export const happeningsKnownAt = (product: Product, { row, jobs }: DevicePast, atMs: EpochMs): Happening[] =>
  [
    ...installedAtFirst(product, row).filter((one) => one.atMs <= atMs),
    ...jobs.flatMap(({ knownMs, happenings }) => (knownMs <= atMs ? happenings : [])),
  ].sort(inOrder);

/** How many of them had been heard by an instant. */
export function eventsHeardBy(events: readonly PastEvent[], receivedMs: EpochMs): number {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((events[middle] as PastEvent).heardMs <= receivedMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

export interface PastFacts extends HorizonFacts {
  /** The device that is judged from here on; nothing is kept of the one before. */
  turnTo(past: DevicePast): void;
}

/** The number of an event is its place in the order in which they were heard. */
export function pastFacts(db: Queryable): PastFacts {
  let past: DevicePast | null = null;
  let begun: { toMs: EpochMs; history: UnitHistory } | null = null;
  const now = (): DevicePast => past as DevicePast;
  const heardBy = (receivedMs: EpochMs): number => eventsHeardBy(now().events, receivedMs);
  return {
    turnTo(next) {
      past = next;
      begun = null;
    },
    async history(_deviceId, product, { toMs, receivedMs }) {
      const { row, events } = now();
      if (begun?.toMs !== toMs) {
        begun = { toMs, history: await historyOf(db, product, row, { fromMs: null, toMs, receivedMs: toMs }) };
      }
      const { happenings, ...rest } = begun.history;
      const told = events
        .slice(0, heardBy(receivedMs))
        .map(({ code, atMs }): Happening => ({ kind: 'event', code, atMs }));
      return { ...rest, happenings: [...happenings.filter(({ kind }) => kind !== 'event'), ...told].sort(inOrder) };
    },
    newestEvent: async (_deviceId, receivedMs) => heardBy(receivedMs),
    eventsAfter: async (_deviceId, id, receivedMs) =>
      now()
        .events.slice(id, heardBy(receivedMs))
        .map(({ code, atMs }, index) => ({ id: id + index + 1, code, atMs })),
    async statics(_deviceId, atMs) {
      return staticsOf({ firmware: firmwareAt(now(), atMs), lot: now().row.lot });
    },
  };
}
