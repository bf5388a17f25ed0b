// What a product's schema cannot say: names inside a definition that must be unique or point to something.
import { definitionFaults } from '../contracts/command-catalogue.ts';
import type { Component, Metric, Product } from '../contracts/product.ts';

function* repeated(codes: readonly string[], what: string): Generator<string> {
  const seen = new Set<string>();
  for (const code of codes) {
    if (seen.has(code)) yield `${what} ${code} is there twice`;
    seen.add(code);
  }
}

const isUpsideDown = (min: number | undefined, max: number | undefined): boolean =>
  min !== undefined && max !== undefined && min >= max;

function* bandFaults({ code, plausibleMin, plausibleMax, normalMin, normalMax }: Metric): Generator<string> {
  if (isUpsideDown(plausibleMin, plausibleMax)) yield `metric ${code}: plausibleMin is not below plausibleMax`;
  if (isUpsideDown(normalMin, normalMax)) yield `metric ${code}: normalMin is not below normalMax`;
}

function* componentFaults({ code, failureModes }: Component, metrics: ReadonlyMap<string, Metric>): Generator<string> {
  yield* repeated(
    failureModes.map((mode) => mode.code),
    `component ${code}: failure mode`,
  );
  for (const mode of failureModes) {
    const where = `failure mode ${code}/${mode.code}`;
    for (const { metric, per } of mode.signs) {
      if (!metrics.has(metric)) yield `${where}: its sign ${metric} is not a metric`;
      if (per !== undefined) yield* driverFaults(where, metric, per, metrics);
    }
  }
}

function* driverFaults(
  where: string,
  metric: string,
  per: string,
  metrics: ReadonlyMap<string, Metric>,
): Generator<string> {
  const driver = metrics.get(per);
  if (driver === undefined) yield `${where}: ${metric} is judged per ${per}, which is not a metric`;
  else if (per === metric) yield `${where}: ${metric} is judged per itself`;
  else if (driver.normalMin === undefined || driver.normalMax === undefined) {
    yield `${where}: ${metric} is judged per ${per}, which needs normalMin and normalMax`;
  }
}

/** Everything that contradicts itself in a definition, in words; none when it is sound. */
export function productFaults({ metrics, components, modeMetric, commands = [] }: Product): string[] {
  const codes = metrics.map((metric) => metric.code);
  const known = new Map(metrics.map((metric) => [metric.code, metric]));
  const faults = [
    ...repeated(codes, 'metric'),
    ...repeated(
      components.map(({ code }) => code),
      'component',
    ),
    ...metrics.flatMap((metric) => [...bandFaults(metric)]),
    ...components.flatMap((component) => [...componentFaults(component, known)]),
    ...repeated(
      commands.map(({ code }) => code),
      'command',
    ),
    ...commands.flatMap(definitionFaults),
  ];
  if (modeMetric !== undefined && !known.has(modeMetric)) faults.push(`modeMetric ${modeMetric} is not a metric`);
  return faults;
}

/** Codes of the spare parts its planned fixes take. */
export const partsOf = ({ components }: Product): string[] => [
  ...new Set(
    components.flatMap(({ failureModes }) => failureModes.flatMap(({ part }) => (part === null ? [] : [part]))),
  ),
];
