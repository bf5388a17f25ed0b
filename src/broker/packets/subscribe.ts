// SUBSCRIBE (MQTT-3.8) and UNSUBSCRIBE (MQTT-3.10): a packet id and at least one topic filter.
import { fieldEnd, hasPacketId } from './field.ts';
import { isTopicFilter } from './topic.ts';
import type { Violation } from './violation.ts';

const MAX_QOS = 2;

export function checkSubscribe(bytes: Buffer, bodyAt: number, end: number): Violation | null {
  return checkFilters(bytes, bodyAt, end, true);
}

export function checkUnsubscribe(bytes: Buffer, bodyAt: number, end: number): Violation | null {
  return checkFilters(bytes, bodyAt, end, false);
}

function checkFilters(bytes: Buffer, bodyAt: number, end: number, hasQos: boolean): Violation | null {
  if (bodyAt + 2 > end) return 'wrong-length';
  if (!hasPacketId(bytes, bodyAt, end)) return 'packet-id'; // MQTT-2.3.1-1
  let at = bodyAt + 2;
  if (at === end) return 'wrong-length'; // MQTT-3.8.3-3, 3.10.3-2
  while (at < end) {
    const filterEnd = fieldEnd(bytes, at, end);
    if (filterEnd < 0) return 'wrong-length';
    if (!isTopicFilter(bytes, at + 2, filterEnd)) return 'topic-filter'; // MQTT-3.8.3-1, 4.7.1-1
    at = filterEnd;
    if (!hasQos) continue;
    if (at === end) return 'wrong-length';
    if ((bytes[at] as number) > MAX_QOS) return 'qos'; // MQTT-3-8.3-4
    at += 1;
  }
  return null;
}

/** Filters of a well-formed SUBSCRIBE. */
export function countFilters(bytes: Buffer, bodyAt: number, end: number): number {
  let count = 0;
  for (let at = bodyAt + 2; at < end; at = fieldEnd(bytes, at, end) + 1) count++;
  return count;
}

const SUBACK = 0x90;
const FAILURE = 0x80;

/** SUBACK that grants none of the filters (MQTT-3.9.3). */
export function refusingSuback(packetId: number, filters: number): Buffer {
  const header = [SUBACK];
  for (let left = 2 + filters; header.length === 1 || left > 0; left >>= 7) {
    header.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
  }
  return Buffer.concat([Buffer.from([...header, packetId >> 8, packetId & 0xff]), Buffer.alloc(filters, FAILURE)]);
}
