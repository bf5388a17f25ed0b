// PUBLISH (MQTT-3.3), up to its payload. Runs for every message: no allocation.
import { fieldEnd, hasPacketId } from './field.ts';
import { isTopicName } from './topic.ts';
import type { Violation } from './violation.ts';

const DUPLICATE = 0x08;
const QOS = 0x06;

export function checkPublish(bytes: Buffer, start: number, bodyAt: number, end: number): Violation | null {
  const flags = bytes[start] as number;
  const qos = flags & QOS;
  if (qos === QOS) return 'qos'; // MQTT-3.3.1-4
  if (qos === 0 && flags & DUPLICATE) return 'duplicate-flag'; // MQTT-3.3.1-2
  const topicEnd = fieldEnd(bytes, bodyAt, end);
  if (topicEnd < 0) return 'wrong-length';
  if (!isTopicName(bytes, bodyAt + 2, topicEnd)) return 'topic-name'; // MQTT-3.3.2-1, 3.3.2-2
  return qos === 0 || hasPacketId(bytes, topicEnd, end) ? null : 'packet-id'; // MQTT-2.3.1-1
}
