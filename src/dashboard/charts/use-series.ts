// One metric of one device over a range, kept current by live readings while the range ends now.
import type { ReadonlySignal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import type { LatestValue, Series } from '../../contracts/http/devices.ts';
import { useApp } from '../app-context.ts';
import { type Resource, useResource } from '../state/use-resource.ts';
import { withReading } from './series-columns.ts';

/** A span that ends now, or a fixed one. */
export type TimeRange = { spanMs: number } | { fromMs: number; toMs: number };

export const isLive = (range: TimeRange): range is { spanMs: number } => 'spanMs' in range;

export const boundsAt = (range: TimeRange, nowMs: number): { from: number; to: number } =>
  isLive(range) ? { from: nowMs - range.spanMs, to: nowMs } : { from: range.fromMs, to: range.toMs };

export type LatestByMetric = ReadonlySignal<ReadonlyMap<string, LatestValue>>;

export function useSeries(
  device: string,
  metric: string,
  range: TimeRange,
  points: number,
  latest: LatestByMetric | null,
): Resource<Series> {
  const { api } = useApp();
  const loaded = useResource(
    `${device} ${metric} ${points} ${JSON.stringify(range)}`,
    (signal) => {
      const { from, to } = boundsAt(range, Date.now());
      const query = { metric, from: new Date(from).toISOString(), to: new Date(to).toISOString(), points };
      return api.get<Series>(`/devices/${device}/telemetry`, query, signal);
    },
    true,
  );
  const [grown, setGrown] = useState<Series | null>(null);
  useEffect(() => setGrown(loaded.value), [loaded.value]);
  const reading = isLive(range) ? (latest?.value.get(metric) ?? null) : null;
  useEffect(() => {
    if (reading !== null) setGrown((series) => (series === null ? null : withReading(series, reading)));
  }, [reading]);
  // The value kept from the metric or device before must not pass for this one's.
  const isMine = grown !== null && grown.metric === metric && grown.device === device;
  return { ...loaded, value: isMine ? grown : null };
}
