// Rows to learn from and to be scored on: every so many hours a unit's log as it stood then, and which of its components failed
// within the horizon after it.
import { type EpochMs, HOUR_MS } from '../../../contracts/time.ts';
import type { Matrix } from '../boosting/matrix.ts';
import { columnsOf, type Layout } from './columns.ts';
import { playbackOf, type UnitHistory } from './history.ts';
import { createRowWriter } from './rows.ts';
import { LOG_SETTINGS, newUnitLog } from './unit-log.ts';

export interface SampleTimes {
  /** First and last instant of a row; later ones every `everyHours`. */
  fromMs: EpochMs;
  toMs: EpochMs;
  everyHours: number;
}

export interface Samples {
  x: Matrix;
  /** Place of the row's unit in the list of histories. */
  units: Int32Array;
  times: Float64Array;
  /** By component of the layout: 1 where it fails in (time, time + horizon]. */
  labels: Float64Array[];
  weights: Float64Array;
}

/** Which rows to keep, and what each then stands for; called in order of unit and time. */
export type Thinning = (row: Float32Array, isPositive: boolean) => number;

export const keepAll: Thinning = () => 1;

export function samplesOf(
  histories: readonly UnitHistory[],
  layout: Layout,
  { fromMs, toMs, everyHours }: SampleTimes,
  thinning: Thinning = keepAll,
): Samples {
  const columns = columnsOf(layout, LOG_SETTINGS.memoriesMs).map(({ name }) => name);
  const width = columns.length;
  const everyMs = everyHours * HOUR_MS;
  const perUnit = Math.max(0, Math.floor((toMs - fromMs) / everyMs) + 1);
  let values = new Float32Array(Math.min(histories.length * perUnit, 4096) * width);
  const units: number[] = [];
  const times: number[] = [];
  const weights: number[] = [];
  const labels: number[][] = layout.components.map(() => []);
  let rows = 0;
  histories.forEach((history, unit) => {
    const log = newUnitLog();
    const playback = playbackOf(history, log);
    const writer = createRowWriter(layout, log, history.statics, history.days);
    const next = layout.components.map((component) => failuresAfter(history, component));
    for (let atMs = fromMs; atMs <= toMs; atMs += everyMs) {
      playback.playTo(atMs);
      if ((rows + 1) * width > values.length) values = grown(values);
      const row = values.subarray(rows * width, (rows + 1) * width);
      writer.write(atMs, row);
      const fails = next.map((after) => after(atMs) <= atMs + layout.horizonHours * HOUR_MS);
      const weight = thinning(row, fails.includes(true));
      if (weight === 0) continue;
      rows++;
      units.push(unit);
      times.push(atMs);
      weights.push(weight);
      fails.forEach((failed, index) => labels[index]?.push(failed ? 1 : 0));
    }
  });
  return {
    x: { columns, rows, values: values.subarray(0, rows * width) },
    units: Int32Array.from(units),
    times: Float64Array.from(times),
    labels: labels.map((column) => Float64Array.from(column)),
    weights: Float64Array.from(weights),
  };
}

function grown(values: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  const larger = new Float32Array(values.length * 2);
  larger.set(values);
  return larger;
}

/** The component's next failure after an instant, Infinity when there is none. Instants only grow. */
function failuresAfter({ happenings }: UnitHistory, component: string): (atMs: EpochMs) => EpochMs {
  const times = happenings.flatMap((one) => (one.kind === 'failed' && one.component === component ? [one.atMs] : []));
  let next = 0;
  return (atMs) => {
    while (next < times.length && (times[next] as number) <= atMs) next++;
    return times[next] ?? Number.POSITIVE_INFINITY;
  };
}
