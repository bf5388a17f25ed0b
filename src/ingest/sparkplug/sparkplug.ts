// Messages of Sparkplug edge nodes on their way to the lane: whose they are, in which session, read by which birth. One
// node's messages are taken one after the other; what cannot be read yet is held, and the node asked for its birth.
import { setTimeout as sleep } from 'node:timers/promises';
import type { BaseLogger } from 'pino';
import { nodeCommandTopic, parseSparkplugTopic, type SparkplugTopic } from '../../contracts/sparkplug-topics.ts';
import type { Clock } from '../../contracts/time.ts';
import type { Queryable } from '../../db/database.ts';
import { isConnectionError } from '../../db/errors.ts';
import { type Decoded, type Refusal, refuse } from '../decoders/decoded.ts';
import type { Samples } from '../decoders/samples.ts';
import type { DeviceFacts, DeviceLookup, OnDevicePresence, OnRebirthWanted, UpMessage } from '../ports.ts';
import { metaWork } from '../read-message.ts';
import { samplesWork, type Surroundings } from '../samples-work.ts';
import { held, type Work } from '../work.ts';
import { metaOf } from './births.ts';
import type { SparkplugMetrics } from './metrics.ts';
import { createNodeBindings } from './node-bindings.ts';
import { birthFor, bury, hear, type Verdict } from './node-session.ts';
import { createNodes, type Node } from './nodes.ts';
import { decodePayload, type NodePayload, rebirthCommand } from './payload.ts';
import { readSamples } from './samples.ts';
import { createWaiting, type HeldEntry } from './waiting.ts';

export interface SparkplugOptions {
  database: Queryable;
  devices: DeviceLookup;
  around: (message: UpMessage) => Surroundings;
  offer: (work: Work) => Promise<void>;
  /** Lets an entry of the quarantine in again; its own refusals are not errors. */
  replay: (entry: HeldEntry) => Promise<void>;
  onPresence: OnDevicePresence;
  onRebirthWanted: OnRebirthWanted;
  metrics: SparkplugMetrics;
  clock: Clock;
  log: BaseLogger;
}

export interface Sparkplug {
  /** Resolves when the message is durable, as ingest's own `accept`. */
  accept(message: UpMessage): Promise<void>;
  /** What a message that was held comes to by now; counts as no message of the session. */
  reread(message: UpMessage): Promise<Work>;
  /** The connection of a device ended, and with it the sessions of the nodes it speaks as. */
  ended(device: string): void;
  close(): void;
}

/** Between two requests for a birth of one node. */
const REBIRTH_PAUSE_MS = 10_000;
const RETRY_PAUSE_MS = 500;

interface Origin {
  topic: SparkplugTopic;
  /** Whose readings they are. */
  device: DeviceFacts;
  payload: NodePayload;
}

