// The first byte of a packet and its length (MQTT-2.2): what a client may send at all, and where a packet ends.
import type { Violation } from './violation.ts';

/** Packet types as in the upper half of the first byte (table 2.1). */
export const CONNECT = 1;
export const PUBLISH = 3;
export const PUBACK = 4;
export const PUBREC = 5;
export const PUBREL = 6;
export const PUBCOMP = 7;
export const SUBSCRIBE = 8;
export const UNSUBSCRIBE = 10;
export const PINGREQ = 12;
export const DISCONNECT = 14;

/** Flags that must stand in the lower half (table 2.2); -1: the packet's own, -2: not a client's to send. */
const FLAGS = Int8Array.of(-2, 0, -2, -1, 0, 0, 2, 0, 2, -2, 2, -2, 0, -2, 0, -2);
const ANY = -1;

/** MQTT-2.2.2-2: reserved flags that are wrong close the connection. */
export function checkFirstByte(byte: number): Violation | null {
  const wanted = FLAGS[byte >> 4] as number;
  if (wanted === ANY) return null;
  if (wanted < ANY) return 'packet-type';
  return (byte & 0x0f) === wanted ? null : 'reserved-flags';
}

export interface PacketLimits {
  maxPacketBytes: number;
  /** What a CONNECT may be, since it comes from somebody not known yet. */
  maxConnectBytes: number;
}

/** Four length bytes at most (MQTT-2.2.3). */
const LAST_LENGTH_SHIFT = 21;

/** Reads one fixed header after the other; the same object every time, since it runs for every message. */
export class HeaderCursor {
  /** Where the variable header begins, and where the packet ends. */
  bodyAt = 0;
  end = 0;
  readonly #limits: PacketLimits;

  constructor(limits: PacketLimits) {
    this.#limits = limits;
  }

  /** Looks at the packet that begins at `start`; `partial` when bytes of it are missing, with `end` if it is known. */
  read(bytes: Buffer, start: number, limit: number): 'whole' | 'partial' | Violation {
    const first = bytes[start] as number;
    const fault = checkFirstByte(first);
    if (fault) return fault;
    let length = 0;
    let at = start + 1;
    for (let shift = 0; ; shift += 7, at++) {
      if (shift > LAST_LENGTH_SHIFT) return 'malformed-length';
      if (at >= limit) {
        this.end = 0;
        return 'partial';
      }
      const byte = bytes[at] as number;
      length += (byte & 0x7f) << shift;
      if ((byte & 0x80) === 0) break;
    }
    const { maxPacketBytes, maxConnectBytes } = this.#limits;
    if (length > (first >> 4 === CONNECT ? maxConnectBytes : maxPacketBytes)) return 'packet-too-large';
    this.bodyAt = at + 1;
    this.end = this.bodyAt + length;
    return this.end <= limit ? 'whole' : 'partial';
  }
}
