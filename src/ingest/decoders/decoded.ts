// A payload is decoded into a value or into the reason why it is not one; nothing is coerced.

/** Why a payload went to quarantine; stable words that screens and counters show. */
export const REASONS = [
  'not-utf8',
  'not-json',
  'not-object',
  'too-deep',
  'values-missing',
  'empty',
  'too-many-samples',
  'wrong-type',
  'null-value',
  'not-finite',
  'bad-name',
  'bad-text',
  'ts-missing',
  'ts-not-integer',
  'ts-out-of-range',
  'clock-in-future',
  'too-many-metrics',
  'unknown-device',
  'unknown-command',
  'not-supported',
  'unit-mismatch',
  'ambiguous',
  'not-sparkplug',
  'birth-missing',
  'foreign-node',
  'refused-by-database',
  'internal-error',
] as const;
export type Reason = (typeof REASONS)[number];

export interface Refusal {
  ok: false;
  reason: Reason;
  /** For a person: what was found and where, and what the device should send instead. */
  detail: string;
}

export type Decoded<T> = { ok: true; value: T } | Refusal;

export const refuse = (reason: Reason, detail: string): Refusal => ({ ok: false, reason, detail });
