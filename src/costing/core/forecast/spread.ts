// How far a forecast may be off, from how far it was off before: by step ahead, for the month and for the sum of the months up to it.
// Few errors are known of far steps and fewer of sums, so that one law of how errors grow is drawn through all of them.
import { errorGrowth, monthVariance, sumVariance } from './error-growth.ts';
import type { Said } from './walk.ts';

/** Of ten months eight lie within. */
const TAIL = 0.1;
/** Ten of a hundred lie beyond this many standard deviations of a normal error. */
const Z90 = 1.2816;
/** So many errors say as much of their shape as the belief that it is normal. */
const BELIEF = 6;
/** The forecaster was chosen because its errors were small, and its errors are few: by so much over their number it errs more. */
const OPTIMISM = 3.5;

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

/** The point a share of values is below; they are in order. */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
  return below + (place - Math.floor(place)) * (above - below);
}

/** The 10 % and 90 % points of errors of one size, drawn to those of a normal error where they are few. */
function tailsOf(errors: readonly number[][], sizeOf: (steps: number) => number, origins: number): Spread {
  const alike = Float64Array.from(errors.flatMap((own, i) => own.map((error) => error / sizeOf(i + 1)))).sort();
  const known = origins / (origins + BELIEF);
  return {
    low: known * Math.min(0, quantile(alike, TAIL)) - (1 - known) * Z90,
    high: known * Math.max(0, quantile(alike, 1 - TAIL)) + (1 - known) * Z90,
  };
}

export interface Spreads {
  monthly: Spread[];
  summed: Spread[];
}

/** Widths grow with the steps as the errors did; those of sums tend to the normal, as sums do. */
export function spreadsOf({ monthly, summed }: Errors): Spreads {
  const growth = errorGrowth(monthly, summed);
  const origins = monthly[0]?.length ?? 0;
  const none = monthly.map((): Spread => ({ low: 0, high: 0 }));
  if (growth === null || monthVariance(growth, 1) === 0) return { monthly: none, summed: none };
  const sizeOf = (steps: number): number => Math.sqrt(monthVariance(growth, steps));
  const { low, high } = tailsOf(monthly, sizeOf, origins);
  const wider = 1 + OPTIMISM / origins;
  return {
    monthly: monthly.map((_, i) => ({ low: low * wider * sizeOf(i + 1), high: high * wider * sizeOf(i + 1) })),
    summed: monthly.map((_, i) => {
      const steps = i + 1;
      const own = 1 / Math.sqrt(steps);
      const size = wider * Math.sqrt(sumVariance(growth, steps));
      return { low: (own * low - (1 - own) * Z90) * size, high: (own * high + (1 - own) * Z90) * size };
    }),
  };
}

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
