// A model's probabilities over time beside the hours before each failure, for some devices that its trees had not seen: what the
// plots of the models screen are drawn from. Devices are taken in the order they come in, not by how well they went.
import { type EpochMs, HOUR_MS } from '../../../contracts/time.ts';
import { thinned } from '../thinned.ts';
import type { UnitHistory } from './history.ts';
import type { Samples } from './samples.ts';

export interface ScoreTrace {
  device: string;
  component: string;
  threshold: number;
  atMs: EpochMs[];
  probability: number[];
  /** The horizon before each failure. */
  windows: { fromMs: EpochMs; toMs: EpochMs }[];
}

/** Devices that failed and devices that did not, of each component. */
const FAILED_LIMIT = 4;
const SOUND_LIMIT = 2;
/** Of each stretch its lowest and its highest probability stay. */
const STRETCHES = 150;

export interface Traced {
  component: string;
  threshold: number;
  probabilities: Float64Array;
}

export function tracesOf(
  components: readonly Traced[],
  { units, times }: Pick<Samples, 'units' | 'times'>,
  histories: readonly UnitHistory[],
  horizonHours: number,
): ScoreTrace[] {
  const rowsOf = rowsByUnit(units);
  return components.flatMap(({ component, threshold, probabilities }) => {
    const traces = [...rowsOf].map(([unit, rows]) => {
      const { unit: device, happenings } = histories[unit] as UnitHistory;
      const [firstMs, lastMs] = [times[rows[0] as number] as number, times[rows.at(-1) as number] as number];
      const line = thinned(
        rows.map((row) => times[row] as number),
        rows.map((row) => probabilities[row] as number),
        STRETCHES,
      );
      const windows = happenings.flatMap((one) => {
        if (one.kind !== 'failed' || one.component !== component) return [];
        const fromMs = one.atMs - horizonHours * HOUR_MS;
        return one.atMs > firstMs && fromMs < lastMs ? [{ fromMs, toMs: one.atMs }] : [];
      });
      return { device, component, threshold, atMs: line.xs, probability: line.ys, windows };
    });
    const failed = traces.filter(({ windows }) => windows.length > 0).slice(0, FAILED_LIMIT);
    return [...failed, ...traces.filter(({ windows }) => windows.length === 0).slice(0, SOUND_LIMIT)];
  });
}

/** Rows come in order of unit and time. */
function rowsByUnit(units: Int32Array): Map<number, number[]> {
  const rows = new Map<number, number[]>();
  units.forEach((unit, row) => {
    const known = rows.get(unit);
    if (known === undefined) rows.set(unit, [row]);
    else known.push(row);
  });
  return rows;
}
