// Money on its way into a column of minor units: nothing is rounded in silence.
import { type Money, digitsOf, minorOf } from '../contracts/money.ts';
import { Problem } from '../contracts/problems.ts';

export function minorColumn(money: Money, field: string): bigint {
  const minor = minorOf(money);
  if (minor === null) {
    const digits = digitsOf(money.currency);
    throw new Problem('validation-failed', `${field}: ${money.currency} has ${digits} decimals, not more`);
  }
  if (minor < 0n) throw new Problem('validation-failed', `${field}: a price is not negative`);
  return minor;
}
