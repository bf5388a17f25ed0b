// Samples on their way into the table: the values of one device at one instant, by column. Columns, because at a hundred
// thousand readings a second an object for each of them would be most of the work.
import type { Reading } from '../contracts/readings.ts';
import type { EpochMs } from '../contracts/time.ts';
import type { MetricKeys, Wanted } from './metric-dictionary.ts';

export interface KeyedSample {
  deviceId: string;
  deviceKey: number;
  measuredAtMs: EpochMs;
  metrics: string[];
  /** Of each metric its key, or UNRESOLVED. */
  metricKeys: number[];
  /** Of a state the code of its label, or UNRESOLVED. */
  values: number[];
  qualities: number[];
  /** Labels where the value is a state's; the column is left out when none is. */
  labels: (string | undefined)[] | null;
}

/** One value with its whole key. */
export interface KeyedValue {
  deviceKey: number;
  metricKey: number;
  measuredAtMs: EpochMs;
  value: number;
}

const UNRESOLVED = -1;

/** Fills in keys and codes, then sorts by metric; false when the dictionary lacks a name, which is then wanted. */
export function resolveKeys(sample: KeyedSample, keys: MetricKeys, wanted: Wanted | null): boolean {
  const { metrics, metricKeys, values, labels } = sample;
  let isComplete = true;
  for (let i = 0; i < metrics.length; i++) {
    const metric = metrics[i] as string;
    const label = labels?.[i];
    const key = keys.idOf(metric) ?? UNRESOLVED;
    metricKeys[i] = key;
    if (label !== undefined) values[i] = keys.codeOf(metric, label) ?? UNRESOLVED;
    if (key === UNRESOLVED || (label !== undefined && values[i] === UNRESOLVED)) {
      isComplete = false;
      if (wanted) want(wanted, metric, label);
    }
  }
  if (isComplete) sortByMetric(sample, []);
  return isComplete;
}

function want(wanted: Wanted, metric: string, label: string | undefined): void {
  wanted.metrics.add(metric);
  if (label === undefined) return;
  const labels = wanted.labels.get(metric);
  if (labels) labels.add(label);
  else wanted.labels.set(metric, new Set([label]));
}

const isAscending = (numbers: readonly number[]): boolean =>
  numbers.every((number, i) => i === 0 || (numbers[i - 1] as number) < number);

/** Strictly ascending by metric; of equal ones the first stays, as it does in the table. */
function sortByMetric(sample: KeyedSample, overruled: KeyedValue[]): void {
  const { deviceKey, measuredAtMs, metricKeys, values } = sample;
  if (isAscending(metricKeys)) return;
  const kept: number[] = [];
  for (const at of [...metricKeys.keys()].sort((a, b) => (metricKeys[a] as number) - (metricKeys[b] as number))) {
    const metricKey = metricKeys[at] as number;
    const last = kept.at(-1);
    if (last === undefined || metricKeys[last] !== metricKey) kept.push(at);
    else if (values[last] !== values[at])
      overruled.push({ deviceKey, metricKey, measuredAtMs, value: values[at] as number });
  }
  pick(sample, kept);
}

/** Leaves the readings at these places, in this order. */
function pick(sample: KeyedSample, places: readonly number[]): void {
  const of = <T>(column: readonly T[]): T[] => places.map((at) => column[at] as T);
  sample.metricKeys = of(sample.metricKeys);
  sample.metrics = of(sample.metrics);
  sample.values = of(sample.values);
  sample.qualities = of(sample.qualities);
  if (sample.labels) sample.labels = of(sample.labels);
}

/** Without the readings of these metrics. */
export function dropMetrics(sample: KeyedSample, dropped: ReadonlySet<string>): void {
  pick(
    sample,
    [...sample.metrics.keys()].filter((at) => !dropped.has(sample.metrics[at] as string)),
  );
}

const labelsOf = ({ labels, metrics }: KeyedSample): (string | undefined)[] => labels ?? metrics.map(() => undefined);

/** Two messages about the same instant, as one. */
function merge(first: KeyedSample, second: KeyedSample, overruled: KeyedValue[]): KeyedSample {
  const merged: KeyedSample = {
    ...first,
    metrics: [...first.metrics, ...second.metrics],
    metricKeys: [...first.metricKeys, ...second.metricKeys],
    values: [...first.values, ...second.values],
    qualities: [...first.qualities, ...second.qualities],
    labels: first.labels || second.labels ? [...labelsOf(first), ...labelsOf(second)] : null,
  };
  sortByMetric(merged, overruled);
  return merged;
}

const canonical = (a: KeyedSample, b: KeyedSample): number =>
  a.deviceKey - b.deviceKey || a.measuredAtMs - b.measuredAtMs;

export interface Settled {
  samples: KeyedSample[];
  /** What came for a key that another value of the batch had taken. */
  overruled: KeyedValue[];
}

/**
 * The canonical order of a committed batch: device, measured at, metric; one reading for each of these, the first to
 * arrive. One order for all writers also keeps them from deadlocking on the same keys.
 */
export function settle(samples: KeyedSample[]): Settled {
  const overruled: KeyedValue[] = [];
  samples.sort(canonical);
  let kept = 0;
  for (const sample of samples) {
    const last = samples[kept - 1];
    if (last && canonical(last, sample) === 0) samples[kept - 1] = merge(last, sample, overruled);
    else samples[kept++] = sample;
  }
  samples.length = kept;
  return { samples, overruled };
}

const nameOf = ({ deviceKey, metricKey, measuredAtMs, value }: KeyedValue): string =>
  `${deviceKey} ${metricKey} ${measuredAtMs} ${value}`;

/** Without the readings that another value stands in the table for: they are in nobody's history. */
export function withoutOverruled(
  samples: readonly KeyedSample[],
  overruled: readonly KeyedValue[],
): readonly KeyedSample[] {
  if (overruled.length === 0) return samples;
  const names = new Set(overruled.map(nameOf));
  return samples.map((sample) => {
    const { deviceKey, metricKeys, measuredAtMs, values } = sample;
    const isKept = (at: number): boolean =>
      !names.has(nameOf({ deviceKey, metricKey: metricKeys[at] as number, measuredAtMs, value: values[at] as number }));
    const places = [...metricKeys.keys()].filter(isKept);
    const rest = { ...sample };
    if (places.length < metricKeys.length) pick(rest, places);
    return rest;
  });
}

export const countOf = (samples: readonly KeyedSample[]): number =>
  samples.reduce((sum, { values }) => sum + values.length, 0);

export function keyedValuesOf(samples: readonly KeyedSample[]): KeyedValue[] {
  return samples.flatMap(({ deviceKey, metricKeys, measuredAtMs, values }) =>
    metricKeys.map((metricKey, i) => ({ deviceKey, metricKey, measuredAtMs, value: values[i] as number })),
  );
}

export function readingsOf(samples: readonly KeyedSample[]): Reading[] {
  const readings: Reading[] = [];
  for (const { deviceId, measuredAtMs, metrics, values, qualities, labels } of samples) {
    for (let i = 0; i < metrics.length; i++) {
      const label = labels?.[i];
      const metric = metrics[i] as string;
      const value = values[i] as number;
      const quality = qualities[i] as number;
      if (label === undefined) readings.push({ deviceId, metric, measuredAtMs, value, quality });
      else readings.push({ deviceId, metric, measuredAtMs, value, label, quality });
    }
  }
  return readings;
}