export function createSparkplug(options: SparkplugOptions): Sparkplug {
  const { devices, around, offer, replay, onPresence, onRebirthWanted, metrics, clock, log } = options;
  const bindings = createNodeBindings(options.database, devices);
  const waiting = createWaiting();
  const nodes = createNodes((name) => waiting.forget(name));
  const closing = new AbortController();

  /** Who a device is must be known before its message counts, so a database that is away is waited for. */
  async function surely<T>(ask: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!isConnectionError(error) || closing.signal.aborted) throw error;
        await sleep(RETRY_PAUSE_MS, undefined, { signal: closing.signal }).catch(() => {});
      }
    }
  }

  /** Whose the readings of a message are, or why it may not send them. */
  async function originOf(message: UpMessage, topic: SparkplugTopic): Promise<Origin | Refusal> {
    const speaker = await devices.load(message.device);
    if (!speaker) return refuse('unknown-device', `${message.device} is not registered`);
    const device = topic.device === null || topic.device === speaker.code ? speaker : await devices.load(topic.device);
    if (!device) return refuse('unknown-device', `${topic.device} behind ${speaker.code} is not registered`);
    if (device !== speaker && device.gateway !== speaker.code) {
      const advice = `set the gateway of ${device.code} to ${speaker.code}`;
      return refuse('foreign-node', `${speaker.code} may not speak for ${device.code}; ${advice} if it should`);
    }
    if (!(await bindings.isSpeaker(topic, speaker, message.arrivedAtMs))) {
      return refuse('foreign-node', `another device speaks as node ${topic.node} of group ${topic.group}`);
    }
    const payload = decodePayload(message.payload);
    return payload.ok ? { topic, device, payload: payload.value } : payload;
  }

  function worksOf(message: UpMessage, { device, payload }: Origin, verdict: Verdict, read: Decoded<Samples>): Work[] {
    const readings = samplesWork(message, read, device, around(message));
    const meta = verdict.appeared.length > 0 ? metaOf(payload) : null;
    return meta ? [readings, metaWork(message, device, meta)] : [readings];
  }

  /** What its session makes of a message's values; `null` when it has none. */
  function readIn({ birth, missing }: Verdict, { topic, payload }: Origin): Decoded<Samples> | null {
    if (birth) return readSamples(payload, birth);
    const isData = topic.message === 'NDATA' || topic.message === 'DDATA';
    return isData ? refuse('birth-missing', `${missing}; a birth was asked for`) : null;
  }

  function askForBirth(node: Node, why: string): void {
    const nowMs = clock.now();
    if (nowMs - node.askedAtMs < REBIRTH_PAUSE_MS) return;
    node.askedAtMs = nowMs;
    metrics.rebirths.inc();
    log.info({ device: node.speaker, node: node.name, why }, 'an edge node is asked for its birth');
    const { speaker: device } = node;
    onRebirthWanted({ device, topic: nodeCommandTopic(node.topic), payload: rebirthCommand(nowMs) });
  }

  /** Held, and replayed by itself when the birth has come. */
  function waitForBirth(node: Node, message: UpMessage, scope: string | null): void {
    if (waiting.add(node.name, scope, message) === 'added') return;
    metrics.waitingFull.inc();
    log.warn({ device: node.speaker, node: node.name }, 'too many messages wait for a birth; this one stays held');
  }

  /** Messages that wait for births which will not come any more stay held until a person looks at them. */
  function forgetUnreadable({ name }: Node, { device }: SparkplugTopic, verdict: Verdict): void {
    if (verdict.isNewSession) waiting.forget(name);
    if (verdict.isUnreadable) waiting.take(name, device);
  }

  function tellPresence(node: Node, { appeared, gone }: Verdict, atMs: number): void {
    for (const who of appeared) onPresence(who ?? node.speaker, 'online', atMs);
    for (const who of gone) onPresence(who ?? node.speaker, 'offline', atMs);
  }

  async function replayWaiting(node: Node, { appeared, missing }: Verdict): Promise<void> {
    if (missing !== null) return;
    for (const scope of appeared) {
      for (const entry of waiting.take(node.name, scope)) {
        await replay(entry).catch((error: unknown) =>
          log.warn({ device: node.speaker, node: node.name, error }, 'a message that waited for a birth stays held'),
        );
      }
    }
  }

  /** Everything about a message that has to happen in the order of arrival; the answer is its commit. */
  async function take(node: Node, message: UpMessage): Promise<{ committed: Promise<unknown> }> {
    const origin = await surely(() => originOf(message, topicOf(message)));
    if ('reason' in origin) {
      if (origin.reason === 'foreign-node') nodes.drop(node);
      return { committed: offer(held(message, origin)) };
    }
    const { topic, payload } = origin;
    nodes.adopt(node);
    const verdict = hear(node.session, { ...topic, payload });
    forgetUnreadable(node, topic, verdict);
    const read = readIn(verdict, origin);
    if (read && lacksBirth(read)) waitForBirth(node, message, topic.device);
    if (verdict.missing !== null) askForBirth(node, verdict.missing);
    else if (read && lacksBirth(read)) askForBirth(node, 'an alias is not known');
    const works = read ? worksOf(message, origin, verdict, read) : [];
    return { committed: commit(node, message, verdict, works) };
  }

  async function commit(node: Node, message: UpMessage, verdict: Verdict, works: readonly Work[]): Promise<void> {
    await Promise.all(works.map(offer));
    tellPresence(node, verdict, message.arrivedAtMs);
    void replayWaiting(node, verdict);
  }

  /** The device itself may be back already; those behind it have to be born again. */
  function end(node: Node): void {
    waiting.forget(node.name);
    for (const who of bury(node.session).gone) if (who !== null) onPresence(who, 'offline', clock.now());
  }

  return {
    async accept(message) {
      const node = nodes.of(topicOf(message), message.device);
      const taken = node.last.then(() => take(node, message));
      node.last = taken.catch(() => {});
      await (await taken).committed;
    },
    async reread(message) {
      const topic = topicOf(message);
      const origin = await originOf(message, topic);
      if ('reason' in origin) return held(message, origin);
      const { session } = nodes.of(topic, message.device);
      const birth = birthFor(session, { ...topic, payload: origin.payload });
      if (!birth) return held(message, refuse('birth-missing', 'the birth that explains it has not been heard'));
      return samplesWork(message, readSamples(origin.payload, birth), origin.device, around(message));
    },
    ended(device) {
      for (const node of nodes.spokenBy(device)) node.last = node.last.then(() => end(node));
    },
    close: () => closing.abort(),
  };
}

const lacksBirth = (read: Decoded<Samples>): boolean =>
  (read.ok ? read.value.faults : [read]).some(({ reason }) => reason === 'birth-missing');

function topicOf({ topic }: UpMessage): SparkplugTopic {
  const parsed = parseSparkplugTopic(topic);
  if (!parsed) throw new Error(`${topic} is not a Sparkplug topic`);
  return parsed;
}
