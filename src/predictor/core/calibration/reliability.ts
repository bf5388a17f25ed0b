// How far stated probabilities can be taken at their word: Brier score and its skill against the base rate, reliability by
// bins with intervals, expected calibration error. Rows may carry weights.
import { betaQuantile } from '../beta.ts';

export interface ReliabilityBin {
  from: number;
  to: number;
  n: number;
  /** Mean stated probability, and the share that happened with its 90 % interval. */
  mean: number;
  observed: number;
  low: number;
  high: number;
}

export interface Reliability {
  n: number;
  baseRate: number;
  brier: number;
  /** 1 - Brier / Brier of always stating the base rate; `null` when only one kind of outcome was seen. */
  brierSkill: number | null;
  /** Mean distance between stated and observed, by bin. */
  calibrationError: number;
  bins: ReliabilityBin[];
}

const EDGES = [0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1] as const;

/** `rowsPerOutcome`: neighbouring rows that share one outcome count as one in the intervals. */
export function reliabilityOf(
  probabilities: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  { rowsPerOutcome = 1, weights }: { rowsPerOutcome?: number; weights?: ArrayLike<number> } = {},
): Reliability {
  const sums = EDGES.slice(1).map(() => ({ n: 0, stated: 0, happened: 0 }));
  let [n, squared, positives] = [0, 0, 0];
  for (let row = 0; row < probabilities.length; row++) {
    const weight = weights === undefined ? 1 : (weights[row] as number);
    const p = probabilities[row] as number;
    const y = outcomes[row] as number;
    n += weight;
    squared += weight * (p - y) ** 2;
    positives += weight * y;
    const found = EDGES.findIndex((edge, index) => index > 0 && p < edge);
    const bin = sums[found < 0 ? sums.length - 1 : found - 1] as (typeof sums)[number];
    bin.n += weight;
    bin.stated += weight * p;
    bin.happened += weight * y;
  }
  const baseRate = n === 0 ? 0 : positives / n;
  const brier = n === 0 ? 0 : squared / n;
  const uncertainty = baseRate * (1 - baseRate);
  const bins = sums.flatMap((sum, index) => (sum.n === 0 ? [] : binOf(sum, index, rowsPerOutcome)));
  return {
    n,
    baseRate,
    brier,
    brierSkill: uncertainty === 0 ? null : 1 - brier / uncertainty,
    calibrationError: bins.reduce((sum, bin) => sum + (bin.n / n) * Math.abs(bin.mean - bin.observed), 0),
    bins,
  };
}

function binOf(
  { n, stated, happened }: { n: number; stated: number; happened: number },
  index: number,
  rowsPerOutcome: number,
): ReliabilityBin {
  const a = happened / rowsPerOutcome + 0.5;
  const b = (n - happened) / rowsPerOutcome + 0.5;
  return {
    from: EDGES[index] as number,
    to: EDGES[index + 1] as number,
    n,
    mean: stated / n,
    observed: happened / n,
    low: betaQuantile(0.05, a, b),
    high: betaQuantile(0.95, a, b),
  };
}
