// Exact quotients of whole numbers: their sum, and rounding them to whole numbers that keep a given sum. No floats.

export interface Fraction {
  numerator: bigint;
  /** More than zero. */
  denominator: bigint;
}

export const whole = (numerator: bigint): Fraction => ({ numerator, denominator: 1n });
export const quotient = (numerator: bigint, denominator: bigint): Fraction => ({ numerator, denominator });

export const floorOf = ({ numerator, denominator }: Fraction): bigint =>
  numerator >= 0n || numerator % denominator === 0n ? numerator / denominator : numerator / denominator - 1n;

/** Halves away from zero, so that the mirror image rounds to the mirror image. */
export function roundOf({ numerator, denominator }: Fraction): bigint {
  const magnitude = numerator < 0n ? -numerator : numerator;
  const rounded = (2n * magnitude + denominator) / (2n * denominator);
  return numerator < 0n ? -rounded : rounded;
}

function commonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** Over the least common denominator: the sum is exact, however its parts were cut. */
export function sumOf(fractions: readonly Fraction[]): Fraction {
  const denominators = new Set(fractions.map(({ denominator }) => denominator));
  let common = 1n;
  // The remainder first: the divisor is then looked for among small numbers only.
  for (const each of denominators) common *= each / commonDivisor(each, common % each);
  const byDenominator = new Map<bigint, bigint>();
  for (const { numerator, denominator } of fractions) {
    byDenominator.set(denominator, (byDenominator.get(denominator) ?? 0n) + numerator);
  }
  let numerator = 0n;
  for (const [denominator, part] of byDenominator) numerator += part * (common / denominator);
  return { numerator, denominator: common };
}

interface Remainder {
  index: number;
  rest: Fraction;
}

/** The largest first; of equal ones the first in order. */
const byRemainder = (a: Remainder, b: Remainder): number => {
  const [left, right] = [a.rest.numerator * b.rest.denominator, b.rest.numerator * a.rest.denominator];
  return left === right ? a.index - b.index : left > right ? -1 : 1;
};

/** Whole numbers that add up to the rounded sum: each is rounded down, the largest remainders get what is left. */
export function roundTogether(fractions: readonly Fraction[]): bigint[] {
  const parts = fractions.map(floorOf);
  const left = roundOf(sumOf(fractions)) - parts.reduce((sum, part) => sum + part, 0n);
  const remainders = fractions.map(({ numerator, denominator }, index) => ({
    index,
    rest: quotient(numerator - (parts[index] ?? 0n) * denominator, denominator),
  }));
  for (const { index } of remainders.sort(byRemainder).slice(0, Number(left))) parts[index] = (parts[index] ?? 0n) + 1n;
  return parts;
}
