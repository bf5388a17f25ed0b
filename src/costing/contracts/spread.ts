// Simulated amounts as money: a mean and quantiles in whole minor units.
import type { MoneySpread } from '../../contracts/http/contract-margins.ts';
import { moneyOf } from '../../contracts/money.ts';
import type { Estimate } from '../core/contract/prices.ts';
import { estimateOf } from '../core/contract/prices.ts';

const whole = (value: number): bigint => BigInt(Math.round(value));

export const spreadOf = ({ mean, p10, p50, p90 }: Estimate, currency: string, plusMinor = 0n): MoneySpread => ({
  expected: moneyOf(whole(mean) + plusMinor, currency),
  p10: moneyOf(whole(p10) + plusMinor, currency),
  p50: moneyOf(whole(p50) + plusMinor, currency),
  p90: moneyOf(whole(p90) + plusMinor, currency),
});

export const spreadOver = (values: readonly number[], currency: string, plusMinor = 0n): MoneySpread =>
  spreadOf(estimateOf(values), currency, plusMinor);
