// What a user would write for remaining life without a model of it: a typical life minus the age, and a straight line of
// the sensors' last values.
import { follow, fitFrame, remainingOf } from '../../core/remaining-life/frame.ts';
import { Ridge } from '../../core/remaining-life/ridge.ts';
import type { Run, RunShape } from '../../core/remaining-life/run.ts';
import { levelOf } from '../../core/remaining-life/lines.ts';
import type { LifeFrame, UnitTrack } from '../../core/remaining-life/unit-track.ts';

/** Name and the answer at the last row of each test unit. */
export function simpleRuls(
  training: readonly Run[],
  shape: RunShape,
  { runs }: { runs: readonly Run[] },
  cap: number,
): [string, Float64Array][] {
  const frame = fitFrame(training, shape, cap);
  const capped = (value: number): number => Math.max(0, Math.min(cap, value));
  const ageOf = (run: Run): number => run.usage[run.steps - 1] as number;
  const line = straightLine(frame, training, cap);
  return [
    ['typicalLifeMinusAge', Float64Array.from(runs, (run) => capped(frame.typicalLife - ageOf(run)))],
    ['linearRegression', Float64Array.from(runs, (run) => capped(line(follow(frame, run, () => {}))))],
  ];
}

function straightLine(frame: LifeFrame, training: readonly Run[], cap: number): (track: UnitTrack) => number {
  const sensors = frame.scale.used.length;
  const ridge = new Ridge(sensors + 1);
  const valueAt = (track: UnitTrack) => (column: number) =>
    column < sensors ? levelOf(track.lines, column, 0) : track.usage / frame.typicalLife;
  for (const run of training) {
    const remaining = remainingOf(run);
    follow(frame, run, (track, step) => ridge.add(valueAt(track), Math.min(cap, remaining[step] as number)));
  }
  const weights = ridge.solve(0);
  return (track) => {
    const value = valueAt(track);
    return weights.reduce((sum, weight, at) => sum + weight * (at === 0 ? 1 : value(at - 1) || 0), 0);
  };
}
