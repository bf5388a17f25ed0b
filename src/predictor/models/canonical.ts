// The one way to write a model down, so that the same model always has the same bytes and the same SHA-256.
import { createHash } from 'node:crypto';

/** JSON with sorted keys and no spaces; a number JSON has no word for is refused, not turned into null. */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new Error(`a model holds the number ${value}, which JSON cannot keep`);
  }
  if (value === null || typeof value !== 'object') {
    const text: unknown = JSON.stringify(value);
    if (typeof text !== 'string') throw new Error(`a model holds a ${typeof value}, which JSON cannot keep`);
    return text;
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
}

export const hashOf = (content: string): string => createHash('sha256').update(content, 'utf8').digest('hex');
