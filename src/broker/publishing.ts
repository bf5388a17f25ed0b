// What becomes of a publish: checked against the topic grammar, handed to ingest or to presence, and acknowledged only
// then, in order. A device that publishes under another's name loses its connection: MQTT 3.1.1 has no other refusal.
import type { BaseLogger } from 'pino';
import type { Clock } from '../contracts/time.ts';
import { isTopicOf, parseUpTopic, type UpTopic } from '../contracts/topics.ts';
import type { PolicyTools, Publish } from './access-policy.ts';
import { type AckOrder, type Acknowledge, ackOrder } from './ack-order.ts';
import type { ConnectionGuard } from './connection-guard.ts';
import type { IntakeGate } from './intake-gate.ts';
import type { BrokerCounts } from './metrics.ts';
import type { IngestPort, Presence } from './ports.ts';

export interface PublishingOptions {
  ingest: IngestPort;
  sessions: Pick<PolicyTools['sessions'], 'retain'>;
  gate: IntakeGate;
  onPresence: (device: string, presence: Presence) => void;
  onForeignTopic: () => void;
  counts: BrokerCounts;
  clock: Clock;
  log: BaseLogger;
}

export interface Publishing {
  /** `guard` is absent for a will, which comes after its connection. */
  publish(device: string, packet: Publish, guard: ConnectionGuard | null, acknowledge: Acknowledge): void;
}

/** What is known of one connection. */
interface Talk {
  order: AckOrder;
  lastTopic: string;
  lastParsed: UpTopic | null;
}

const presenceIn = (payload: Buffer): Presence | null => {
  const text = payload.toString('latin1');
  return text === 'online' || text === 'offline' ? text : null;
};

export function startPublishing(options: PublishingOptions): Publishing {
  const { ingest, sessions, gate, onPresence, onForeignTopic, counts, clock, log } = options;
  const talks = new WeakMap<ConnectionGuard, Talk>();

  function talkOf(guard: ConnectionGuard): Talk {
    const known = talks.get(guard);
    if (known) return known;
    const talk: Talk = { order: ackOrder(), lastTopic: '', lastParsed: null };
    talks.set(guard, talk);
    return talk;
  }

  /** Devices publish nearly always on one topic. */
  function parse(topic: string, talk: Talk | null): UpTopic | null {
    if (!talk) return parseUpTopic(topic);
    if (talk.lastTopic !== topic) {
      talk.lastParsed = parseUpTopic(topic);
      talk.lastTopic = topic;
    }
    return talk.lastParsed;
  }

  return {
    publish(device, publish, guard, acknowledge) {
      const { topic, payload, messageId: packetId, dup: isRedelivery } = publish;
      const talk = guard && talkOf(guard);
      const end = (error?: Error | null): void => {
        gate.leave(payload.length);
        guard?.settle();
        if (!error) counts.acknowledged += 1;
        acknowledge(error);
      };
      const settle = talk ? talk.order.place(end) : end;
      gate.enter(payload.length);
      counts.messages += 1;
      const parsed = parse(topic, talk);
      if (!parsed || !isTopicOf(parsed, device)) {
        onForeignTopic();
        log.warn({ device, topic: topic.slice(0, 200) }, 'a device published on a topic that is not its own');
        return settle(new Error('not a topic of this device'));
      }
      const presence = parsed.kind === 'state' ? presenceIn(payload) : null;
      if (presence) {
        onPresence(device, presence);
        // The one topic of a device whose last message is kept for whoever asks later.
        if (!publish.retain) return settle(null);
        return void sessions.retain(publish).then(() => settle(null), settle);
      }
      const message = { device, kind: parsed.kind, topic, payload, arrivedAtMs: clock.now(), packetId, isRedelivery };
      ingest.take(message, settle);
    },
  };
}
