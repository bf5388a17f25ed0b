// A component's lives as runs: from the day it was put in to its failure, usage in hours since then, and the gauges of its
// device averaged over equal steps. A life whose beginning nobody knows has no age and is left out.
import { HOUR_MS, type EpochMs } from '../../../contracts/time.ts';
import type { MetricHistory, UnitHistory } from '../horizon/history.ts';
import type { Run } from './run.ts';

export interface ComponentLife {
  sinceMs: EpochMs;
  /** `null`: still going. */
  failedMs: EpochMs | null;
}

/** Lives of the component in order; of all of them only the last may still be going. */
export function livesOfComponent({ happenings }: UnitHistory, component: string): ComponentLife[] {
  const lives: ComponentLife[] = [];
  let sinceMs: EpochMs | null = null;
  for (const happening of happenings) {
    if (happening.kind === 'event' || happening.component !== component) continue;
    const { atMs } = happening;
    if (happening.kind === 'replaced') sinceMs = atMs;
    else {
      if (sinceMs !== null && atMs > sinceMs) lives.push({ sinceMs, failedMs: atMs });
      sinceMs = null;
    }
  }
  return sinceMs === null ? lives : [...lives, { sinceMs, failedMs: null }];
}

/** Steps of `everyHours` from `sinceMs` to `toMs` in which anything was read; gauges that said nothing are NaN. */
export function runBetween(
  id: string,
  readings: readonly MetricHistory[],
  gauges: readonly string[],
  { sinceMs, toMs, everyHours }: { sinceMs: EpochMs; toMs: EpochMs; everyHours: number },
): Run {
  const stepMs = everyHours * HOUR_MS;
  const steps = Math.max(0, Math.floor((toMs - sinceMs) / stepMs));
  const sums = new Float64Array(steps * gauges.length);
  const counts = new Int32Array(steps * gauges.length);
  const isHeard = new Uint8Array(steps);
  for (const { metric, timesMs, values } of readings) {
    const gauge = gauges.indexOf(metric);
    if (gauge < 0) continue;
    for (let at = 0; at < timesMs.length; at++) {
      const step = Math.ceil(((timesMs[at] as number) - sinceMs) / stepMs) - 1;
      if (step < 0 || step >= steps || !Number.isFinite(values[at])) continue;
      const place = step * gauges.length + gauge;
      sums[place] = (sums[place] as number) + (values[at] as number);
      counts[place] = (counts[place] as number) + 1;
      isHeard[step] = 1;
    }
  }
  const heard = [...isHeard.keys()].filter((step) => isHeard[step] === 1);
  const meanAt = (place: number): number => (sums[place] as number) / (counts[place] as number);
  return {
    id,
    steps: heard.length,
    usage: Float64Array.from(heard, (step) => (step + 1) * everyHours),
    conditions: new Float64Array(0),
    sensors: Float64Array.from(heard.flatMap((step) => gauges.map((_, gauge) => meanAt(step * gauges.length + gauge)))),
  };
}
