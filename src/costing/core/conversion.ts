// Amounts of several currencies as one. What stands in a currency and a month is converted exactly, as a fraction, and rounded
// once, so that rows add up to it however they are cut, and months and currencies to the whole, to the last minor unit.
import { digitsOf, scaleMinor } from '../../contracts/money.ts';
import { type Amounts, byOrigin, ORIGINS } from './origins.ts';

/** Decimals that an exchange rate may have. */
export const RATE_DECIMALS = 12;
const MOST_DIGITS = 3;
/** One minor unit in the parts that converted amounts are counted in. */
export const PARTS = 10n ** BigInt(RATE_DECIMALS + MOST_DIGITS);

/** `1.25` as whole parts of 10^-12; `null` when it is not a positive number of at most that many decimals. */
export function ratePartsOf(rate: string): bigint | null {
  const match = /^(\d{1,12})(?:\.(\d{1,12}))?$/.exec(rate);
  if (!match) return null;
  const parts = BigInt(`${match[1]}${(match[2] ?? '').padEnd(RATE_DECIMALS, '0')}`);
  return parts > 0n ? parts : null;
}

export interface Rate {
  /** Of 10^-12 units of the other currency a unit. */
  parts: bigint;
  /** Written for the other direction: a unit is worth one by it. */
  isInverse: boolean;
}

/** A rate as it was written; `null` when it is none. */
export function rateOf({ rate, isInverse }: { rate: string; isInverse: boolean }): Rate | null {
  const parts = ratePartsOf(rate);
  return parts === null ? null : { parts, isInverse };
}

/** An amount of `currency` in parts of a minor unit of `into`: exact, and by an inverse rate to the nearest part. */
export function convertedParts(
  amountMinor: bigint,
  { parts, isInverse }: Rate,
  currency: string,
  into: string,
): bigint {
  if (!isInverse) return amountMinor * parts * 10n ** BigInt(digitsOf(into) + MOST_DIGITS - digitsOf(currency));
  const whole = 10n ** BigInt(RATE_DECIMALS + digitsOf(into));
  return scaleMinor(amountMinor * PARTS, whole, parts * 10n ** BigInt(digitsOf(currency)));
}

const floorDiv = (a: bigint, b: bigint): bigint => (a >= 0n || a % b === 0n ? a / b : a / b - 1n);
const sumOf = (values: readonly bigint[]): bigint => values.reduce((sum, value) => sum + value, 0n);

/** Halves away from zero. */
function roundParts(parts: bigint): bigint {
  const magnitude = parts < 0n ? -parts : parts;
  const rounded = (2n * magnitude + PARTS) / (2n * PARTS);
  return parts < 0n ? -rounded : rounded;
}

/**
 * Whole minor units for exact amounts, that add up to `total`: each is rounded down, and the units left over go to the
 * largest remainders, the first of equal ones. `total` is the rounded sum, or near enough for a unit each.
 */
export function roundTo(total: bigint, amounts: readonly bigint[]): bigint[] {
  const whole = amounts.map((parts) => floorDiv(parts, PARTS));
  let left = total - sumOf(whole);
  const inOrder = amounts
    .map((parts, index) => ({ index, remainder: parts - (whole[index] ?? 0n) * PARTS }))
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1));
  for (const { index } of inOrder) {
    if (left <= 0n) break;
    whole[index] = (whole[index] ?? 0n) + 1n;
    left -= 1n;
  }
  if (left < 0n)
    for (const { index } of inOrder.toReversed())
      if (left < 0n) [whole[index], left] = [(whole[index] ?? 0n) - 1n, left + 1n];
  return whole;
}

/** What an amount comes to, rounded. */
export const convertedMinor = (...amount: Parameters<typeof convertedParts>): bigint =>
  roundParts(convertedParts(...amount));

/**
 * Exact rows of a currency and a month rounded so that the whole is the rounded whole, its origins add up to it however the rows were cut, and
 * the rows add up to each origin.
 */
export function roundRows(rows: readonly Amounts[]): Amounts[] {
  const exact = ORIGINS.map((origin) => sumOf(rows.map((row) => row[origin])));
  const totals = roundTo(roundParts(sumOf(exact)), exact);
  const columns = byOrigin((origin) =>
    roundTo(
      totals[ORIGINS.indexOf(origin)] ?? 0n,
      rows.map((row) => row[origin]),
    ),
  );
  return rows.map((_, row) => byOrigin((origin) => columns[origin][row] ?? 0n));
}
