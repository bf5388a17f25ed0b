// What becomes of a publish: checked against the topic grammar, handed to ingest or to presence, and acknowledged only
// then, in order. A device that publishes under another's name loses its connection: MQTT 3.1.1 has no other refusal.
import type { BaseLogger } from 'pino';
import type { Clock } from '../contracts/time.ts';
import { parseUpTopic, type UpTopic } from '../contracts/topics.ts';
import type { Publish } from './access-policy.ts';
import { type AckOrder, type Acknowledge, ackOrder } from './ack-order.ts';
import type { ConnectionGuard } from './connection-guard.ts';
import type { IntakeGate } from './intake-gate.ts';
import type { BrokerCounts } from './metrics.ts';
import type { IngestPort, Presence } from './ports.ts';

export interface PublishingOptions {
  ingest: IngestPort;
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

interface Session {
  order: AckOrder;
  lastTopic: string;
  lastParsed: UpTopic | null;
}

const presenceIn = (payload: Buffer): Presence | null => {
  const text = payload.toString('latin1');
  return text === 'online' || text === 'offline' ? text : null;
};

export function startPublishing(options: PublishingOptions): Publishing {
  const { ingest, gate, onPresence, onForeignTopic, counts, clock, log } = options;
  const sessions = new WeakMap<ConnectionGuard, Session>();

  function sessionOf(guard: ConnectionGuard): Session {
    const known = sessions.get(guard);
    if (known) return known;
    const session: Session = { order: ackOrder(), lastTopic: '', lastParsed: null };
    sessions.set(guard, session);
    return session;
  }

  /** Devices publish nearly always on one topic. */
  function parse(topic: string, session: Session | null): UpTopic | null {
    if (!session) return parseUpTopic(topic);
    if (session.lastTopic !== topic) {
      session.lastParsed = parseUpTopic(topic);
      session.lastTopic = topic;
    }
    return session.lastParsed;
  }

  return {
    publish(device, { topic, payload }, guard, acknowledge) {
      const session = guard && sessionOf(guard);
      const place = session ? session.order.place(acknowledge) : acknowledge;
      const settle = (error: Error | null): void => {
        gate.leave(payload.length);
        guard?.settle();
        if (!error) counts.acknowledged += 1;
        place(error);
      };
      gate.enter(payload.length);
      counts.messages += 1;
      const parsed = parse(topic, session);
      if (parsed?.device !== device) {
        onForeignTopic();
        log.warn({ device, topic: topic.slice(0, 200) }, 'a device published on a topic that is not its own');
        return settle(new Error('not a topic of this device'));
      }
      const presence = parsed.kind === 'state' ? presenceIn(payload) : null;
      if (presence) {
        onPresence(device, presence);
        return settle(null);
      }
      ingest.accept({ device, kind: parsed.kind, topic, payload, arrivedAtMs: clock.now() }).then(
        () => settle(null),
        (error: Error) => settle(error),
      );
    },
  };
}
