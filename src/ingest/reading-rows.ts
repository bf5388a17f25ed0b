// The rows of a batch: works of telemetry flattened, keyed by integers, sorted, without doubles. The order (device,
// measured at, metric) is the canonical one of a committed batch, and one order for all writers keeps them from
// deadlocking on the same keys.
import type { Reading } from '../contracts/readings.ts';
import type { MetricDictionary, Wanted } from './metric-dictionary.ts';
import type { Work } from './work.ts';

export type ReadingsWork = Extract<Work, { kind: 'readings' }>;

export interface Row extends Reading {
  deviceKey: number;
  metricKey: number;
}

/** Appends the rows of one work; false (and nothing appended) when the dictionary lacks a name, which is then wanted. */
function appendRows(rows: Row[], work: ReadingsWork, dictionary: MetricDictionary, wanted: Wanted): boolean {
  const before = rows.length;
  let isComplete = true;
  const { id: deviceKey, code: deviceId } = work.device;
  for (const { measuredAtMs, entries } of work.samples) {
    for (const { metric, value, label, quality } of entries) {
      const metricKey = dictionary.idOf(metric);
      const code = label === undefined ? value : dictionary.codeOf(metric, label);
      if (metricKey === undefined || code === undefined) {
        want(wanted, metric, label);
        isComplete = false;
      } else if (label === undefined) {
        rows.push({ deviceId, metric, measuredAtMs, value, quality, deviceKey, metricKey });
      } else {
        rows.push({ deviceId, metric, measuredAtMs, value: code, label, quality, deviceKey, metricKey });
      }
    }
  }
  if (!isComplete) rows.length = before;
  return isComplete;
}

function want(wanted: Wanted, metric: string, label: string | undefined): void {
  wanted.metrics.add(metric);
  if (label === undefined) return;
  const labels = wanted.labels.get(metric);
  if (labels) labels.add(label);
  else wanted.labels.set(metric, new Set([label]));
}

const canonical = (a: Row, b: Row): number =>
  a.deviceKey - b.deviceKey || a.measuredAtMs - b.measuredAtMs || a.metricKey - b.metricKey;

/** Sorts in place and drops repeated keys; the first to arrive stays, as it does in the table. */
function settle(rows: Row[]): Row[] {
  rows.sort(canonical);
  let kept = 0;
  for (const row of rows) {
    const last = rows[kept - 1];
    if (kept === 0 || canonical(last as Row, row) !== 0) rows[kept++] = row;
  }
  rows.length = kept;
  return rows;
}

export interface Compiled {
  rows: Row[];
  /** Works with a name the dictionary has no room for. */
  refused: ReadingsWork[];
}

export async function compileRows(works: readonly ReadingsWork[], dictionary: MetricDictionary): Promise<Compiled> {
  const rows: Row[] = [];
  const wanted: Wanted = { metrics: new Set(), labels: new Map() };
  const incomplete = works.filter((work) => !appendRows(rows, work, dictionary, wanted));
  if (incomplete.length === 0) return { rows: settle(rows), refused: [] };
  await dictionary.learn(wanted);
  const refused = incomplete.filter((work) => !appendRows(rows, work, dictionary, wanted));
  return { rows: settle(rows), refused };
}
