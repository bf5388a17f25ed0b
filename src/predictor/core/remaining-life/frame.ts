// What training fixes before any tree: regimes, the scale of the sensors, a typical life, and the index that fuses the
// sensors into one number; and the rows of whole runs under that frame.
import type { Matrix } from '../boosting/matrix.ts';
import { levelOf } from './lines.ts';
import { findRegimes } from './regimes.ts';
import { Ridge } from './ridge.ts';
import type { Run, RunShape } from './run.ts';
import { scaleSensors } from './sensor-scale.ts';
import { observe, startTrack, trackColumns, writeRow, type LifeFrame, type UnitTrack } from './unit-track.ts';

/** Penalty of the index's weights: sensors that say the same share the weight. */
const PENALTY = 0.001;
const INDEX_MEMORY = 1;

/** What was left at each step of a run that ended in failure. */
export const remainingOf = (run: Run): Float64Array =>
  run.usage.map((usage) => (run.usage[run.steps - 1] as number) - usage);

export function fitFrame(runs: readonly Run[], shape: RunShape, cap: number): LifeFrame {
  const regimes = findRegimes(runs, shape.conditions);
  const scale = scaleSensors(runs, regimes, shape);
  const lives = runs
    .map((run) => (run.usage[run.steps - 1] as number) - (run.usage[0] as number))
    .sort((a, b) => a - b);
  const typicalLife = Math.max(lives[lives.length >> 1] ?? 1, Number.MIN_VALUE);
  const withoutIndex = { shape, regimes, scale, index: [0, ...scale.used.map(() => 0)], typicalLife };
  const ridge = new Ridge(scale.used.length);
  for (const run of runs) {
    const remaining = remainingOf(run);
    follow(withoutIndex, run, (track, step) => {
      ridge.add((sensor) => levelOf(track.lines, sensor, INDEX_MEMORY), Math.min(cap, remaining[step] as number));
    });
  }
  return { ...withoutIndex, index: ridge.solve(PENALTY) };
}

/** Leads a run step by step past `see`. */
export function follow(frame: LifeFrame, run: Run, see: (track: UnitTrack, step: number) => void): UnitTrack {
  const track = startTrack(frame);
  const values = new Float64Array(frame.scale.used.length);
  for (let row = 0; row < run.steps; row++) {
    const { conditions, sensors } = run;
    observe(frame, track, { usage: run.usage[row] as number, conditions, sensors, row }, values);
    see(track, row);
  }
  return track;
}

/** A row for every step of every run, in order. */
export function rowsOfRuns(frame: LifeFrame, runs: readonly Run[]): Matrix {
  const columns = trackColumns(frame);
  const rows = runs.reduce((sum, run) => sum + run.steps, 0);
  const values = new Float32Array(rows * columns.length);
  let at = 0;
  for (const run of runs) {
    follow(frame, run, (track) => {
      writeRow(frame, track, values, at);
      at += columns.length;
    });
  }
  return { columns, rows, values };
}
