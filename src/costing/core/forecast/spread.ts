// How far a forecast may be off, from how far it was off before (split conformal): by step ahead, for the month and for the sum
// of the months up to it.
import type { Said } from './walk.ts';

/** Of ten months eight lie within. */
export const TAIL = 0.1;
/** Errors a tail needs: with fewer, steps around lend theirs, and then the largest error of all is taken. */
const LEAST_ERRORS = Math.ceil(1 / TAIL) - 1;

export interface Spread {
  low: number;
  high: number;
}

export interface Errors {
  /** By step: what came less what was expected, each known by the moment. */
  monthly: number[][];
  /** By step: the same for the sum from the first month on. */
  summed: number[][];
}

/** Errors of what had come by `until` months. */
export function errorsBy(said: readonly Said[], horizon: number, until: number): Errors {
  const monthly: number[][] = Array.from({ length: horizon }, () => []);
  const summed: number[][] = Array.from({ length: horizon }, () => []);
  for (const { origin, errors } of said) {
    let sum = 0;
    for (let step = 0; step < errors.length && origin + step < until; step += 1) {
      sum += errors[step] as number;
      monthly[step]?.push(errors[step] as number);
      summed[step]?.push(sum);
    }
  }
  return { monthly, summed };
}

/** Steps around lend their errors, nearest first, larger by the root of the distance where they come from nearer months. */
function withNeighbours(
  byStep: readonly number[][],
  step: number,
  grows: (from: number, to: number) => number,
): number[] {
  const own = [...(byStep[step] ?? [])];
  for (let away = 1; own.length < LEAST_ERRORS && away < byStep.length; away += 1) {
    for (const near of [step - away, step + away]) {
      const factor = grows(near, step);
      for (const error of byStep[near] ?? []) own.push(error * factor);
    }
  }
  return own;
}

/** The 10 % and 90 % points with the place of one more error on either side; the widest there is where errors are too few. */
function tailsOf(errors: readonly number[]): Spread {
  const sorted = Float64Array.from(errors).sort();
  const n = sorted.length;
  if (n === 0) return { low: 0, high: 0 };
  const place = Math.floor(TAIL * (n + 1));
  if (place < 1) {
    const largest = Math.max(Math.abs(sorted[0] as number), Math.abs(sorted[n - 1] as number));
    return { low: -largest, high: largest };
  }
  return { low: Math.min(0, sorted[place - 1] as number), high: Math.max(0, sorted[n - place] as number) };
}

const asItIs = (): number => 1;
/** A sum of more months is off by more. */
const bySum = (from: number, to: number): number => Math.max(1, (to + 1) / (from + 1));

/** Months farther ahead are never said to be better known than nearer ones. */
function widening(byStep: readonly number[][], grows: (from: number, to: number) => number): Spread[] {
  let widest: Spread = { low: 0, high: 0 };
  return byStep.map((_, step) => {
    const own = tailsOf(withNeighbours(byStep, step, grows));
    widest = { low: Math.min(widest.low, own.low), high: Math.max(widest.high, own.high) };
    return widest;
  });
}

export const monthlySpreads = ({ monthly }: Errors): Spread[] => widening(monthly, asItIs);
export const summedSpreads = ({ summed }: Errors): Spread[] => widening(summed, bySum);

/** Chance that a sum ends `above` its forecast or more: the share of past errors that were as large, one more on either side. */
export function chanceAbove(errors: Errors, step: number, above: number): number {
  const own = withNeighbours(errors.summed, step, bySum);
  const larger = own.filter((error) => error > above).length;
  return (larger + 0.5) / (own.length + 1);
}
