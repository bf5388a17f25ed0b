// What topic names and topic filters may look like (MQTT-4.7), told from their bytes.
import { isPlainText } from './text.ts';

const HASH = 0x23;
const PLUS = 0x2b;
const SLASH = 0x2f;

/** At least one character (MQTT-4.7.3-1), none of them a wildcard (MQTT-3.3.2-2). */
export function isTopicName(bytes: Buffer, start: number, end: number): boolean {
  if (start === end) return false;
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte === HASH || byte === PLUS) return false;
  }
  return isPlainText(bytes, start, end);
}

/** `#` stands alone in the last level (MQTT-4.7.1-2), `+` alone in any level (MQTT-4.7.1-3). */
export function isTopicFilter(bytes: Buffer, start: number, end: number): boolean {
  if (start === end) return false;
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte !== HASH && byte !== PLUS) continue;
    if (at > start && bytes[at - 1] !== SLASH) return false;
    if (at + 1 < end && (byte === HASH || bytes[at + 1] !== SLASH)) return false;
  }
  return isPlainText(bytes, start, end);
}

export function levelsOf(topic: string): number {
  let levels = 1;
  for (let at = topic.indexOf('/'); at >= 0; at = topic.indexOf('/', at + 1)) levels++;
  return levels;
}
