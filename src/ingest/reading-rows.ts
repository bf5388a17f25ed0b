// The rows of a batch: works of telemetry flattened, keyed by integers, sorted, without doubles. The order (device,
// measured at, metric) is the canonical one of a committed batch, and one order for all writers keeps them from
// deadlocking on the same keys.
import type { MetricDictionary, Wanted } from './metric-dictionary.ts';
import { type Row, UNRESOLVED, type Work } from './work.ts';

export type ReadingsWork = Extract<Work, { kind: 'readings' }>;

/** Fills in keys and codes; false when the dictionary lacks a name, which is then wanted. */
function resolve(rows: readonly Row[], dictionary: MetricDictionary, wanted: Wanted): boolean {
  let isComplete = true;
  for (const row of rows) {
    row.metricKey = dictionary.idOf(row.metric) ?? UNRESOLVED;
    if (row.label !== undefined) row.value = dictionary.codeOf(row.metric, row.label) ?? UNRESOLVED;
    if (row.metricKey === UNRESOLVED || (row.label !== undefined && row.value === UNRESOLVED)) {
      want(wanted, row.metric, row.label);
      isComplete = false;
    }
  }
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
  const wanted: Wanted = { metrics: new Set(), labels: new Map() };
  const incomplete = works.filter((work) => !resolve(work.rows, dictionary, wanted));
  if (incomplete.length > 0) await dictionary.learn(wanted);
  const refused = incomplete.filter((work) => !resolve(work.rows, dictionary, wanted));
  const stored = refused.length === 0 ? works : works.filter((work) => !refused.includes(work));
  return { rows: settle(stored.flatMap(({ rows }) => rows)), refused };
}
