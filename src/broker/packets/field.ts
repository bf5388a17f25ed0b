// The two kinds of field that packets are made of: bytes behind their two-byte length (MQTT-1.5.3), and packet ids.

/** Where the field that begins at `at` ends; -1 when the packet ends before it. */
export function fieldEnd(bytes: Buffer, at: number, end: number): number {
  if (at + 2 > end) return -1;
  const fieldEndsAt = at + 2 + bytes.readUInt16BE(at);
  return fieldEndsAt > end ? -1 : fieldEndsAt;
}

/** MQTT-2.3.1-1: a packet id is not zero. */
export const hasPacketId = (bytes: Buffer, at: number, end: number): boolean =>
  at + 2 <= end && bytes.readUInt16BE(at) !== 0;
