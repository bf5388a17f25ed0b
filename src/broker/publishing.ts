// What becomes of a publish: checked against the topic grammar, handed to ingest or to presence, and acknowledged only
// then, in order. A device that publishes under another's name loses its connection: MQTT 3.1.1 has no other refusal.
import type { BaseLogger } from 'pino';
import type { Clock } from '../contracts/time.ts';
import { parseUpTopic } from '../contracts/topics.ts';
import { type AckOrder, type Acknowledge, ackOrder } from './ack-order.ts';
import type { ConnectionGuard } from './connection-guard.ts';
import type { IntakeGate } from './intake-gate.ts';
import type { IngestPort, Presence } from './ports.ts';

export interface Publish {
  topic: string;
  payload: Buffer;
}

export interface PublishingOptions {
  ingest: IngestPort;
  gate: IntakeGate;
  onPresence: (device: string, presence: Presence) => void;
  onForeignTopic: () => void;
  onMessage: () => void;
  onAcknowledged: () => void;
  clock: Clock;
  log: BaseLogger;
}

export interface Publishing {
  /** `guard` is absent for a will, which comes after its connection. */
  publish(device: string, packet: Publish, guard: ConnectionGuard | null, acknowledge: Acknowledge): void;
}

const presenceIn = (payload: Buffer): Presence | null => {
  const text = payload.toString('latin1');
  return text === 'online' || text === 'offline' ? text : null;
};

export function startPublishing(options: PublishingOptions): Publishing {
  const { ingest, gate, onPresence, onForeignTopic, onMessage, onAcknowledged, clock, log } = options;
  const orders = new WeakMap<ConnectionGuard, AckOrder>();

  function orderOf(guard: ConnectionGuard): AckOrder {
    const order = orders.get(guard) ?? ackOrder();
    orders.set(guard, order);
    return order;
  }

  return {
    publish(device, { topic, payload }, guard, acknowledge) {
      const place = guard ? orderOf(guard).place(acknowledge) : acknowledge;
      const settle = (error: Error | null): void => {
        gate.leave(payload.length);
        guard?.settle();
        if (!error) onAcknowledged();
        place(error);
      };
      gate.enter(payload.length);
      onMessage();
      const parsed = parseUpTopic(topic);
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
