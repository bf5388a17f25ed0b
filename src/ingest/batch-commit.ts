// What one commit does with a batch of works: readings, events, meta and quarantine become durable together.
// received_at grows strictly from commit to commit, so it orders a device's readings by arrival.
import type { EpochMs } from '../contracts/time.ts';
import type { Database, Transaction } from '../db/database.ts';
import type { CommitInstant, CommitInstants } from './arrival-mark.ts';
import { batchSamples, type ReadingsWork } from './batch-samples.ts';
import { refuse } from './decoders/decoded.ts';
import { type EventWork, insertDeviceEvents } from './device-event-store.ts';
import type { MetricDictionary } from './metric-dictionary.ts';
import type { OwnNames } from './own-names.ts';
import type { MetaStore, ReplyStore } from './ports.ts';
import type { GivenArrivals } from './given-arrivals.ts';
import { type HeldMessage, quarantine } from './quarantine-store.ts';
import { countOf, type KeyedSample, type KeyedValue, keyedValuesOf, type Settled } from './keyed-sample.ts';
import { keepConflicts } from './reading-conflict-store.ts';
import { type Insert, insertMissing, insertNew, isRepetition } from './reading-store.ts';
import type { Work } from './work.ts';

type MetaWork = Extract<Work, { kind: 'meta' }>;
type ReplyWork = Extract<Work, { kind: 'reply' }>;

export interface CommitReport {
  receivedAtMs: EpochMs;
  samples: readonly KeyedSample[];
  /** Readings that were not there before. */
  stored: number;
  /** Values that came for a key which has another one. */
  conflicts: readonly KeyedValue[];
  held: readonly HeldMessage[];
}

export interface BatchCommitOptions {
  database: Database;
  dictionary: MetricDictionary;
  metaStore: MetaStore;
  replyStore: ReplyStore;
  instants: CommitInstants;
  given: GivenArrivals;
  names: OwnNames;
}

interface Sorted {
  readings: ReadingsWork[];
  events: EventWork[];
  metas: MetaWork[];
  replies: ReplyWork[];
  held: HeldMessage[];
}

function sortByKind(works: readonly Work[]): Sorted {
  const sorted: Sorted = { readings: [], events: [], metas: [], replies: [], held: [] };
  for (const work of works) {
    if (work.kind === 'readings') {
      sorted.readings.push(work);
      if (work.hold) sorted.held.push({ message: work.message, refusal: work.hold });
    } else if (work.kind === 'event') sorted.events.push(work);
    else if (work.kind === 'meta') sorted.metas.push(work);
    else if (work.kind === 'reply') sorted.replies.push(work);
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

const unasked = ({ message, reply }: ReplyWork): HeldMessage => ({
  message,
  refusal: refuse('unknown-command', `no command ${reply.request.slice(0, 64)} was sent to this device`),
});

/** Redelivery comes in bursts: after a refused batch this many are written expecting more of it. */
const WARY_BATCHES = 20;

interface Batch extends Settled {
  sorted: Sorted;
  arrivals: Awaited<ReturnType<GivenArrivals['recall']>>;
  instant: CommitInstant;
}

interface Written {
  stored: number;
  conflicts: KeyedValue[];
  /** Replies that answer nothing. */
  unasked: HeldMessage[];
}

export function batchCommit(options: BatchCommitOptions) {
  const { database, dictionary, metaStore, replyStore, instants, names, given } = options;
  let waryFor = 0;

  async function takeReplies(tx: Transaction, works: readonly ReplyWork[], atMs: EpochMs): Promise<HeldMessage[]> {
    if (works.length === 0) return [];
    const replies = works.map(({ device, reply }) => ({ ...reply, deviceId: device.id }));
    const outcomes = await replyStore.apply(tx, replies, atMs);
    return works.filter((_, i) => outcomes[i] === 'unasked').map(unasked);
  }

  /** Gives back the replies that it had to hold. */
  async function storeOthers(tx: Transaction, sorted: Sorted, receivedAtMs: EpochMs): Promise<HeldMessage[]> {
    const { events, metas, replies, held } = sorted;
    if (events.length > 0) await insertDeviceEvents(tx, events, receivedAtMs);
    for (const { device, meta } of metas) await metaStore.apply(tx, device.id, meta, receivedAtMs);
    const refused = await takeReplies(tx, replies, receivedAtMs);
    if (held.length + refused.length > 0) await quarantine(tx, [...held, ...refused], receivedAtMs);
    return refused;
  }

  async function storeReadings(
    tx: Transaction,
    { samples, overruled, instant }: Batch,
    insert: Insert,
  ): Promise<Omit<Written, 'unasked'>> {
    const stored = samples.length > 0 ? await insert(tx, samples, instant.atMs) : 0;
    const others = stored < countOf(samples) ? [...overruled, ...keyedValuesOf(samples)] : overruled;
    return { stored, conflicts: others.length > 0 ? await keepConflicts(tx, others, instant.atMs) : [] };
  }

  async function write(batch: Batch, insert: Insert): Promise<Written> {
    const { samples, overruled, sorted, arrivals, instant } = batch;
    const { events, metas, replies, held } = sorted;
    const others = events.length + metas.length + replies.length + held.length + overruled.length + arrivals.length;
    const isPlain = insert === insertNew && others === 0;
    // A lone statement is its own transaction: one round trip instead of three.
    if (isPlain && !instant.reserve)
      return {
        stored: samples.length > 0 ? await insert(database, samples, instant.atMs) : 0,
        conflicts: [],
        unasked: [],
      };
    return database.transaction(async (tx) => {
      await instant.reserve?.(tx);
      if (arrivals.length > 0) await given.remember(tx, arrivals);
      const written = await storeReadings(tx, batch, insert);
      return { ...written, unasked: await storeOthers(tx, sorted, instant.atMs) };
    });
  }

  async function writeEither(batch: Batch): Promise<Written> {
    if (waryFor > 0) waryFor -= 1;
    else {
      try {
        return await write(batch, insertNew);
      } catch (error) {
        if (!isRepetition(error)) throw error;
        waryFor = WARY_BATCHES;
      }
    }
    return write(batch, insertMissing);
  }

  return async (works: readonly Work[]): Promise<CommitReport> => {
    const arrivals = await given.recall(works);
    const sorted = sortByKind(works);
    sorted.held.push(...(await names.admit(sorted.readings)));
    const { refused, ...settled } = await batchSamples(sorted.readings, dictionary);
    for (const work of refused) sorted.held.push(overfull(work));
    const instant = instants.next();
    const { unasked: refusedReplies, ...written } = await writeEither({ ...settled, sorted, arrivals, instant });
    instant.committed();
    const held = [...sorted.held, ...refusedReplies];
    return { receivedAtMs: instant.atMs, samples: settled.samples, held, ...written };
  };
}
