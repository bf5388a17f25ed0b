// The live topic of one device: its record and the newest value of each metric.
import { useComputed, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Device, LatestValue } from '../../../contracts/http/devices.ts';
import type { Snapshots } from '../../../contracts/live.ts';
import { useApp } from '../../app-context.ts';
import type { LatestByMetric } from '../../charts/use-series.ts';

export interface DeviceFeed {
  device: Device | null;
  latest: LatestByMetric;
}

export function useDeviceFeed(id: string): DeviceFeed {
  const { live, devices } = useApp();
  const latest = useSignal<ReadonlyMap<string, LatestValue>>(new Map());
  const own = useSignal<Device | null>(null);
  const connection = live.value;
  useEffect(() => {
    latest.value = new Map();
    own.value = null;
    return connection?.watch(`device:${id}`, {
      onSnapshot(snapshot) {
        const { device, latest: values } = snapshot as Snapshots['device'];
        own.value = device;
        latest.value = new Map(values.map((one) => [one.metric, one]));
      },
      onChange(change) {
        if (change.type === 'device.changed') own.value = change.data;
        if (change.type === 'readings') {
          latest.value = new Map([
            ...latest.value,
            ...change.data.map((one): [string, LatestValue] => [one.metric, one]),
          ]);
        }
      },
    });
  }, [id, connection]);
  const device = useComputed(() => own.value);
  // The fleet's record is there at once; the topic's own arrives a moment later and is at least as new.
  return { device: device.value?.id === id ? device.value : (devices.byId.value.get(id) ?? null), latest };
}
