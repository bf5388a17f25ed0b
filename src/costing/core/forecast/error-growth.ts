// How the errors of a forecast grow with the months ahead, from those of months that came: what is each month's own, what all of them
// have in common because the level is off, and what adds up because cost drifts. One law for the months and for their sums. Pure.

export interface ErrorGrowth {
  /** Parts of the squared error of the first month ahead. */
  own: number;
  common: number;
  drift: number;
}

/** Squared error of the month so many steps ahead, the first is 1. */
export const monthVariance = ({ own, common, drift }: ErrorGrowth, steps: number): number =>
  own + common + drift * steps;

/** Months drift together: what came into the first is in all of the sum. */
const driftOfSum = (steps: number): number => ((steps + 1) * (2 * steps + 1)) / 6;
/** Squared error of the sum of the months up to that step. */
export const sumVariance = ({ own, common, drift }: ErrorGrowth, steps: number): number =>
  steps * (own + common * steps + drift * driftOfSum(steps));

/**
 * Shares of the first month's error that are believed at the least: a level is known from a year or two of months and not better, and
 * nothing stays where it is for ever.
 */
const LEAST_COMMON = 0.04;
const LEAST_DRIFT = 0.005;

type Three = [number, number, number];

interface Equations {
  /** Products of the three parts with each other, by rows. */
  matrix: [Three, Three, Three];
  right: Three;
}

const meanSquare = (errors: readonly number[]): number =>
  errors.reduce((sum, error) => sum + error * error, 0) / errors.length;

function add({ matrix, right }: Equations, parts: Three, value: number, count: number): void {
  // Where drift weighs much there is little that is known of it: far steps and long sums overlap.
  const weight = count / (parts[0] + 0.3 * parts[1] + 0.1 * parts[2]) ** 2;
  for (let i = 0; i < 3; i += 1) {
    right[i] = (right[i] as number) + weight * (parts[i] as number) * value;
    const row = matrix[i] as Three;
    for (let j = 0; j < 3; j += 1) row[j] = (row[j] as number) + weight * (parts[i] as number) * (parts[j] as number);
  }
}

const ROUNDS = 200;

/** Least squares with no part below zero, one part after the other. */
function solve({ matrix, right }: Equations, start: number): Three {
  const found: Three = [start, 0, 0];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let i = 0; i < 3; i += 1) {
      const row = matrix[i] as Three;
      const others = row.reduce((sum, product, j) => sum + (j === i ? 0 : product * (found[j] as number)), 0);
      found[i] = Math.max(0, ((right[i] as number) - others) / (row[i] as number));
    }
  }
  return found;
}

/** Errors by step of months and of sums from the first month on; `null` where none are known. */
export function errorGrowth(monthly: readonly number[][], summed: readonly number[][]): ErrorGrowth | null {
  const [first] = monthly;
  if (first === undefined || first.length === 0) return null;
  const equations: Equations = {
    matrix: [
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ],
    right: [0, 0, 0],
  };
  monthly.forEach((errors, i) => {
    const [steps, sums] = [i + 1, summed[i] ?? []];
    if (errors.length > 0) add(equations, [1, 1, steps], meanSquare(errors), errors.length);
    // Sums that begin in months one after the other share most of their months.
    if (sums.length > 0) add(equations, [1, steps, driftOfSum(steps)], meanSquare(sums) / steps, sums.length / steps);
  });
  const [own, common, drift] = solve(equations, meanSquare(first));
  const whole = own + common + drift;
  return { own, common: Math.max(common, LEAST_COMMON * whole), drift: Math.max(drift, LEAST_DRIFT * whole) };
}
