// An amount cut along a line of weights: what stands between two places of the line. Neighbouring cuts share their place, so
// that however the line is divided, the parts add up to the amount to the last minor unit.

/** Halves towards the larger; `whole` is not zero. */
function nearest(amount: bigint, place: bigint, whole: bigint): bigint {
  const sign = whole < 0n ? -1n : 1n;
  const [numerator, denominator] = [2n * amount * place * sign + whole * sign, 2n * whole * sign];
  const quotient = numerator / denominator;
  return numerator % denominator !== 0n && numerator < 0n ? quotient - 1n : quotient;
}

/** The part of `amountMinor` between `from` and `to` of `whole`; of a whole that is zero there are no parts. */
export const cutOf = (amountMinor: bigint, from: bigint, to: bigint, whole: bigint): bigint =>
  whole === 0n ? 0n : nearest(amountMinor, to, whole) - nearest(amountMinor, from, whole);

export interface Cut {
  parts: bigint[];
  /** What no weight carries: the amount, where the weights cancel out; zero otherwise. */
  rest: bigint;
}

/** An amount in proportion to signed weights; a part of it has the sign of its weight, if the whole is above zero. */
export function cutBy(amountMinor: bigint, weights: readonly bigint[]): Cut {
  const whole = weights.reduce((sum, weight) => sum + weight, 0n);
  let place = 0n;
  const parts = weights.map((weight) => {
    const from = place;
    place += weight;
    return cutOf(amountMinor, from, place, whole);
  });
  return { parts, rest: amountMinor - parts.reduce((sum, part) => sum + part, 0n) };
}
