// A product's catalogue entry made ready for judging: which metrics are scored and how, the failure modes in order, the
// rules by metric. Built once per product and set of rules; says nothing about any one device.
import type { Component, FailureMode, Metric, Product } from '../../contracts/product.ts';
import type { Condition } from '../../contracts/rules.ts';
import type { Text } from '../../contracts/text.ts';
import type { EpochMs } from '../../contracts/time.ts';
import type { Severity } from '../../contracts/work-order-states.ts';

export interface Tuning {
  noticeable: number;
  /** Variance the catalogue's normal band suggests, `null` without a band. */
  bandVariance: number | null;
  /** Wear of some parts shows in how widely a value scatters, not in where it lies. */
  watchesScatter: boolean;
}

export interface MetricPlan {
  metric: Metric;
  /** `null`: counters, states and booleans are not scored. */
  tuning: Tuning | null;
  rules: readonly RulePlan[];
}

export interface ModePlan {
  cause: string;
  component: Component;
  mode: FailureMode;
}

export interface RulePlan {
  id: number;
  version: number;
  name: Text;
  component: string | null;
  condition: Condition;
  severity: Severity;
  refractoryMs: number;
  effectiveFromMs: EpochMs;
}

export interface DevicePlan {
  product: Product;
  metrics: ReadonlyMap<string, MetricPlan>;
  modes: readonly ModePlan[];
  rules: readonly RulePlan[];
}

export const causeOfMode = (component: string, failureMode: string): string => `${component}/${failureMode}`;
export const causeOfRule = (ruleId: number): string => `rule:${ruleId}`;
export const causeOfMetric = (metric: string): string => `metric:${metric}`;

/** A healthy unit stays in its band: four sigmas wide is cautious for a unit that is not known yet. */
const BAND_SIGMAS = 4;

export function planOf(product: Product, rules: readonly RulePlan[] = []): DevicePlan {
  const modes = product.components.flatMap((component) =>
    component.failureModes.map((mode) => ({ cause: causeOfMode(component.code, mode.code), component, mode })),
  );
  const signs = modes.flatMap(({ mode }) => mode.signs);
  const scattering = new Set(signs.filter(({ direction }) => direction === 'either').map(({ metric }) => metric));
  const metrics = product.metrics.map((metric): [string, MetricPlan] => [
    metric.code,
    {
      metric,
      tuning: metric.kind === 'gauge' ? tuningOf(metric, scattering.has(metric.code)) : null,
      rules: rules.filter(({ condition }) => condition.metric === metric.code),
    },
  ]);
  return { product, metrics: new Map(metrics), modes, rules };
}

function tuningOf(metric: Metric, watchesScatter: boolean): Tuning {
  const { normalMin, normalMax, noticeable = 0 } = metric;
  const hasBand = normalMin !== undefined && normalMax !== undefined && normalMax > normalMin;
  return { noticeable, watchesScatter, bandVariance: hasBand ? ((normalMax - normalMin) / BAND_SIGMAS) ** 2 : null };
}
