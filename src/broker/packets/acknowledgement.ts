// PUBACK, PUBREC, PUBREL and PUBCOMP (MQTT-3.4 to 3.7): a packet id and nothing else.
import { hasPacketId } from './field.ts';
import type { Violation } from './violation.ts';

export function checkAcknowledgement(bytes: Buffer, bodyAt: number, end: number): Violation | null {
  if (end - bodyAt !== 2) return 'wrong-length';
  return hasPacketId(bytes, bodyAt, end) ? null : 'packet-id';
}
