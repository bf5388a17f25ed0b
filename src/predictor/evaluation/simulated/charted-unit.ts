// The peers on the same units: a control chart per gauge, begun afresh after a repair of what the gauge is a sign of. An
// alarm is several readings in a row beyond the limit; one pass gives the alarms of every limit that is tried.
import { HOUR_MS, type EpochMs } from '../../../contracts/time.ts';
import { causeOfMetric } from '../../core/plan.ts';
import type { Chart } from '../peers/control-charts.ts';
import type { SimulatedUnit } from './fleet.ts';
import { repairsOf } from './judged-unit.ts';
import type { Alarm } from './scoring.ts';

export const LIMITS = [3, 4, 5, 6, 8, 10, 12, 16, 20, 30] as const;
/** Readings in a row beyond the limit that begin an alarm, and time below it that ends one: as the predictor has them. */
const IN_A_ROW = 5;
const QUIET_MS = 12 * HOUR_MS;

interface Watch {
  run: number;
  openedMs: EpochMs | null;
  beyondMs: EpochMs;
}

/** Alarms by limit, in the order of `LIMITS`. */
export function chartAlarmsOf(unit: SimulatedUnit, createChart: () => Chart): Alarm[][] {
  const gauges = new Set(unit.product.metrics.filter(({ kind }) => kind === 'gauge').map(({ code }) => code));
  const charts = new Map<string, Chart>();
  const watches = LIMITS.map(() => new Map<string, Watch>());
  const alarms: Alarm[][] = LIMITS.map(() => []);
  const end = (limit: number, metric: string, toMs: EpochMs): void => {
    const watch = watches[limit]?.get(metric);
    if (watch === undefined || watch.openedMs === null) return;
    alarms[limit]?.push({ cause: causeOfMetric(metric), fromMs: watch.openedMs, toMs });
    watch.openedMs = null;
  };
  const forget = (metric: string, atMs: EpochMs): void => {
    charts.delete(metric);
    for (const limit of LIMITS.keys()) end(limit, metric, atMs);
    for (const watch of watches) watch.delete(metric);
  };
  const take = (metric: string, atMs: EpochMs, score: number): void => {
    for (const [limit, sigmas] of LIMITS.entries()) {
      const watch = watchOf(watches[limit] as Map<string, Watch>, metric);
      watch.run = score > sigmas ? watch.run + 1 : 0;
      if (watch.run > 0) watch.beyondMs = atMs;
      if (watch.openedMs === null && watch.run >= IN_A_ROW) watch.openedMs = atMs;
      else if (atMs - watch.beyondMs >= QUIET_MS) end(limit, metric, atMs);
    }
  };
  const repairs = repairsOf(unit);
  for (const { receivedAtMs, readings } of unit.slices()) {
    while (repairs[0] !== undefined && repairs[0].atMs <= receivedAtMs) {
      const { component, atMs } = repairs[0];
      for (const { signs } of component.failureModes) for (const { metric } of signs) forget(metric, atMs);
      repairs.shift();
    }
    for (const { metric, measuredAtMs, value } of readings) {
      if (!gauges.has(metric)) continue;
      const chart = charts.get(metric) ?? createChart();
      charts.set(metric, chart);
      take(metric, measuredAtMs, chart.score(measuredAtMs, value));
    }
  }
  for (const metric of gauges) for (const limit of LIMITS.keys()) end(limit, metric, unit.toMs);
  return alarms;
}

function watchOf(watches: Map<string, Watch>, metric: string): Watch {
  let watch = watches.get(metric);
  if (watch === undefined) watches.set(metric, (watch = { run: 0, openedMs: null, beyondMs: 0 }));
  return watch;
}
