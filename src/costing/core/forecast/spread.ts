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

/**
 * Steps around lend their errors, nearest first, but for no month that was foretold by this step already: two errors of one month
 * are one piece of evidence. A step's errors are of the months from the start of the walk and its own distance on.
 */
function withNeighbours(
  byStep: readonly number[][],
  step: number,
  grows: (from: number, to: number) => number,
): readonly number[] {
  const own = byStep[step] ?? [];
  if (own.length >= LEAST_ERRORS) return own;
  const byMonth = new Map(own.map((error, i) => [i + step, error]));
  for (let away = 1; byMonth.size < LEAST_ERRORS && away < byStep.length; away += 1) {
    for (const near of [step - away, step + away]) {
      for (const [i, error] of (byStep[near] ?? []).entries()) {
        if (!byMonth.has(i + near)) byMonth.set(i + near, error * grows(near, step));
      }
    }
  }
  return [...byMonth.values()];
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
/** A sum is not said to be better known than by months that err each on their own: few sums have been seen, and they overlap. */
export function summedSpreads(errors: Errors): Spread[] {
  const seen = widening(errors.summed, bySum);
  let [low, high] = [0, 0];
  return monthlySpreads(errors).map((month, step) => {
    low += month.low ** 2;
    high += month.high ** 2;
    const sum = seen[step] ?? { low: 0, high: 0 };
    return { low: Math.min(sum.low, -Math.sqrt(low)), high: Math.max(sum.high, Math.sqrt(high)) };
  });
}

/** Ten of a hundred lie beyond this many standard deviations of a normal error. */
const Z90 = 1.2816;
/** Nothing that is still to come is certain. */
const LEAST_CHANCE = 0.01;

/** Chance to end above an amount, with errors that are normal on either side and as wide as the band says. */
export function chanceAbove(
  { low, expected, high }: { low: number; expected: number; high: number },
  amount: number,
): number {
  const width = amount >= expected ? high - expected : expected - low;
  const z = width <= 0 ? Infinity * Math.sign(amount - expected) : ((amount - expected) / width) * Z90;
  const above = Number.isNaN(z) ? 0.5 : 1 - normalBelow(z);
  return Math.min(1 - LEAST_CHANCE, Math.max(LEAST_CHANCE, above));
}

/** By Zelen and Severo's formula, right to 7 decimals. */
function normalBelow(z: number): number {
  if (!Number.isFinite(z)) return z > 0 ? 1 : 0;
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
  return z >= 0 ? 1 - tail : tail;
}
