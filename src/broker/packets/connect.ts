// CONNECT (MQTT-3.1).
import { fieldEnd } from './field.ts';
import { isTopicName } from './topic.ts';
import { isPlainText } from './text.ts';
import type { Violation } from './violation.ts';

/** Protocol names with the level each goes with: 3.1.1, and 3.1 which some devices still speak. */
const LEVELS: Readonly<Record<string, number>> = { MQTT: 4, MQIsdp: 3 };
const LONGEST_NAME = 6;

const RESERVED = 0x01;
const CLEAN_SESSION = 0x02;
const WILL = 0x04;
const WILL_QOS = 0x18;
const WILL_RETAIN = 0x20;
const PASSWORD = 0x40;
const USER_NAME = 0x80;

function checkFlags(flags: number): Violation | null {
  if (flags & RESERVED) return 'connect-flags'; // MQTT-3.1.2-3
  if ((flags & WILL_QOS) === WILL_QOS) return 'qos'; // MQTT-3.1.2-14
  if (!(flags & WILL) && flags & (WILL_QOS | WILL_RETAIN)) return 'connect-flags'; // MQTT-3.1.2-13, 3.1.2-15
  if (flags & PASSWORD && !(flags & USER_NAME)) return 'connect-flags'; // MQTT-3.1.2-22
  return null;
}

export function checkConnect(bytes: Buffer, bodyAt: number, end: number): Violation | null {
  const nameEnd = fieldEnd(bytes, bodyAt, end);
  if (nameEnd < 0) return 'wrong-length';
  if (nameEnd - bodyAt - 2 > LONGEST_NAME) return 'protocol-name';
  const level = LEVELS[bytes.toString('latin1', bodyAt + 2, nameEnd)];
  if (level === undefined) return 'protocol-name'; // MQTT-3.1.2-1
  if (nameEnd + 4 > end) return 'wrong-length';
  if (bytes[nameEnd] !== level) return 'protocol-level'; // MQTT-3.1.2-2
  const flags = bytes[nameEnd + 1] as number;
  return checkFlags(flags) ?? checkPayload(bytes, nameEnd + 4, end, flags, level);
}

/** Client id, will topic, will message, user name, password: as the flags say, in this order (MQTT-3.1.3-1), no more. */
function checkPayload(bytes: Buffer, at: number, end: number, flags: number, level: number): Violation | null {
  const idEnd = fieldEnd(bytes, at, end);
  if (idEnd < 0) return 'wrong-length'; // MQTT-3.1.3-3
  if (!isPlainText(bytes, at + 2, idEnd)) return 'text'; // MQTT-3.1.3-4
  let next = idEnd;
  if (flags & WILL) {
    const topicEnd = fieldEnd(bytes, next, end);
    if (topicEnd < 0) return 'wrong-length'; // MQTT-3.1.2-9
    if (!isTopicName(bytes, next + 2, topicEnd)) return 'topic-name'; // MQTT-3.1.3-10
    next = fieldEnd(bytes, topicEnd, end);
    if (next < 0) return 'wrong-length';
  }
  if (flags & USER_NAME) {
    const userEnd = fieldEnd(bytes, next, end);
    if (userEnd < 0) return 'wrong-length'; // MQTT-3.1.2-19
    if (!isPlainText(bytes, next + 2, userEnd)) return 'text'; // MQTT-3.1.3-11
    next = userEnd;
  }
  if (flags & PASSWORD) {
    next = fieldEnd(bytes, next, end);
    if (next < 0) return 'wrong-length'; // MQTT-3.1.2-21
  }
  if (next !== end) return 'wrong-length'; // MQTT-3.1.2-18, 3.1.2-20
  // MQTT-3.1.3-7: without a name there is nothing a session could be found by; 3.1 asks for a name always.
  const mayBeNameless = level === 4 && (flags & CLEAN_SESSION) !== 0;
  return idEnd === at + 2 && !mayBeNameless ? 'empty-client-id' : null;
}
