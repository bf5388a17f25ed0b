// Readings of a device's gauges as they came, thinned as a stored history is, for models that look back over a component's whole life.
import type { EpochMs } from '../../contracts/time.ts';
import { QUALITY } from '../../contracts/readings.ts';
import type { Slice } from '../core/assess.ts';
import type { MetricHistory } from '../core/horizon/history.ts';
import { LOG_SETTINGS } from '../core/horizon/unit-log.ts';

export interface GaugeLog {
  hear(slice: Slice): void;
  readings(): MetricHistory[];
}

const stretchOf = (atMs: EpochMs): number => Math.floor(atMs / LOG_SETTINGS.thinMs);

export function openGaugeLog(gauges: ReadonlySet<string>, before: readonly MetricHistory[]): GaugeLog {
  const metrics = new Map(
    before.map(({ metric, timesMs, values }) => [metric, { timesMs: [...timesMs], values: [...values] }]),
  );
  return {
    hear({ readings }) {
      for (const { metric, measuredAtMs, value, quality } of readings) {
        if (!gauges.has(metric) || (quality & QUALITY.implausible) !== 0) continue;
        const log = metrics.get(metric) ?? { timesMs: [], values: [] };
        metrics.set(metric, log);
        if (stretchOf(measuredAtMs) <= stretchOf(log.timesMs.at(-1) ?? Number.NEGATIVE_INFINITY)) continue;
        log.timesMs.push(measuredAtMs);
        log.values.push(value);
      }
    },
    readings: () =>
      [...metrics].map(([metric, { timesMs, values }]) => ({
        metric,
        timesMs: Float64Array.from(timesMs),
        values: Float64Array.from(values),
      })),
  };
}
