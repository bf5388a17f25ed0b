// What happened to a unit, in order of time, and how a log goes along it: the one way in which histories of any origin become
// rows. Everything up to and with an instant is known at it; what comes later is not.
import type { EpochMs } from '../../../contracts/time.ts';
import type { DetectorDay } from './detector-days.ts';
import type { Statics } from './rows.ts';
import { forgetMetrics, noteEvent, noteFailure, noteReading, noteReplacement, type UnitLog } from './unit-log.ts';

export type Happening =
  | { atMs: EpochMs; kind: 'event'; code: string }
  | { atMs: EpochMs; kind: 'replaced' | 'failed'; component: string };

/** Readings of one metric, oldest first. */
export interface MetricHistory {
  metric: string;
  timesMs: Float64Array;
  values: Float64Array;
}

export interface UnitHistory {
  unit: string;
  statics: Statics;
  /** Oldest first. */
  happenings: Happening[];
  readings: MetricHistory[];
  /** What the detectors said of days that are over, oldest first; left out where nobody asked. */
  days?: DetectorDay[];
  /** By component, the metrics it shows in, where somebody knows: a new component starts them afresh. */
  metricsBehind?: Readonly<Record<string, readonly string[]>>;
}

export function noteHappening(log: UnitLog, happening: Happening): void {
  if (happening.kind === 'event') noteEvent(log, happening.code, happening.atMs);
  else if (happening.kind === 'failed') noteFailure(log, happening.component, happening.atMs);
  else noteReplacement(log, happening.component, happening.atMs);
}

export interface Playback {
  /** Takes everything up to and with this instant into the log. Instants only grow. */
  playTo(atMs: EpochMs): void;
}

export function playbackOf({ happenings, readings, metricsBehind }: UnitHistory, log: UnitLog): Playback {
  let next = 0;
  const places = readings.map(() => 0);

  function readTo(atMs: EpochMs): void {
    readings.forEach(({ metric, timesMs, values }, index) => {
      let at = places[index] as number;
      while (at < timesMs.length && (timesMs[at] as number) <= atMs) {
        const value = values[at] as number;
        if (Number.isFinite(value)) noteReading(log, metric, timesMs[at] as number, value);
        at++;
      }
      places[index] = at;
    });
  }

  return {
    playTo(atMs) {
      for (; next < happenings.length; next++) {
        const happening = happenings[next] as Happening;
        if (happening.atMs > atMs) break;
        noteHappening(log, happening);
        const behind = happening.kind === 'replaced' ? metricsBehind?.[happening.component] : undefined;
        if (behind === undefined) continue;
        // What was read before the component came is not forgotten twice: it is read first.
        readTo(happening.atMs);
        forgetMetrics(log, new Set(behind));
      }
      readTo(atMs);
    },
  };
}
