// The direct method on live data: each pool amount goes to the receivers of its segment's driver, and what no driver
// can place stays on a visible `unallocated` line. Pure; amounts are integer minor units.
import { shareOut } from './largest-remainder.ts';

/** Receiver of what nobody can carry. */
export const UNALLOCATED = 'unallocated';
/** Driver named on the line of a pool that no segment of the cycle mentions. */
export const NO_DRIVER = 'none';

export interface PoolAmount {
  pool: string;
  element: string;
  currency: string;
  amountMinor: bigint;
}

export interface DriverQuantity {
  receiver: string;
  quantityMilli: bigint;
}

export interface AllocatedAmount extends PoolAmount {
  receiver: string;
  driver: string;
  driverQuantityMilli: bigint;
}

export interface DirectAllocation {
  pools: readonly PoolAmount[];
  /** Which driver a pool goes by; a pool without one stays unallocated. */
  driverOf: (pool: string) => string | undefined;
  /** What moved a driver; quantities below zero (more returned than used) carry nothing. */
  quantitiesOf: (driver: string, currency: string) => readonly DriverQuantity[];
}

function allocatePool(amount: PoolAmount, driver: string, quantities: readonly DriverQuantity[]): AllocatedAmount[] {
  const positive = quantities.filter(({ quantityMilli }) => quantityMilli > 0n);
  const parts = shareOut(
    Number(amount.amountMinor),
    Float64Array.from(positive, ({ quantityMilli }) => Number(quantityMilli)),
  );
  if (parts === null) return [{ ...amount, receiver: UNALLOCATED, driver, driverQuantityMilli: 0n }];
  return positive.map(({ receiver, quantityMilli }, index) => ({
    ...amount,
    amountMinor: BigInt(parts[index] ?? 0),
    receiver,
    driver,
    driverQuantityMilli: quantityMilli,
  }));
}

/** Sum out = sum in for every pool, element and currency; receivers that got nothing are kept, with their quantity. */
export function allocateDirect({ pools, driverOf, quantitiesOf }: DirectAllocation): AllocatedAmount[] {
  return pools.flatMap((amount) => {
    const driver = driverOf(amount.pool);
    return driver === undefined
      ? allocatePool(amount, NO_DRIVER, [])
      : allocatePool(amount, driver, quantitiesOf(driver, amount.currency));
  });
}
