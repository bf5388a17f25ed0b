// Messages of the server to one device: written to its connection, past fan-out and the session's queue, and settled by
// its acknowledgement. Nothing is kept here when a session ends; who sent it sends it again.
import type { Client } from 'aedes';
import { publishFrame } from './publish-frame.ts';

export interface Outgoing {
  topic: string;
  payload: Buffer;
  /** The highest that is wanted; the device's subscription may lower it (MQTT-3.8.4-6). */
  qos: 0 | 1;
  /** The same for every repetition of one message (MQTT-4.4.0-1); any free one when left out. */
  packetId?: number;
  /** It was sent in an earlier session and not acknowledged there (MQTT-3.3.1-1). */
  isRepeated?: boolean;
}

export interface Deliveries {
  /** Whether the session has a subscription that takes this topic. */
  isListening(client: Client, topic: string): boolean;
  /** `offline`: no subscription of the session takes this topic. Resolves on PUBACK, at QoS 0 when it is written. */
  send(client: Client, message: Outgoing): 'offline' | Promise<void>;
  /** A PUBACK; false when the packet id is not one of ours. */
  acknowledge(clientId: string, packetId: number): boolean;
  /** Fails what the session has not acknowledged. */
  end(client: Client): void;
}

/** The message was written, or could not be, and the device did not acknowledge it. */
export class NotDelivered extends Error {
  override readonly name = 'NotDelivered';
}

/** Messages to one device that may wait for its acknowledgement. */
const MAX_UNACKNOWLEDGED = 20;
const MAX_PACKET_ID = 65_535;

interface Waiting {
  client: Client;
  resolve: () => void;
  reject: (error: NotDelivered) => void;
}

/** Filters of the session with what was granted; aedes keeps them under the filter's name and does not type them. */
const granted = (client: Client): Readonly<Record<string, { qos: number }>> =>
  (client as Client & { subscriptions: Readonly<Record<string, { qos: number }>> }).subscriptions;

/** MQTT-4.7: `+` is one level, `#` the level before it and all below. */
export function takes(filter: string, topic: string): boolean {
  const levels = topic.split('/');
  const wanted = filter.split('/');
  for (const [i, level] of wanted.entries()) {
    if (level === '#') return true;
    if (i >= levels.length || (level !== '+' && level !== levels[i])) return false;
  }
  return wanted.length === levels.length;
}

function grantedQos(client: Client, topic: string): number {
  let highest = -1;
  for (const [filter, { qos }] of Object.entries(granted(client))) {
    if (qos > highest && takes(filter, topic)) highest = qos;
  }
  return highest;
}

export function startDeliveries(): Deliveries {
  const waiting = new Map<string, Map<number, Waiting>>();
  let lastId = 0;

  function freeId(taken: ReadonlyMap<number, Waiting>): number {
    do lastId = (lastId % MAX_PACKET_ID) + 1;
    while (taken.has(lastId));
    return lastId;
  }

  return {
    isListening: (client, topic) => grantedQos(client, topic) >= 0,
    send(client, message) {
      const qos = Math.min(message.qos, grantedQos(client, message.topic));
      if (qos < 0) return 'offline';
      if (qos === 0) {
        return new Promise((resolve, reject) => {
          client.conn.write(publishFrame({ ...message, qos: 0 }), (error) =>
            error ? reject(new NotDelivered(error.message)) : resolve(),
          );
        });
      }
      const ours = waiting.get(client.id) ?? new Map<number, Waiting>();
      if (ours.size >= MAX_UNACKNOWLEDGED) {
        return Promise.reject(new NotDelivered(`${ours.size} messages wait for this device's acknowledgement already`));
      }
      const packetId = message.packetId ?? freeId(ours);
      if (ours.has(packetId)) return Promise.reject(new NotDelivered(`packet id ${packetId} is under way already`));
      waiting.set(client.id, ours);
      return new Promise((resolve, reject) => {
        ours.set(packetId, { client, resolve, reject });
        client.conn.write(publishFrame({ ...message, qos: 1, packetId }));
      });
    },
    acknowledge(clientId, packetId) {
      const ours = waiting.get(clientId);
      const delivered = ours?.get(packetId);
      if (!ours || !delivered) return false;
      ours.delete(packetId);
      if (ours.size === 0) waiting.delete(clientId);
      delivered.resolve();
      return true;
    },
    end(client) {
      const ours = waiting.get(client.id);
      if (!ours) return;
      for (const [packetId, { client: owner, reject }] of ours) {
        // A device that signed in again may have taken the id over already.
        if (owner !== client) continue;
        ours.delete(packetId);
        reject(new NotDelivered('the session ended before the device acknowledged'));
      }
      if (ours.size === 0) waiting.delete(client.id);
    },
  };
}
