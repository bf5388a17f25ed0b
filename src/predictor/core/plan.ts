// A product's catalogue entry made ready for judging: which metrics are scored and how, the failure modes in order, the
// rules by metric. Built once per product and set of rules; says nothing about any one device.
import type { Component, FailureMode, Metric, Product, Sign } from '../../contracts/product.ts';
import type { Condition } from '../../contracts/rule-conditions.ts';
import type { RuleMode, Schedule } from '../../contracts/rules.ts';
import type { Text } from '../../contracts/text.ts';
import type { EpochMs } from '../../contracts/time.ts';
import type { Severity } from '../../contracts/work-order-states.ts';
import type { DeclaredRange } from './channels/outside.ts';
import type { DriverAxis } from './driver.ts';
import type { Peers } from './multivariate/peer-normals.ts';
import { staleAfterMs } from './stale.ts';
import { type Conversion, conversionsOf } from './unit-change.ts';

export interface Tuning {
  noticeable: number;
  /** What is declared of it: where a healthy unit stays and where it has failed; `null` without a normal band. */
  band: DeclaredRange | null;
  /** Variance the catalogue's normal band suggests, `null` without a band. */
  bandVariance: number | null;
  /** Wear of some parts shows in how widely a value scatters, not in where it lies. */
  watchesScatter: boolean;
  /** Where a level points to no failure mode: within the band, on that side or (0) on both; `null`: it may matter anywhere. */
  harmless: { side: -1 | 0 | 1; low: number; high: number } | null;
  /** The metric is judged by what this one leaves unexplained. */
  driver: DriverAxis | null;
  /** What its values become in other units; none for what is judged against a driver. */
  conversions: readonly Conversion[];
  /** Silent for longer, it says nothing of now. */
  staleAfterMs: number;
}

export interface MetricPlan {
  metric: Metric;
  /** `null`: counters, states and booleans are not scored. */
  tuning: Tuning | null;
}

export interface ModePlan {
  cause: string;
  component: Component;
  mode: FailureMode;
}

/** One version of a rule with the time in which it counts; several of one rule never overlap. */
export interface RulePlan {
  id: number;
  version: number;
  name: Text;
  component: string | null;
  condition: Condition;
  severity: Severity;
  refractoryMs: number;
  schedule: Schedule | null;
  /** `shadow`: its episodes are recorded apart and alert nobody. */
  mode: RuleMode;
  effectiveFromMs: EpochMs;
  /** Up to, not including. */
  untilMs: EpochMs;
}

export interface DevicePlan {
  product: Product;
  metrics: ReadonlyMap<string, MetricPlan>;
  modes: readonly ModePlan[];
  rules: readonly RulePlan[];
  /** Score of a metric's channel from which it is unusual; left out: the fleet's default. */
  unusualScore?: number;
  /** What is normal for others of its product and firmware; left out: nobody asked. */
  peers?: Peers;
}

export const causeOfMode = (component: string, failureMode: string): string => `${component}/${failureMode}`;
const RULE = 'rule:';
const SHADOW = 'shadow-rule:';
export const causeOfRule = ({ id, mode }: Pick<RulePlan, 'id' | 'mode'>): string =>
  `${mode === 'shadow' ? SHADOW : RULE}${id}`;
export const isRuleCause = (cause: string): boolean => cause.startsWith(RULE) || cause.startsWith(SHADOW);
export const isShadowCause = (cause: string): boolean => cause.startsWith(SHADOW);
export const ruleIdOfCause = (cause: string): number => Number(cause.slice(cause.indexOf(':') + 1));
export const causeOfMetric = (metric: string): string => `metric:${metric}`;

/** A healthy unit stays in its band: four sigmas wide is cautious for a unit that is not known yet. */
const BAND_SIGMAS = 4;

export function planOf(product: Product, rules: readonly RulePlan[] = [], peers?: Peers): DevicePlan {
  const modes = product.components.flatMap((component) =>
    component.failureModes.map((mode) => ({ cause: causeOfMode(component.code, mode.code), component, mode })),
  );
  const signs = modes.flatMap(({ mode }) => mode.signs);
  const metrics = product.metrics.map((metric): [string, MetricPlan] => [
    metric.code,
    {
      metric,
      tuning: metric.kind === 'gauge' ? tuningOf(metric, signs, product.metrics) : null,
    },
  ]);
  return { product, metrics: new Map(metrics), modes, rules, ...(peers === undefined ? {} : { peers }) };
}

function tuningOf(metric: Metric, signs: readonly Sign[], metrics: readonly Metric[]): Tuning {
  const { normalMin, normalMax, noticeable = 0 } = metric;
  const driver = axisOf(metric, signs, metrics);
  const conversions = driver === null ? conversionsOf(metric.unit) : [];
  const directions = new Set(signs.flatMap((sign) => (sign.metric === metric.code ? sign.direction : [])));
  const common = {
    noticeable,
    watchesScatter: directions.has('either'),
    driver,
    conversions,
    staleAfterMs: staleAfterMs(metric),
  };
  if (normalMin === undefined || normalMax === undefined || normalMax <= normalMin) {
    return { ...common, band: null, bandVariance: null, harmless: null };
  }
  const side = harmlessSideOf(directions, signs);
  return {
    ...common,
    band: spokenOf(metric.code, signs, { low: normalMin, high: normalMax }),
    bandVariance: ((normalMax - normalMin) / BAND_SIGMAS) ** 2,
    harmless: side === null ? null : { side, low: normalMin, high: normalMax },
  };
}

/** From the normal band to where a failure mode has failed; a sign that may go either way fails as far on the other side. */
function spokenOf(metric: string, signs: readonly Sign[], { low, high }: DeclaredRange): DeclaredRange {
  const fails = signs.flatMap(({ metric: of, failsAt, direction }) => {
    if (of !== metric || failsAt === undefined) return [];
    return direction === 'either' ? [failsAt, low + high - failsAt] : [failsAt];
  });
  return { low: Math.min(low, ...fails), high: Math.max(high, ...fails) };
}

/** A product without any sign says nothing of what matters, so there everything does. */
function harmlessSideOf(directions: ReadonlySet<Sign['direction']>, signs: readonly Sign[]): -1 | 0 | 1 | null {
  if (directions.size === 0) return signs.length === 0 ? null : 0;
  if (directions.size > 1 || directions.has('either')) return null;
  return directions.has('up') ? -1 : 1;
}

/** The first driver any sign names; a driver without a band has no axis to learn on. */
function axisOf(metric: Metric, signs: readonly Sign[], metrics: readonly Metric[]): DriverAxis | null {
  const per = signs.find((sign) => sign.metric === metric.code && sign.per !== undefined)?.per;
  const driver = metrics.find(({ code }) => code === per);
  if (driver?.normalMin === undefined || driver.normalMax === undefined) return null;
  const half = (driver.normalMax - driver.normalMin) / 2;
  return half > 0 ? { metric: driver.code, middle: driver.normalMin + half, half } : null;
}
