// What a device is expected to say, from its product and its life cycle.
import type { Metric, Product } from '../../contracts/product.ts';

export interface ExpectedMetric {
  intervalMs: number;
  isGauge: boolean;
  /** Declared: this long it may hold exactly one value. Null: learnt from its habit. */
  stuckAfterMs: number | null;
}

export interface QualityPlan {
  /** The shortest of its metrics' intervals; null: nothing is expected of it. */
  intervalMs: number | null;
  /** The metric that interval is of. */
  leadMetric: string | null;
  metrics: ReadonlyMap<string, ExpectedMetric>;
  modeMetric: string | null;
  /** Only a device in service is missed when it is silent. */
  isInService: boolean;
}

const expectedOf = ({ expectedIntervalS, kind, stuckAfterS }: Metric): ExpectedMetric => ({
  intervalMs: expectedIntervalS * 1000,
  isGauge: kind === 'gauge',
  stuckAfterMs: stuckAfterS === undefined ? null : stuckAfterS * 1000,
});

export function qualityPlanOf({ metrics, modeMetric }: Product, lifecycle: string): QualityPlan {
  const lead = metrics.reduce<Metric | null>(
    (shortest, metric) =>
      shortest === null || metric.expectedIntervalS < shortest.expectedIntervalS ? metric : shortest,
    null,
  );
  return {
    intervalMs: lead === null ? null : lead.expectedIntervalS * 1000,
    leadMetric: lead?.code ?? null,
    metrics: new Map(metrics.map((metric) => [metric.code, expectedOf(metric)])),
    modeMetric: modeMetric ?? null,
    isInService: lifecycle === 'in-service',
  };
}
