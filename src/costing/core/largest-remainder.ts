// Rounding that conserves: exact shares become whole minor units by the method of largest remainders, ties by key.
// The parts always add up to the total, whatever its sign.

export interface Share {
  key: string;
  /** The exact share is `numerator / denominator`, with one denominator for all. */
  numerator: bigint;
}

const byKey = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const floorDiv = (a: bigint, b: bigint): bigint => (a >= 0n || a % b === 0n ? a / b : a / b - 1n);

/**
 * Whole units for exact shares whose sum is whole. Shares are floored and the units left over go, one each, to the
 * largest remainders; equal remainders in order of key, so that no result depends on the order of the input.
 */
export function roundShares(shares: readonly Share[], denominator: bigint): Map<string, bigint> {
  if (denominator <= 0n) throw new RangeError('a denominator is positive');
  const sum = shares.reduce((total, share) => total + share.numerator, 0n);
  if (sum % denominator !== 0n) throw new RangeError('the shares do not add up to a whole amount');
  const floored = shares.map(({ key, numerator }) => {
    const whole = floorDiv(numerator, denominator);
    return { key, whole, remainder: numerator - whole * denominator };
  });
  let left = sum / denominator - floored.reduce((total, share) => total + share.whole, 0n);
  floored.sort((a, b) => (a.remainder === b.remainder ? byKey(a.key, b.key) : a.remainder > b.remainder ? -1 : 1));
  const amounts = new Map<string, bigint>();
  for (const { key, whole } of floored) {
    amounts.set(key, left > 0n ? whole + 1n : whole);
    if (left > 0n) left -= 1n;
  }
  if (amounts.size !== shares.length) throw new RangeError('a key occurs twice');
  return amounts;
}

export interface Weight {
  key: string;
  /** Zero or more; whoever has none gets nothing. */
  weight: bigint;
}

/**
 * `totalMinor` split in proportion to the weights; `null` when they add up to zero, because then nobody is to carry
 * it. A negative total is split as its positive mirror image: a reversal takes back exactly what was given.
 */
export function apportion(totalMinor: bigint, weights: readonly Weight[]): Map<string, bigint> | null {
  const sum = weights.reduce((total, { weight }) => total + weight, 0n);
  if (weights.some(({ weight }) => weight < 0n)) throw new RangeError('a weight is zero or more');
  if (sum === 0n) return null;
  const magnitude = totalMinor < 0n ? -totalMinor : totalMinor;
  const parts = roundShares(
    weights.map(({ key, weight }) => ({ key, numerator: magnitude * weight })),
    sum,
  );
  if (totalMinor >= 0n) return parts;
  return new Map([...parts].map(([key, amount]) => [key, -amount]));
}
