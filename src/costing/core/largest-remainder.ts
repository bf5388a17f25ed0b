// Rounding that conserves: a total of whole minor units in proportion to whole weights, by the method of largest
// remainders. Columns of numbers in, columns out, since a pool may have thousands of receivers; every step is exact.

import { nthSmallest } from './nth-smallest.ts';

/** Sums of weights stay whole in a double up to here. */
const EXACT_LIMIT = Number.MAX_SAFE_INTEGER;

/** Sum of whole numbers, refused where a double could not hold it. */
export function wholeSum(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  if (sum > EXACT_LIMIT) throw new RangeError(`weights add up to more than ${EXACT_LIMIT}; use a coarser unit`);
  return sum;
}

/** Floors of `magnitude * weight / sum` go to `parts`; answers with what of each was cut off, as remainders of `sum`. */
function floorShares(magnitude: number, weights: Float64Array, sum: number, parts: Float64Array): Float64Array {
  const remainders = new Float64Array(weights.length);
  for (let i = 0; i < weights.length; i += 1) {
    const weight = weights[i] as number;
    if (weight === 0) continue;
    const product = magnitude * weight;
    if (product + sum <= EXACT_LIMIT) {
      // Cheaper than `%`; the quotient may have been rounded up to the next whole number.
      const quotient = Math.floor(product / sum);
      const remainder = product - quotient * sum;
      parts[i] = remainder < 0 ? quotient - 1 : quotient;
      remainders[i] = remainder < 0 ? remainder + sum : remainder;
    } else {
      const exact = BigInt(magnitude) * BigInt(weight);
      const whole = exact / BigInt(sum);
      parts[i] = Number(whole);
      remainders[i] = Number(exact - whole * BigInt(sum));
    }
  }
  return remainders;
}

/** One more unit each for the `left` largest remainders; of equal ones the first in order. */
function giveRest(parts: Float64Array, remainders: Float64Array, left: number): void {
  if (left === 0) return;
  const threshold = nthSmallest(remainders.slice(), remainders.length - left);
  let above = 0;
  for (const remainder of remainders) if (remainder > threshold) above += 1;
  let ties = left - above;
  for (let i = 0; i < parts.length; i += 1) {
    const remainder = remainders[i] as number;
    if (remainder > threshold) parts[i] = (parts[i] as number) + 1;
    else if (remainder === threshold && ties > 0) {
      parts[i] = (parts[i] as number) + 1;
      ties -= 1;
    }
  }
}

/**
 * `totalMinor` split in proportion to `weights` (whole, zero or more, in order of their keys: the order breaks ties);
 * `null` when they add up to zero, because then nobody is to carry it. A negative total is split as its positive mirror
 * image: a reversal takes back exactly what was given.
 */
export function shareOut(totalMinor: number, weights: Float64Array): Float64Array | null {
  if (!Number.isSafeInteger(totalMinor)) throw new RangeError(`${totalMinor} is not a whole amount that can be split`);
  if (weights.some((weight) => weight < 0)) throw new RangeError('a weight is zero or more');
  const sum = wholeSum(weights);
  if (sum === 0) return null;
  const parts = new Float64Array(weights.length);
  const magnitude = Math.abs(totalMinor);
  const remainders = floorShares(magnitude, weights, sum, parts);
  let given = 0;
  for (const part of parts) given += part;
  giveRest(parts, remainders, magnitude - given);
  if (totalMinor < 0) for (let i = 0; i < parts.length; i += 1) parts[i] = 0 - (parts[i] as number);
  return parts;
}
