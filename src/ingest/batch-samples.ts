// The samples of a batch: works of telemetry put together, with keys for names never met before.
import { resolveKeys, type Settled, settle } from './keyed-sample.ts';
import type { MetricDictionary, Wanted } from './metric-dictionary.ts';
import type { Work } from './work.ts';

export type ReadingsWork = Extract<Work, { kind: 'readings' }>;

/** Samples in canonical order, without doubles; and the other values that came for the same key. */
export interface BatchSamples extends Settled {
  /** Works with a name the dictionary has no room for. */
  refused: ReadingsWork[];
}

const isResolved = ({ samples }: ReadingsWork, dictionary: MetricDictionary, wanted: Wanted): boolean =>
  // Every sample is asked, not just up to the first that lacks a name: one round of learning has to do.
  samples.filter((sample) => !resolveKeys(sample, dictionary, wanted)).length === 0;

export async function batchSamples(
  works: readonly ReadingsWork[],
  dictionary: MetricDictionary,
): Promise<BatchSamples> {
  const wanted: Wanted = { metrics: new Set(), labels: new Map() };
  const incomplete = works.filter((work) => !work.isKeyed && !isResolved(work, dictionary, wanted));
  if (incomplete.length > 0) await dictionary.learn(wanted);
  const refused = incomplete.filter((work) => !isResolved(work, dictionary, wanted));
  const stored = refused.length === 0 ? works : works.filter((work) => !refused.includes(work));
  return { ...settle(stored.flatMap((work) => work.samples)), refused };
}
