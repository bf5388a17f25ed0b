// A machine's sensors, reading by reading, as the rows a model is asked with: every sensor's trace one after another, and how
// long the machine has been heard without a break.
import { type EpochMs, HOUR_MS } from '../../../contracts/time.ts';
import type { Matrix } from '../boosting/matrix.ts';
import { levelsOf } from './levels.ts';
import { newTrace, noteValue, type SensorTrace, traceColumns, writeTrace } from './sensor-trace.ts';

/** Silences, in longest horizons: after the first the row says so, after the second nothing from before counts. */
const BREAK = 0.125;
const FORGET = 6;

/** What rows are made of; learned from the training part, kept with the model. */
export interface SensorLayout {
  sensors: readonly string[];
  levels: readonly Float64Array[];
  /** The longest horizon that is asked for. */
  horizonMs: number;
}

/** A log of readings, a column a sensor; NaN where one is missing. */
export interface SensorReadings {
  timesMs: ArrayLike<number>;
  sensors: readonly string[];
  values: readonly ArrayLike<number>[];
}

export const layoutOf = ({ sensors, values }: SensorReadings, horizonMs: number): SensorLayout => ({
  sensors,
  levels: values.map(levelsOf),
  horizonMs,
});

const BREAK_COLUMN = 'hours-since-silence';

export const rowColumns = ({ sensors, levels }: SensorLayout): string[] => [
  BREAK_COLUMN,
  ...sensors.flatMap((sensor, index) => traceColumns(sensor, levels[index] as Float64Array)),
];

export class SensorRows {
  private readonly layout: SensorLayout;
  private readonly widths: readonly number[];
  private traces: SensorTrace[];
  private lastMs: EpochMs = Number.NaN;
  private silenceMs: EpochMs = Number.NaN;

  constructor(layout: SensorLayout) {
    this.layout = layout;
    this.widths = layout.levels.map((levels) => traceColumns('', levels).length);
    this.traces = layout.levels.map(newTrace);
  }

  /** Takes the readings of one instant, one a sensor; instants only grow. */
  note(atMs: EpochMs, valueOf: (sensor: number) => number): void {
    const { horizonMs, levels } = this.layout;
    if (atMs - this.lastMs > FORGET * horizonMs) this.traces = levels.map(newTrace);
    if (atMs - this.lastMs > BREAK * horizonMs) this.silenceMs = atMs;
    this.lastMs = atMs;
    this.traces.forEach((trace, sensor) => noteValue(trace, levels[sensor] as Float64Array, atMs, valueOf(sensor)));
  }

  /** Fills `row` from `offset` on with what is known at the last instant that was noted. */
  write(row: Float32Array, offset = 0): void {
    const { horizonMs } = this.layout;
    row[offset] = Math.min(FORGET * horizonMs, this.lastMs - this.silenceMs) / HOUR_MS;
    let at = offset + 1;
    this.traces.forEach((trace, sensor) => {
      writeTrace(trace, horizonMs, this.lastMs, row, at);
      at += this.widths[sensor] as number;
    });
  }
}

/** A row an instant of a whole log. */
export function sensorMatrix(layout: SensorLayout, { timesMs, values }: SensorReadings): Matrix {
  const columns = rowColumns(layout);
  const matrix = { columns, rows: timesMs.length, values: new Float32Array(timesMs.length * columns.length) };
  const rows = new SensorRows(layout);
  for (let instant = 0; instant < timesMs.length; instant++) {
    rows.note(timesMs[instant] as number, (sensor) => values[sensor]?.[instant] as number);
    rows.write(matrix.values, instant * columns.length);
  }
  return matrix;
}
