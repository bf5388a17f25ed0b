// A trained model of failure within a horizon, and its answer for a row: the calibrated probability of each of its components, with
// an interval that widens where the row is unlike anything the model has seen.
import { type BoostedTrees, predictRow } from '../boosting/trees.ts';
import { type Calibrated, type Calibration, type Calibrator } from '../calibration/calibration.ts';
import type { Layout } from './columns.ts';
import { type Ranges, strangeness } from './ranges.ts';

export interface ComponentModel {
  component: string;
  trees: BoostedTrees;
  calibration: Calibration;
  /** Probability with the best F1 on units the trees had not seen. */
  threshold: number;
  failures: number;
  /** The failure mode that most of them were; null where the history does not say. */
  failureMode: string | null;
}

export interface HorizonModel {
  horizonHours: number;
  /** Distance of the rows it was trained on. */
  everyHours: number;
  layout: Layout;
  components: ComponentModel[];
  anyThreshold: number;
  ranges: Ranges;
}

export interface HorizonAnswer extends Calibrated {
  component: string;
  margin: number;
  /** Share of the model's questions answered from outside of what it has seen, 0 to 1. */
  strangeness: number;
}

/** What is made of a component's model once, to be asked many times. */
export interface Ready {
  /** How much of the trees' questions go to each column. */
  shares: Float64Array;
  calibrate: Calibrator;
}

export interface Asked {
  row: Float32Array;
  /** Events of late whose codes training never saw: each makes the answer less certain. */
  strangers: number;
}

/** From here on a row is not of the kind the model was trained on. */
export const STRANGE = 0.1;
/** A row that is strange throughout is known as if that many times fewer outcomes stood behind it. */
const MOST_DOUBT = 50;

export function answerOf(
  { ranges }: HorizonModel,
  { component, trees }: ComponentModel,
  { shares, calibrate }: Ready,
  { row, strangers }: Asked,
): HorizonAnswer {
  const margin = predictRow(trees, row);
  // In hundredths: a finer difference says nothing.
  const strange = Math.round(strangeness(ranges, shares, row) * 100) / 100;
  return { component, margin, strangeness: strange, ...calibrate(margin, 1 + strangers + strange * MOST_DOUBT) };
}
