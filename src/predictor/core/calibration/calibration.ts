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

/** A score's probability; `doubt` above 1 widens the interval as if that many times fewer outcomes were known. */
export type Calibrator = (score: number, doubt?: number) => Calibrated;

/** Intervals kept in memory: their quantiles cost more than everything else in an answer. */
const KEPT_LIMIT = 2_000;
/** A curve has as many values as scores: intervals are those of its values to this many parts. */
const PARTS = 1_000;

/** Keeps the intervals it has given; the same score and doubt give the same answer whatever was asked before. */
export function calibratorOf(calibration: Calibration): Calibrator {
  const kept = new Map<string, { low: number; high: number }>();

  function intervalOf(value: number, n: number): { low: number; high: number } {
    const key = `${value} ${n}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    const [a, b] = [value * n + 0.5, (1 - value) * n + 0.5];
    const interval = { low: betaQuantile(LOW, a, b), high: betaQuantile(HIGH, a, b) };
    if (kept.size >= KEPT_LIMIT) kept.clear();
    kept.set(key, interval);
    return interval;
  }

  return (score, doubt = 1) => {
    const { value, weight } = knownAt(calibration, score);
    const n = weight / calibration.rowsPerOutcome / doubt;
    const shown = calibration.kind === 'isotonic' ? value : Math.round(value * PARTS) / PARTS;
    const { low, high } = intervalOf(shown, n);
    return { value, low: Math.min(value, low), high: Math.max(value, high), n: Math.round(n) };
  };
}

/** The value alone: a few comparisons, for every row of a large table. */
export const probabilityOf = (calibration: Calibration, score: number): number => knownAt(calibration, score).value;

function knownAt(calibration: Calibration, score: number): { value: number; weight: number } {
  if (calibration.kind === 'isotonic') return stepOf(calibration, score);
  const { slope, offset, positives, negatives } = calibration;
  return { value: logistic(slope * score + offset), weight: positives + negatives };
}
