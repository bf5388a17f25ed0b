// What is wrong with a rule as it is written: one that could never speak, or never stop, or that looks at what is not there.
// Says what to change; the first mistake only.
import { freshSecondsOf } from '../../../contracts/condition-freshness.ts';
import { childrenOf, conditionsOf } from '../../../contracts/condition-tree.ts';
import { shapeFaultOf } from '../../../contracts/condition-shape.ts';
import { type Condition, MOST_CONDITIONS } from '../../../contracts/rule-conditions.ts';
import type { Metric, Product } from '../../../contracts/product.ts';
import type { Schedule } from '../../../contracts/rules.ts';
import { silenceMsOf } from './leaves.ts';
import { scheduleFaultOf } from './schedule.ts';

export interface WrittenRule {
  component: string | null;
  condition: Condition;
  schedule: Schedule | null;
}

/** Readings a window must at least hold. */
const FEWEST_READINGS = 3;

export function faultOf({ component, condition, schedule }: WrittenRule, product: Product): string | null {
  const shape = shapeFaultOf(condition);
  if (shape !== null) return shape;
  if (conditionsOf(condition).length > MOST_CONDITIONS) return `condition: at most ${MOST_CONDITIONS} parts`;
  if (component !== null && !product.components.some(({ code }) => code === component)) {
    return `component: ${product.code} has no component ${component}`;
  }
  return conditionFaultOf(condition, product, 'condition') ?? (schedule === null ? null : scheduleFaultOf(schedule));
}

function conditionFaultOf(condition: Condition, product: Product, path: string): string | null {
  const isList = condition.kind === 'all' || condition.kind === 'any';
  for (const [index, child] of childrenOf(condition).entries()) {
    const fault = conditionFaultOf(child, product, isList ? `${path}.of[${index}]` : `${path}.condition`);
    if (fault !== null) return fault;
  }
  if (!('metric' in condition) || condition.metric === undefined) {
    return condition.kind === 'no-data' ? silenceFaultOf(condition, null, product, path) : null;
  }
  const metric = product.metrics.find(({ code }) => code === condition.metric);
  if (metric === undefined) return `${path}.metric: ${product.code} has no metric ${condition.metric}`;
  if (condition.kind !== 'no-data' && freshSecondsOf(condition, metric.expectedIntervalS) <= metric.expectedIntervalS) {
    return `${path}.freshSeconds: ${metric.code} comes every ${metric.expectedIntervalS} s; more than that`;
  }
  switch (condition.kind) {
    case 'threshold':
      return metric.kind === 'state'
        ? `${path}.metric: ${metric.code} is a state; a threshold needs a number, use kind state`
        : clearFaultOf(condition, path);
    case 'rate':
      return rateFaultOf(condition, metric, path);
    case 'state':
      return metric.kind === 'state' || metric.kind === 'boolean'
        ? null
        : `${path}.metric: ${metric.code} is a number; use kind threshold`;
    case 'no-data':
      return silenceFaultOf(condition, metric, product, path);
  }
}

type Limited = { clear?: number } & ({ above: number } | { below: number });

function clearFaultOf(condition: Limited, path: string): string | null {
  const { clear } = condition;
  if (clear === undefined) return null;
  const isWrong = 'above' in condition ? clear > condition.above : clear < condition.below;
  return isWrong ? `${path}.clear: must lie on the healthy side of the limit` : null;
}

function rateFaultOf(condition: Limited & { overSeconds: number }, metric: Metric, path: string): string | null {
  if (metric.kind === 'state' || metric.kind === 'boolean') {
    return `${path}.metric: ${metric.code} is no number; a rate of change needs one`;
  }
  const least = metric.expectedIntervalS * FEWEST_READINGS;
  if (condition.overSeconds < least) {
    return `${path}.overSeconds: ${metric.code} comes every ${metric.expectedIntervalS} s; at least ${least}`;
  }
  return clearFaultOf(condition, path);
}

function silenceFaultOf(
  condition: Extract<Condition, { kind: 'no-data' }>,
  metric: Metric | null,
  { metrics, code }: Product,
  path: string,
): string | null {
  const intervals = metrics.map(({ expectedIntervalS }) => expectedIntervalS);
  if (intervals.length === 0) return `${path}: ${code} has no metrics, so nothing is expected of it`;
  const expectedS = metric?.expectedIntervalS ?? Math.min(...intervals);
  return silenceMsOf(condition, expectedS) <= expectedS * 1000
    ? `${path}: readings come every ${expectedS} s; silence begins later than that`
    : null;
}
