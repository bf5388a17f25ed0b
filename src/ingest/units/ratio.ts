// Exact ratios of whole numbers: what one unit is of another is a matter of definition, so it is not rounded on the way.

export interface Ratio {
  readonly num: bigint;
  /** Above zero, without a common divisor with `num`. */
  readonly den: bigint;
}

function divisorOf(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

export function ratio(num: bigint, den = 1n): Ratio {
  const divisor = divisorOf(num, den) || 1n;
  const sign = den < 0n ? -1n : 1n;
  return { num: (sign * num) / divisor, den: (sign * den) / divisor };
}

export const ONE = ratio(1n);
export const ZERO = ratio(0n);

export const times = (a: Ratio, b: Ratio): Ratio => ratio(a.num * b.num, a.den * b.den);
export const over = (a: Ratio, b: Ratio): Ratio => ratio(a.num * b.den, a.den * b.num);
export const minus = (a: Ratio, b: Ratio): Ratio => ratio(a.num * b.den - b.num * a.den, a.den * b.den);

export function power(base: Ratio, exponent: number): Ratio {
  const size = BigInt(Math.abs(exponent));
  const raised = ratio(base.num ** size, base.den ** size);
  return exponent < 0 ? over(ONE, raised) : raised;
}

/** A decimal text such as `273.15`. */
export function decimal(text: string): Ratio {
  const [whole = '0', fraction = ''] = text.split('.');
  return ratio(BigInt(whole + fraction), 10n ** BigInt(fraction.length));
}
