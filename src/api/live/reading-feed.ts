// Live readings of watched devices: straight from the commit, thinned to the newest value of each metric twice a
// second. Not part of the event log; what is not watched costs nothing.
import type { LatestValue } from '../../contracts/http/devices.ts';
import type { LiveTopic } from '../../contracts/live.ts';
import type { CommittedBatch, Reading } from '../../contracts/readings.ts';
import { isoOf } from '../../contracts/time.ts';
import type { CommittedReadings } from '../ports.ts';
import { deviceOf } from './audience.ts';

export interface ReadingFeed {
  /** Topics other than `device:{id}` are none of its business and ignored. */
  watch(topic: LiveTopic): void;
  unwatch(topic: LiveTopic): void;
  close(): void;
}

interface Watched {
  watchers: number;
  /** Newest reading of each metric not sent yet. */
  fresh: Map<string, Reading>;
  /** When the newest reading that was sent was measured: a backlog that arrives late is no news. */
  sentMs: Map<string, number>;
}

const EVERY_MS = 500;

export function startReadingFeed(
  readings: CommittedReadings,
  deliver: (topic: LiveTopic, values: LatestValue[]) => void,
): ReadingFeed {
  const devices = new Map<string, Watched>();
  let timer: NodeJS.Timeout | undefined;

  function take({ readings: batch }: CommittedBatch): void {
    if (devices.size === 0) return;
    for (const reading of batch) {
      const watched = devices.get(reading.deviceId);
      if (!watched) continue;
      const newestMs = watched.fresh.get(reading.metric)?.measuredAtMs ?? watched.sentMs.get(reading.metric);
      if (newestMs === undefined || reading.measuredAtMs > newestMs) watched.fresh.set(reading.metric, reading);
    }
  }

  function flush(): void {
    for (const [device, { fresh, sentMs }] of devices) {
      if (fresh.size === 0) continue;
      for (const [metric, { measuredAtMs }] of fresh) sentMs.set(metric, measuredAtMs);
      const values = [...fresh.values()].map(toValue);
      fresh.clear();
      deliver(`device:${device}`, values);
    }
  }

  const unsubscribe = readings.subscribe(take);
  return {
    watch(topic) {
      const device = deviceOf(topic);
      if (device === null) return;
      const watched = devices.get(device) ?? { watchers: 0, fresh: new Map(), sentMs: new Map() };
      watched.watchers += 1;
      devices.set(device, watched);
      timer ??= setInterval(flush, EVERY_MS);
    },
    unwatch(topic) {
      const device = deviceOf(topic);
      const watched = device === null ? undefined : devices.get(device);
      if (device === null || !watched) return;
      watched.watchers -= 1;
      if (watched.watchers === 0) devices.delete(device);
      if (devices.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    },
    close() {
      unsubscribe();
      clearInterval(timer);
    },
  };
}

const toValue = ({ metric, measuredAtMs, value, label, quality }: Reading): LatestValue => ({
  metric,
  at: isoOf(measuredAtMs),
  value,
  quality,
  ...(label === undefined ? {} : { label }),
});
