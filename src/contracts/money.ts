// Money: integer minor units inside, `{amount: "1234.50", currency: "CNY"}` at the edge, never a float.
import { Type, type Static } from 'typebox';
import { CURRENCY_DIGITS, CURRENCY_PATTERN } from './currencies.ts';

export const Currency = Type.String({ pattern: CURRENCY_PATTERN, description: 'ISO 4217' });
/** As answers have it: sums are as large as 64 bits of minor units. */
export const Money = Type.Object({
  amount: Type.String({ pattern: '^-?\\d{1,19}(\\.\\d{1,3})?$' }),
  currency: Currency,
});
export type Money = Static<typeof Money>;

export const WRITTEN_AMOUNT_PATTERN = '^-?\\d{1,12}(\\.\\d{1,3})?$';
/** As somebody writes it: ten thousand of the dearest part, and any sum of such, still fit 64 bits of minor units. */
export const WrittenMoney = Type.Object({
  amount: Type.String({ pattern: WRITTEN_AMOUNT_PATTERN, description: 'at most the decimals of the currency' }),
  currency: Currency,
});

export const digitsOf = (currency: string): number => CURRENCY_DIGITS.get(currency) ?? 2;

export function moneyOf(minor: bigint, currency: string): Money {
  const digits = digitsOf(currency);
  const sign = minor < 0n ? '-' : '';
  const text = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits);
  return { amount: digits === 0 ? `${sign}${whole}` : `${sign}${whole}.${text.slice(-digits)}`, currency };
}

/** Minor units of an amount; `null` when it has more decimals than its currency (nothing is rounded in silence). */
export function minorOf(money: Money): bigint | null {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(money.amount);
  if (!match) return null;
  const digits = digitsOf(money.currency);
  const fraction = match[3] ?? '';
  if (fraction.length > digits) return null;
  const minor = BigInt(`${match[2]}${fraction.padEnd(digits, '0')}`);
  return match[1] === '-' ? -minor : minor;
}

/** amount x numerator / denominator in minor units, halves away from zero; all integers. */
export function scaleMinor(amountMinor: bigint, numerator: bigint, denominator: bigint): bigint {
  const product = amountMinor * numerator;
  const half = denominator / 2n;
  return product >= 0n ? (product + half) / denominator : -((-product + half) / denominator);
}
