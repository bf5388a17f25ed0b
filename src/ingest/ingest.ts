// Takes devices' messages and makes each of them durable - stored, or held in quarantine with the reason - before it
// says so. Owns the lane of group commit, the metric dictionary and the quarantine.
import type { BaseLogger } from 'pino';
import type { Registry } from 'prom-client';
import type { Clock, EpochMs } from '../contracts/time.ts';
import type { Database } from '../db/database.ts';
import type { EventLog } from '../db/event-log.ts';
import { sqlStateOf } from '../db/errors.ts';
import { commitInstants } from './arrival-mark.ts';
import { batchCommit, type CommitReport } from './batch-commit.ts';
import { refuse } from './decoders/decoded.ts';
import { DEFAULT_TIMING, type TimingLimits } from './decoders/timing.ts';
import { givenArrivals } from './given-arrivals.ts';
import { DEFAULT_LANE, type LaneLimits, type Settled, startLane } from './group-commit.ts';
import { readingsOf, withoutOverruled } from './keyed-sample.ts';
import { DEFAULT_DICTIONARY, type DictionaryLimits, loadMetricDictionary } from './metric-dictionary.ts';
import { ingestMetrics } from './metrics.ts';
import type {
  DeviceSource,
  MetaStore,
  OnCommitted,
  OnDevicePresence,
  OnRebirthWanted,
  ReplyStore,
  UpMessage,
} from './ports.ts';
import { type PayloadMappings, startPayloadMappings } from './payload-mappings.ts';
import { type Quarantine, quarantineOver } from './quarantine.ts';
import { findHeld } from './quarantine-store.ts';
import { DEFAULT_MAX_OWN_NAMES, ownNames } from './own-names.ts';
import { workOf } from './read-message.ts';
import type { Surroundings } from './samples-work.ts';
import { sparkplugMetrics } from './sparkplug/metrics.ts';
import { createSparkplug } from './sparkplug/sparkplug.ts';
import { createConversions } from './units/conversions.ts';
import type { HeldNotice } from './quality/ports.ts';
import { held, type Work } from './work.ts';

export interface IngestLimits {
  lane: LaneLimits;
  timing: TimingLimits;
  dictionary: DictionaryLimits;
  /** Names of one device beyond its product's. */
  maxOwnNames: number;
}

const DEFAULT_LIMITS: IngestLimits = {
  lane: DEFAULT_LANE,
  timing: DEFAULT_TIMING,
  dictionary: DEFAULT_DICTIONARY,
  maxOwnNames: DEFAULT_MAX_OWN_NAMES,
};

export interface IngestOptions {
  /** A handle of its own (`dedicated`), so that nobody else's load holds up the acknowledgements. */
  database: Database;
  devices: DeviceSource;
  metaStore: MetaStore;
  replyStore: ReplyStore;
  onCommitted: OnCommitted;
  onPresence?: OnDevicePresence;
  onRebirthWanted?: OnRebirthWanted;
  /** Told, after the commit, which messages went to quarantine and why. */
  onHeld?: (held: readonly HeldNotice[], receivedAtMs: EpochMs) => void;
  /** Brings the payload mappings that other processes write. */
  eventLog?: Pick<EventLog, 'subscribe'>;
  clock: Clock;
  log: BaseLogger;
  metrics: Registry;
  limits?: Partial<IngestLimits>;
}

export interface Ingest {
  /** Tells when the message is committed or quarantined; an error only when ingest closes first. */
  take(message: UpMessage, settled: Settled): void;
  /** The same as a promise, for who has a few. */
  accept(message: UpMessage): Promise<void>;
  /** The connection of a device ended. */
  ended(device: string): void;
  readonly quarantine: Quarantine;
  readonly mappings: PayloadMappings;
  /** Messages that wait for their commit. */
  readonly waiting: number;
  close(): Promise<void>;
}

const diverted = (work: Work, error: unknown): Work => {
  const detail = error instanceof Error ? error.message : String(error);
  return held(work.message, refuse(sqlStateOf(error) === undefined ? 'internal-error' : 'refused-by-database', detail));
};

const weightOf = (work: Work): number => (work.kind === 'readings' ? work.count : 1);

