// From a model's score to a probability that can be taken at its word, with its interval: steps where outcomes are many, a
// logistic curve where they are few.
import { betaQuantile } from '../beta.ts';
import { fitIsotonic, type Isotonic, stepOf } from './isotonic.ts';
import { fitPlatt, type Platt } from './platt.ts';

/** `rowsPerOutcome`: neighbouring rows share their outcome, so that many of them are one piece of evidence. */
export type Calibration = (Isotonic | Platt) & { rowsPerOutcome: number };

export interface Calibrated {
  value: number;
  /** 80 % interval. */
  low: number;
  high: number;
  /** Independent outcomes behind it. */
  n: number;
}

/** Failures from which steps are better than a curve. */
const ENOUGH_FAILURES = 50;
const LOW = 0.1;
const HIGH = 0.9;

export function fitCalibration(
  scores: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  weights: ArrayLike<number>,
  { failures, rowsPerOutcome }: { failures: number; rowsPerOutcome: number },
): Calibration {
  if (failures < ENOUGH_FAILURES) return { ...fitPlatt(scores, outcomes, weights), rowsPerOutcome };
  // Half an outcome of the other kind at either end: no score is certain, however clean the steps are.
  const all = Float64Array.from(scores);
  const ends = [all.reduce((a, b) => Math.min(a, b)), all.reduce((a, b) => Math.max(a, b))];
  const half = rowsPerOutcome / 2;
  const fit = fitIsotonic([...all, ...ends], [...Array.from(outcomes), 1, 0], [...Array.from(weights), half, half]);
  return { ...fit, rowsPerOutcome };
}

const logistic = (margin: number): number => 1 / (1 + Math.exp(-margin));

/** `doubt` above 1 widens the interval as if that many times fewer outcomes were known. */
export function calibrated(calibration: Calibration, score: number, doubt = 1): Calibrated {
  const { value, weight } = knownAt(calibration, score);
  const n = weight / calibration.rowsPerOutcome / doubt;
  const [a, b] = [value * n + 0.5, (1 - value) * n + 0.5];
  const low = Math.min(value, betaQuantile(LOW, a, b));
  return { value, low, high: Math.max(value, betaQuantile(HIGH, a, b)), n: Math.round(n) };
}

/** The value alone: a few comparisons, for every row of a large table. */
export const probabilityOf = (calibration: Calibration, score: number): number => knownAt(calibration, score).value;

function knownAt(calibration: Calibration, score: number): { value: number; weight: number } {
  if (calibration.kind === 'isotonic') return stepOf(calibration, score);
  const { slope, offset, positives, negatives } = calibration;
  return { value: logistic(slope * score + offset), weight: positives + negatives };
}
