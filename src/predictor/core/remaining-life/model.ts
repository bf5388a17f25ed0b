// A trained model of remaining life and its answer for a unit: expected life left with an interval, or "more than" where
// most units of such readings outlived what can be told apart; and a plain "unfamiliar" where training saw no such thing.
import { predictRow, type BoostedTrees } from '../boosting/trees.ts';
import { intervalAt, quantileAt, type Bands } from '../conformal/bands.ts';
import type { RunShape } from './run.ts';
import { trackColumns, writeRow, type LifeFrame, type UnitTrack } from './unit-track.ts';

export interface LifeModel {
  readonly format: 1;
  readonly cap: number;
  readonly shape: RunShape;
  readonly frame: LifeFrame;
  readonly members: readonly BoostedTrees[];
  readonly bands: Bands;
  /** Runs it was trained on. */
  readonly runs: number;
}

export interface RemainingLife {
  /** Ends of the interval, and the expected life between them, in units of usage. */
  p10: number;
  p50: number;
  p90: number;
  /** Set when most such units outlived the cap. */
  moreThan: number | null;
  /** False when the conditions of late were none that training saw: the answer is not to be relied on. */
  isFamiliar: boolean;
}

/** Misses of the interval from P10 to P90. */
export const PROMISED_MISS = 0.2;
const UNFAMILIAR_FROM = 0.5;

/** `null` before the first reading under known conditions. `miss` moves with what was realised. */
export function remainingLife(model: LifeModel, track: UnitTrack, miss = PROMISED_MISS): RemainingLife | null {
  const { frame, members, bands, cap } = model;
  if (track.firstUsage === null || !hasReadings(track)) return null;
  const row = new Float32Array(trackColumns(frame).length);
  writeRow(frame, track, row, 0);
  let sum = 0;
  for (const trees of members) sum += predictRow(trees, row);
  const expected = Math.max(0, Math.min(cap, sum / members.length));
  const { low, high } = intervalAt(bands, expected, miss);
  return {
    p10: Math.min(low, expected),
    p50: expected,
    p90: Math.max(high, expected),
    moreThan: quantileAt(bands, expected, 0.5) >= cap ? cap : null,
    isFamiliar: track.unseen < UNFAMILIAR_FROM,
  };
}

const hasReadings = ({ lines }: UnitTrack): boolean => lines.sums.some((sum) => sum !== 0);