export async function startIngest(options: IngestOptions): Promise<Ingest> {
  const { database, devices, metaStore, replyStore, onCommitted, clock, log } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const metrics = ingestMetrics(options.metrics, () => lane.waiting);
  const dictionary = await loadMetricDictionary(database, limits.dictionary);
  const mappings = await startPayloadMappings({ database, eventLog: options.eventLog, clock, log });
  const given = givenArrivals(database);
  const conversions = createConversions();
  const names = ownNames(database, limits.maxOwnNames);
  const instants = await commitInstants(database, clock);
  const commit = batchCommit({ database, dictionary, metaStore, replyStore, instants, names, given });
  const lane = startLane<Work>({
    commit: async (works) => {
      const stop = metrics.commitSeconds.startTimer();
      const report = await commit(works);
      stop();
      metrics.batchMessages.observe(works.length);
      metrics.messages.inc(works.length);
      return () => handOver(report);
    },
    divert: diverted,
    weigh: weightOf,
    limits: limits.lane,
    log,
    onRetry: () => metrics.retries.inc(),
  });

  function handOver({ receivedAtMs, samples, stored, conflicts, held: refused }: CommitReport): void {
    const readings = readingsOf(withoutOverruled(samples, conflicts));
    metrics.conflicts.inc(conflicts.length);
    metrics.readings.inc(stored);
    metrics.duplicates.inc(readings.length - stored);
    for (const { refusal } of refused) metrics.quarantined.inc({ reason: refusal.reason });
    if (refused.length > 0)
      log.warn({ messages: refused.length, reason: refused[0]?.refusal.reason }, 'messages quarantined');
    try {
      if (refused.length > 0) {
        const notices = refused.map(({ message, refusal }) => ({ device: message.device, reason: refusal.reason }));
        options.onHeld?.(notices, receivedAtMs);
      }
      if (readings.length > 0) onCommitted({ receivedAtMs, readings });
    } catch (error) {
      log.error({ error }, 'a listener of committed readings failed');
    }
  }

  const around = (arrivalMs: () => EpochMs): Surroundings => ({
    nowMs: clock.now(),
    arrivalMs,
    timing: limits.timing,
    keys: dictionary,
    conversions,
    names,
  });
  const decode = (message: UpMessage, arrivalMs: () => EpochMs): Work =>
    workOf(message, devices.find(message.device), around(arrivalMs));
  /** What is held is held as it came. */
  function prepare(message: UpMessage, arrivalMs: () => EpochMs): Work {
    const mended = mappings.mend(message, devices.find(message.device));
    const work = decode(mended, arrivalMs);
    return mended === message ? work : { ...work, message };
  }
  const arrivalOf = (message: UpMessage) => (): EpochMs => given.atOf(message);

  const quarantine = quarantineOver({
    database,
    prepare: (message) =>
      message.kind === 'sparkplug' ? sparkplug.reread(message) : prepare(message, () => message.arrivedAtMs),
    decode: (message) => decode(message, () => message.arrivedAtMs),
    commit: (work) => lane.offer(work),
    clock,
    log,
  });
  const sparkplug = createSparkplug({
    database,
    devices,
    around: (message) => around(arrivalOf(message)),
    offer: (work) => lane.offer(work),
    replay: async ({ device, topic, hash }) => {
      const id = await findHeld(database, device, topic, hash);
      if (id !== null) await quarantine.replay(id, 'system');
    },
    onPresence: options.onPresence ?? (() => {}),
    onRebirthWanted: options.onRebirthWanted ?? (() => {}),
    metrics: sparkplugMetrics(options.metrics),
    clock,
    log,
  });

  function take(message: UpMessage, settled: Settled): void {
    if (message.kind === 'sparkplug')
      return void sparkplug.accept(message).then(
        () => settled(null),
        (error: Error) => settled(error),
      );
    lane.put(prepare(message, arrivalOf(message)), settled);
  }

  return {
    take,
    accept: (message) =>
      new Promise<void>((resolve, reject) => take(message, (error) => (error ? reject(error) : resolve()))),
    ended: (device) => sparkplug.ended(device),
    quarantine,
    mappings,
    get waiting() {
      return lane.waiting;
    },
    async close() {
      sparkplug.close();
      mappings.close();
      await quarantine.close();
      await lane.close();
    },
  };
}
