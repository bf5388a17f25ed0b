// What one commit does with a batch of works: readings, events, meta and quarantine become durable together.
// received_at grows strictly from commit to commit, so it orders a device's readings by arrival.
import type { Clock, EpochMs } from '../contracts/time.ts';
import type { Database, Transaction } from '../db/database.ts';
import { refuse } from './decoders/decoded.ts';
import { type EventWork, insertDeviceEvents } from './device-event-store.ts';
import type { MetricDictionary } from './metric-dictionary.ts';
import type { MetaStore } from './ports.ts';
import { type HeldMessage, quarantine } from './quarantine-store.ts';
import { batchSamples, type ReadingsWork } from './batch-samples.ts';
import type { KeyedSample } from './keyed-sample.ts';
import { insertMissing, readingStore } from './reading-store.ts';
import type { Work } from './work.ts';

type MetaWork = Extract<Work, { kind: 'meta' }>;

export interface CommitReport {
  receivedAtMs: EpochMs;
  samples: readonly KeyedSample[];
  /** Readings that were not there before. */
  stored: number;
  held: readonly HeldMessage[];
}

export interface BatchCommitOptions {
  database: Database;
  dictionary: MetricDictionary;
  metaStore: MetaStore;
  clock: Clock;
}

interface Sorted {
  readings: ReadingsWork[];
  events: EventWork[];
  metas: MetaWork[];
  held: HeldMessage[];
}

function sortByKind(works: readonly Work[]): Sorted {
  const sorted: Sorted = { readings: [], events: [], metas: [], held: [] };
  for (const work of works) {
    if (work.kind === 'readings') sorted.readings.push(work);
    else if (work.kind === 'event') sorted.events.push(work);
    else if (work.kind === 'meta') sorted.metas.push(work);
    else sorted.held.push(work);
  }
  return sorted;
}

const overfull = ({ message }: ReadingsWork): HeldMessage => ({
  message,
  refusal: refuse(
    'too-many-metrics',
    'no room for another metric name or state label; raise the limit or fix the device',
  ),
});

export function batchCommit({ database, dictionary, metaStore, clock }: BatchCommitOptions) {
  const readings = readingStore(database);
  let lastReceivedAtMs: EpochMs = 0;

  async function storeOthers(tx: Transaction, { events, metas, held }: Sorted, receivedAtMs: EpochMs): Promise<void> {
    if (events.length > 0) await insertDeviceEvents(tx, events, receivedAtMs);
    for (const { device, meta } of metas) await metaStore.apply(tx, device.id, meta, receivedAtMs);
    if (held.length > 0) await quarantine(tx, held, receivedAtMs);
  }

  return async (works: readonly Work[]): Promise<CommitReport> => {
    const sorted = sortByKind(works);
    const { samples, refused } = await batchSamples(sorted.readings, dictionary);
    for (const work of refused) sorted.held.push(overfull(work));
    const receivedAtMs = Math.max(clock.now(), lastReceivedAtMs + 1);
    // Also when it fails: after an unknown COMMIT this instant may be taken.
    lastReceivedAtMs = receivedAtMs;
    const isReadingsOnly = sorted.events.length + sorted.metas.length + sorted.held.length === 0;
    let stored = 0;
    // A lone statement is its own transaction: one round trip instead of three.
    if (isReadingsOnly) stored = samples.length > 0 ? await readings.insert(samples, receivedAtMs) : 0;
    else {
      await database.transaction(async (tx) => {
        stored = samples.length > 0 ? await insertMissing(tx, samples, receivedAtMs) : 0;
        await storeOthers(tx, sorted, receivedAtMs);
      });
    }
    return { receivedAtMs, samples, stored, held: sorted.held };
  };
}
