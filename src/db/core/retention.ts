// Which readings are past their keep: limits per product and metric, the narrowest that is said counts. Pure.
import { DAY_MS, type EpochMs } from '../../contracts/time.ts';

export interface ProductKeep {
  product: string;
  /** Of the product; null: not said. */
  days: number | null;
  /** Of its metrics that say their own, by the metric's id. */
  metrics: ReadonlyMap<number, number>;
}

/** Readings that share a limit: of one product, of these metrics or of all but these. */
export interface KeepGroup {
  product: string;
  metricIds: readonly number[];
  isAllBut: boolean;
  /** Null: for ever. */
  days: number | null;
}

export function keepGroups(products: readonly ProductKeep[], defaultDays: number | null): KeepGroup[] {
  return products.flatMap(({ product, days, metrics }) => {
    const others: KeepGroup = { product, metricIds: [...metrics.keys()], isAllBut: true, days: days ?? defaultDays };
    const own = [...metrics].map(
      ([metricId, ownDays]): KeepGroup => ({ product, metricIds: [metricId], isAllBut: false, days: ownDays }),
    );
    return [others, ...own];
  });
}

/** The groups whose readings up to `endMs` are all past their keep. */
export const pastKeep = (groups: readonly KeepGroup[], endMs: EpochMs, nowMs: EpochMs): KeepGroup[] =>
  groups.filter(({ days }) => days !== null && endMs <= nowMs - days * DAY_MS);
