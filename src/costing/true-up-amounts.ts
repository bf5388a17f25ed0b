// What the run in force of a period placed, by pool and by the dimensions a true-up is told in; and the true-up as it is stored.
import type { TrueUp } from '../contracts/http/periods.ts';
import { moneyOf } from '../contracts/money.ts';
import type { Period } from '../contracts/time.ts';
import type { Dimension } from '../contracts/costs.ts';
import type { Queryable } from '../db/database.ts';
import type { PlacedAmount, TrueUpLine } from './core/close/true-up.ts';
import { readPlacements, runInForce } from './placements.ts';
import { createReceiverBook } from './receiver-book.ts';

/** Lines of one dimension that are kept; pools too, those with the largest differences first. */
export const TRUE_UP_LINES = 200;

/** Dimensions of receivers that amounts are told apart by, each by itself, beside the pool and the element. */
const BY = ['product', 'customer', 'region', 'contract-type'] as const satisfies readonly Dimension[];

export async function placedAmounts(db: Queryable, period: Period): Promise<PlacedAmount[]> {
  const run = await runInForce(db, period);
  if (run === null) return [];
  const book = createReceiverBook();
  const sums = new Map<string, PlacedAmount>();
  const add = (dimension: string, value: string | null, currency: string, minor: number): void => {
    const key = JSON.stringify([dimension, value, currency]);
    const sum = sums.get(key) ?? { dimension, value, currency, amountMinor: 0n };
    sum.amountMinor += BigInt(minor);
    sums.set(key, sum);
  };
  for (const { pool, element, currency, receiverIds, amountsMinor } of await readPlacements(db, run)) {
    if (receiverIds.length === 0) continue;
    await book.learn(db, [receiverIds], BY);
    const placed = amountsMinor.reduce((sum, amount) => sum + amount, 0);
    add('pool', pool, currency, placed);
    add('element', element, currency, placed);
    for (const dimension of BY) {
      for (const [value, minor] of book.sumsBy(dimension, receiverIds, amountsMinor))
        add(dimension, value, currency, minor);
    }
  }
  return [...sums.values()];
}

export const toTrueUp = ({ dimension, value, currency, provisionalMinor, finalMinor }: TrueUpLine): TrueUp => ({
  dimension,
  value,
  provisional: moneyOf(provisionalMinor, currency),
  final: moneyOf(finalMinor, currency),
  difference: moneyOf(finalMinor - provisionalMinor, currency),
});
