// Text as MQTT carries it (MQTT-1.5.3): well-formed UTF-8. U+0000 is forbidden; control characters and noncharacters a
// server may refuse, and this one does: no device has a use for them, and logs, SQL and screens are safer without.
import { isUtf8 } from 'node:buffer';

const UNWANTED = /[\p{Cc}\p{Noncharacter_Code_Point}]/u;

export function isPlainText(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte < 0x20 || byte === 0x7f) return false;
    if (byte > 0x7f) return isPlainUnicode(bytes.subarray(at, end));
  }
  return true;
}

/** MQTT-1.5.3-1: surrogates and overlong forms are not well-formed. U+FEFF is a character like any other (1.5.3-3). */
const isPlainUnicode = (bytes: Buffer): boolean => isUtf8(bytes) && !UNWANTED.test(bytes.toString('utf8'));
