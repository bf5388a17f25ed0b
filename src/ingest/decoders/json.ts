// JSON text in a payload: strict UTF-8, strict JSON, bounded depth. What the members mean is for the decoders above it.
import { isUtf8 } from 'node:buffer';
import { type Decoded, type Refusal, refuse } from './decoded.ts';

export type JsonObject = Record<string, unknown>;

/** A lone surrogate or a NUL: JavaScript holds them, PostgreSQL's text does not. */
const UNSTORABLE = /[\0\p{Cs}]/u;

export function parseJson(payload: Buffer): Decoded<unknown> {
  if (!isUtf8(payload)) return refuse('not-utf8', 'the payload is not valid UTF-8');
  try {
    return { ok: true, value: JSON.parse(payload.toString('utf8')) as unknown };
  } catch (error) {
    return refuse('not-json', error instanceof Error ? error.message : String(error));
  }
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isStorableText = (value: unknown, maxLength: number): value is string =>
  typeof value === 'string' && value.length <= maxLength && !UNSTORABLE.test(value);

/** What in a free-form value could not be stored, or null. The recursion ends at `maxDepth`. */
export function faultIn(value: unknown, maxDepth: number): Refusal | null {
  if (typeof value === 'string') {
    return UNSTORABLE.test(value) ? refuse('bad-text', 'text holds U+0000 or a lone surrogate') : null;
  }
  if (typeof value === 'number' && !Number.isFinite(value)) return refuse('not-finite', 'a number is out of range');
  if (typeof value !== 'object' || value === null) return null;
  if (maxDepth === 0) return refuse('too-deep', 'the payload is nested too deeply');
  for (const [key, item] of Object.entries(value)) {
    const fault = faultIn(key, maxDepth) ?? faultIn(item, maxDepth - 1);
    if (fault) return fault;
  }
  return null;
}
