// What a component's model says of one device at an instant: time left with its interval, the probability of failure within
// the horizon, and the gauges that took most of the life away.
import type { Contribution } from '../views.ts';
import { contributionsOf } from '../boosting/explain.ts';
import { type AdaptiveWidth, stretched } from '../conformal/adaptive.ts';
import { shareBelow } from '../conformal/bands.ts';
import type { EpochMs } from '../../../contracts/time.ts';
import { follow } from './frame.ts';
import { levelOf } from './lines.ts';
import { remainingLife } from './model.ts';
import type { Run } from './run.ts';
import type { ComponentLifeModel } from './stored-life.ts';
import { trackColumns, writeRow, type UnitTrack } from './unit-track.ts';

export interface ComponentAnswer {
  hours: { p10: number; p50: number; p90: number };
  moreThanHours: number | null;
  withinHorizon: number;
  isFamiliar: boolean;
  contributors: Omit<Contribution, 'sinceMs'>[];
}

const MOST_CONTRIBUTORS = 3;
const MIDDLE = 1;

/** `null` while the run has no readings. */
export function answerFor(
  { life, gauges }: ComponentLifeModel,
  run: Run,
  { horizonHours, width }: { horizonHours: number; width: AdaptiveWidth },
): ComponentAnswer | null {
  const track = follow(life.frame, run, () => undefined);
  const said = remainingLife(life, track);
  if (said === null) return null;
  const { low, high } = stretched({ low: said.p10, high: said.p90 }, said.p50, width, life.cap);
  return {
    hours: { p10: low, p50: said.p50, p90: high },
    moreThanHours: said.moreThan,
    withinHorizon: shareBelow(life.bands, said.p50, horizonHours),
    isFamiliar: said.isFamiliar,
    contributors: contributorsOf(life, track, gauges),
  };
}

/** The gauges whose readings shortened the answer most, by the exact contributions of the trees. */
function contributorsOf(
  { frame, members }: ComponentLifeModel['life'],
  track: UnitTrack,
  gauges: readonly string[],
): ComponentAnswer['contributors'] {
  const row = new Float32Array(trackColumns(frame).length);
  writeRow(frame, track, row, 0);
  const { used } = frame.scale;
  const taken = new Float64Array(used.length);
  const perChannel = (row.length - 1) / (used.length + 1);
  for (const trees of members) {
    const { byColumn } = contributionsOf(trees, row);
    const ofChannel = (channel: number): number =>
      byColumn
        .subarray(1 + channel * perChannel, 1 + (channel + 1) * perChannel)
        .reduce((sum, value) => sum + value, 0);
    const shares = indexShares(frame.index, track, used.length);
    const index = ofChannel(used.length);
    used.forEach((_, sensor) => {
      const own = ofChannel(sensor) + index * (shares[sensor] as number);
      taken[sensor] = (taken[sensor] as number) - own / members.length;
    });
  }
  return [...used.keys()]
    .filter((sensor) => (taken[sensor] as number) > 0)
    .sort((a, b) => (taken[b] as number) - (taken[a] as number))
    .slice(0, MOST_CONTRIBUTORS)
    .map((sensor) => {
      const sigma = levelOf(track.lines, sensor, MIDDLE);
      const expected = frame.scale.means[0]?.[sensor] as number;
      const value = expected + sigma * (frame.scale.deviations[0]?.[sensor] as number);
      const metric = gauges[used[sensor] as number] as string;
      return { metric, by: 'level', direction: sigma >= 0 ? 'up' : 'down', value, expected, sigma };
    });
}

/** What part each sensor has in where the index stands. */
function indexShares(index: readonly number[], { lines }: UnitTrack, sensors: number): number[] {
  const parts = Array.from({ length: sensors }, (_, sensor) =>
    Math.abs((index[sensor + 1] as number) * (levelOf(lines, sensor, MIDDLE) || 0)),
  );
  const whole = parts.reduce((sum, part) => sum + part, 0);
  return parts.map((part) => (whole > 0 ? part / whole : 1 / sensors));
}

/** The newest instant of the grid on which a model is asked. */
export const gridMs = (atMs: EpochMs, everyMs: number): EpochMs => Math.floor(atMs / everyMs) * everyMs;
