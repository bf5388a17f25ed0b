// Finds packet boundaries in a byte stream from the fixed headers alone (MQTT-2.2), whatever way the bytes are cut.

/** Packet types as in the upper half of the first byte. */
export const CONNECT = 1;
export const PUBLISH = 3;
export const PINGREQ = 12;

/** Four length bytes at most (MQTT-2.2.3). */
const LAST_LENGTH_SHIFT = 21;

export type FrameFault = 'malformed-length' | 'packet-too-large';

export interface ScanResult {
  /** Bytes from the start of the chunk that may pass; the rest begins with a packet that may not start yet. */
  passed: number;
  fault: FrameFault | null;
}

export interface FrameScanner {
  /** `mayStart` is asked for each packet at its first byte; a packet that may not is asked for again in the next scan. */
  scan(chunk: Buffer, mayStart: (type: number, at: number) => boolean): ScanResult;
}

export function frameScanner(maxPacketBytes: number): FrameScanner {
  let bodyLeft = 0;
  let lengthShift = -1; // -1: at a boundary; else the shift of the next length byte
  let length = 0;

  return {
    scan(chunk, mayStart) {
      let at = 0;
      while (at < chunk.length) {
        if (bodyLeft > 0) {
          const taken = Math.min(bodyLeft, chunk.length - at);
          bodyLeft -= taken;
          at += taken;
          continue;
        }
        const byte = chunk[at] as number;
        if (lengthShift < 0) {
          if (!mayStart(byte >> 4, at)) return { passed: at, fault: null };
          lengthShift = 0;
          length = 0;
          at++;
          continue;
        }
        at++;
        length += (byte & 0x7f) << lengthShift;
        if (byte & 0x80) {
          lengthShift += 7;
          if (lengthShift > LAST_LENGTH_SHIFT) return { passed: at, fault: 'malformed-length' };
          continue;
        }
        lengthShift = -1;
        if (length > maxPacketBytes) return { passed: at, fault: 'packet-too-large' };
        bodyLeft = length;
      }
      return { passed: at, fault: null };
    },
  };
}
