// Which metrics tell how long a product's devices ran: hour meters, a state that says they are running, or else the readings
// themselves, which say that the device was on. Pure.
import type { Metric } from '../../contracts/product.ts';

/** States that mean the device is at work, whatever the product. */
const RUNNING_CODES: readonly string[] = ['running', 'in_use', 'operating', 'treating', 'ventilating', 'scanning'];

/** A metric whose readings are counted: each stands for its interval, times its value where that says running or not. */
export interface ReferenceMetric {
  product: string;
  metric: string;
  intervalS: number;
  isRunning: boolean;
}

export interface HourSources {
  /** Counters of hours, of any product. */
  meters: string[];
  /** At most one a product. */
  references: ReferenceMetric[];
}

export interface ProductMetrics {
  product: string;
  metrics: readonly Pick<Metric, 'code' | 'unit' | 'kind' | 'expectedIntervalS'>[];
}

const isMeter = ({ kind, unit }: ProductMetrics['metrics'][number]): boolean => kind === 'counter' && unit === 'h';
const isRunning = ({ kind, code }: ProductMetrics['metrics'][number]): boolean =>
  kind === 'boolean' && RUNNING_CODES.includes(code);

/** What says running, else what is told most often, and so misses least. */
function referenceOf({ product, metrics }: ProductMetrics): ReferenceMetric[] {
  const inOrder = metrics.toSorted(
    (a, b) =>
      Number(isRunning(b)) - Number(isRunning(a)) ||
      a.expectedIntervalS - b.expectedIntervalS ||
      (a.code < b.code ? -1 : 1),
  );
  const [best] = inOrder;
  if (best === undefined) return [];
  return [{ product, metric: best.code, intervalS: best.expectedIntervalS, isRunning: isRunning(best) }];
}

export const hourSources = (products: readonly ProductMetrics[]): HourSources => ({
  meters: [...new Set(products.flatMap(({ metrics }) => metrics.filter(isMeter).map(({ code }) => code)))],
  references: products.flatMap(referenceOf),
});
