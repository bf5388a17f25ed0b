// Rounding that conserves: a total of whole minor units in proportion to whole weights, by the method of largest
// remainders. Columns of numbers in, columns out, since a pool may have thousands of receivers; every step is exact, in
// doubles (two of them for a product) as long as they hold the sum of the weights, in numbers of any size where they do not.

import { nthSmallest } from './nth-smallest.ts';

/** Sums of weights stay whole in a double up to here. */
const EXACT_LIMIT = Number.MAX_SAFE_INTEGER;

/** Sum of whole numbers, zero or more each, that doubles hold exactly; the sum may be larger. */
export function wholeSum(values: Float64Array): bigint {
  let sum = 0;
  let least = 0;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] as number;
    sum += value;
    if (value < least) least = value;
  }
  if (least < 0) throw new RangeError('a weight is zero or more');
  // What grows past the limit stays past it, rounded or not.
  return sum <= EXACT_LIMIT ? BigInt(sum) : values.reduce((all, value) => all + wholeOf(value), 0n);
}

function wholeOf(value: number): bigint {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not a whole weight that can be counted with`);
  return BigInt(value);
}

/** Room to work in, kept between pools: thousands of them are shared out one after the other. */
export interface Scratch {
  remainders: Float64Array;
  selected: Float64Array;
}
export const createScratch = (): Scratch => ({ remainders: new Float64Array(0), selected: new Float64Array(0) });

function roomFor(length: number, scratch: Scratch): Float64Array {
  if (scratch.remainders.length < length) {
    scratch.remainders = new Float64Array(2 * length);
    scratch.selected = new Float64Array(2 * length);
  }
  return scratch.remainders;
}

/** Up to here a remainder and its correction stay whole in a double. */
const TWO_DOUBLES_LIMIT = 2 ** 51;
const HALVES = 2 ** 27 + 1;

/** The upper half of a double's digits (Veltkamp's split); the rest of it is the lower half. */
function upperHalf(value: number): number {
  const wide = value * HALVES;
  return wide - (wide - value);
}

/** What `product`, a times b rounded, left out (Dekker's product): together they are exact. */
function cutOff(product: number, a: number, b: number): number {
  const [aUpper, bUpper] = [upperHalf(a), upperHalf(b)];
  const [aLower, bLower] = [a - aUpper, b - bUpper];
  return aUpper * bUpper - product + aUpper * bLower + aLower * bUpper + aLower * bLower;
}

/** Floors of `magnitude * weight / sum` go to `parts`, what of each was cut off to `remainders`, in parts of `sum`; answers with what is left. */
function floorShares(
  magnitude: number,
  weights: Float64Array,
  sum: number,
  { parts, remainders }: { parts: Float64Array; remainders: Float64Array },
): number {
  let left = magnitude;
  for (let i = 0; i < weights.length; i += 1) {
    const weight = weights[i] as number;
    const product = magnitude * weight;
    let whole: number;
    if (product + sum <= EXACT_LIMIT) {
      // Cheaper than `%`; the quotient may have been rounded up to the next whole number.
      whole = Math.floor(product / sum);
      if (whole * sum > product) whole -= 1;
      remainders[i] = product - whole * sum;
    } else if (sum <= TWO_DOUBLES_LIMIT) {
      // A quotient of doubles is off by a unit or two at most.
      whole = Math.floor(product / sum);
      const near = whole * sum;
      let rest = product - near + (cutOff(product, magnitude, weight) - cutOff(near, whole, sum));
      for (; rest < 0; rest += sum) whole -= 1;
      for (; rest >= sum; rest -= sum) whole += 1;
      remainders[i] = rest;
    } else {
      const exact = BigInt(magnitude) * BigInt(weight);
      const quotient = exact / BigInt(sum);
      whole = Number(quotient);
      remainders[i] = Number(exact - quotient * BigInt(sum));
    }
    parts[i] = whole;
    left -= whole;
  }
  return left;
}

/** One more unit each for the `left` largest remainders; of equal ones the first in order. */
function giveRest(parts: Float64Array, left: number, { remainders, selected }: Scratch): void {
  if (left === 0) return;
  const { length } = parts;
  for (let i = 0; i < length; i += 1) selected[i] = remainders[i] as number;
  const threshold = nthSmallest(selected, length - left, length);
  let ties = left;
  for (let i = 0; i < length; i += 1) if ((remainders[i] as number) > threshold) ties -= 1;
  for (let i = 0; i < length; i += 1) {
    const remainder = remainders[i] as number;
    if (remainder > threshold) parts[i] = (parts[i] as number) + 1;
    else if (remainder === threshold && ties > 0) {
      parts[i] = (parts[i] as number) + 1;
      ties -= 1;
    }
  }
}

/** The same for a sum that no double holds: slower, with nothing rounded. */
function shareOutLarge(magnitude: number, weights: Float64Array, sum: bigint): Float64Array {
  const exact = Array.from(weights, (weight, index) => ({ index, product: BigInt(magnitude) * BigInt(weight) }));
  const parts = Float64Array.from(exact, ({ product }) => Number(product / sum));
  const left = magnitude - parts.reduce((all, part) => all + part, 0);
  const largestFirst = exact
    .map(({ index, product }) => ({ index, remainder: product % sum }))
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1));
  for (const { index } of largestFirst.slice(0, left)) parts[index] = (parts[index] as number) + 1;
  return parts;
}

function shareOutSmall(magnitude: number, weights: Float64Array, sum: number, scratch: Scratch): Float64Array {
  const parts = new Float64Array(weights.length);
  const remainders = roomFor(weights.length, scratch);
  giveRest(parts, floorShares(magnitude, weights, sum, { parts, remainders }), scratch);
  return parts;
}

/**
 * `totalMinor` split in proportion to `weights` (whole, zero or more, in order of their keys: the order breaks ties);
 * `null` when they add up to zero, because then nobody is to carry it. A negative total is split as its positive mirror
 * image: a reversal takes back exactly what was given.
 */
export function shareOut(totalMinor: number, weights: Float64Array, scratch = createScratch()): Float64Array | null {
  if (!Number.isSafeInteger(totalMinor)) throw new RangeError(`${totalMinor} is not a whole amount that can be split`);
  const sum = wholeSum(weights);
  if (sum === 0n) return null;
  const magnitude = Math.abs(totalMinor);
  const parts =
    sum <= EXACT_LIMIT
      ? shareOutSmall(magnitude, weights, Number(sum), scratch)
      : shareOutLarge(magnitude, weights, sum);
  if (totalMinor < 0) for (let i = 0; i < parts.length; i += 1) parts[i] = 0 - (parts[i] as number);
  return parts;
}
