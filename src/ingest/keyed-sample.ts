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
  if (isComplete) sortByMetric(sample);
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
function sortByMetric(sample: KeyedSample): void {
  const { metricKeys } = sample;
  if (isAscending(metricKeys)) return;
  const order = [...metricKeys.keys()].sort((a, b) => (metricKeys[a] as number) - (metricKeys[b] as number));
  const kept = order.filter((at, i) => i === 0 || metricKeys[at] !== metricKeys[order[i - 1] as number]);
  const pick = <T>(column: readonly T[]): T[] => kept.map((at) => column[at] as T);
  sample.metricKeys = pick(metricKeys);
  sample.metrics = pick(sample.metrics);
  sample.values = pick(sample.values);
  sample.qualities = pick(sample.qualities);
  if (sample.labels) sample.labels = pick(sample.labels);
}

const labelsOf = ({ labels, metrics }: KeyedSample): (string | undefined)[] => labels ?? metrics.map(() => undefined);

/** Two messages about the same instant, as one. */
function merge(first: KeyedSample, second: KeyedSample): KeyedSample {
  const merged: KeyedSample = {
    ...first,
    metrics: [...first.metrics, ...second.metrics],
    metricKeys: [...first.metricKeys, ...second.metricKeys],
    values: [...first.values, ...second.values],
    qualities: [...first.qualities, ...second.qualities],
    labels: first.labels || second.labels ? [...labelsOf(first), ...labelsOf(second)] : null,
  };
  sortByMetric(merged);
  return merged;
}

const canonical = (a: KeyedSample, b: KeyedSample): number =>
  a.deviceKey - b.deviceKey || a.measuredAtMs - b.measuredAtMs;

/**
 * The canonical order of a committed batch: device, measured at, metric; one reading for each of these, the first to
 * arrive. One order for all writers also keeps them from deadlocking on the same keys.
 */
export function settle(samples: KeyedSample[]): KeyedSample[] {
  samples.sort(canonical);
  let kept = 0;
  for (const sample of samples) {
    const last = samples[kept - 1];
    if (last && canonical(last, sample) === 0) samples[kept - 1] = merge(last, sample);
    else samples[kept++] = sample;
  }
  samples.length = kept;
  return samples;
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
