// What was used of a contract year beyond the included, and what it would be billed at: by the contract's tariff, where that has a price.
import { scaleMinor } from '../../../contracts/money.ts';
import type { Tariff } from './terms.ts';

export type EntitlementKind = 'visits' | 'hours' | 'parts';

export interface Overrun {
  /** Of visits, hours, or minor units of parts; zero within the included. */
  over: number;
  /** `null`: the contract names no price for it. */
  billMinor: bigint | null;
}

/** Thousandths: nobody counts hours finer, and prices of them stay exact. */
const MILLI = 1000;

function billOf(kind: EntitlementKind, over: number, tariff: Tariff): bigint | null {
  if (kind === 'parts') {
    const cost = BigInt(Math.round(over));
    return cost + scaleMinor(cost, BigInt(Math.round(tariff.partsMarkupPercent * MILLI)), 100_000n);
  }
  const price = kind === 'visits' ? tariff.visitMinor : tariff.hourMinor;
  return price === null ? null : scaleMinor(price, BigInt(Math.round(over * MILLI)), BigInt(MILLI));
}

export function overrunOf(kind: EntitlementKind, used: number, included: number, tariff: Tariff): Overrun {
  const over = Math.max(0, used - included);
  return { over, billMinor: over === 0 ? 0n : billOf(kind, over, tariff) };
}
