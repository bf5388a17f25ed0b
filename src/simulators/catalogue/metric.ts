// Short forms for writing a metric catalogue down: gauges, counters, booleans and the operating mode.
import type { Metric } from '../../contracts/product.ts';
import type { Text } from '../../contracts/text.ts';

export interface GaugeRange {
  normal: readonly [number, number];
  plausible: readonly [number, number];
  noticeable: number;
}

export interface MetricsOf {
  gauge(code: string, unit: string, name: Text, range: GaugeRange): Metric;
  counter(code: string, unit: string, name: Text): Metric;
  boolean(code: string, name: Text): Metric;
  mode(): Metric;
}

/** Metrics of one product, all expected at the same interval. */
export const metricsEvery = (expectedIntervalS: number): MetricsOf => ({
  gauge: (code, unit, name, { normal, plausible, noticeable }) => ({
    code,
    name,
    unit,
    kind: 'gauge',
    expectedIntervalS,
    noticeable,
    normalMin: normal[0],
    normalMax: normal[1],
    plausibleMin: plausible[0],
    plausibleMax: plausible[1],
  }),
  counter: (code, unit, name) => ({ code, name, unit, kind: 'counter', expectedIntervalS, plausibleMin: 0 }),
  boolean: (code, name) => ({ code, name, unit: '', kind: 'boolean', expectedIntervalS }),
  mode: () => ({
    code: 'mode',
    name: { en: 'Operating mode', zh: '工作状态' },
    unit: '',
    kind: 'state',
    expectedIntervalS,
  }),
});

/** A horizon in hours from the weeks in which the early sign usually shows. */
export const horizonOfWeeks = (shortest: number, longest: number): number =>
  Math.round(((shortest + longest) / 2) * 168);
