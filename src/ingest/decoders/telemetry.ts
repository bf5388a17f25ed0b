// Telemetry in JSON: `{"ts": ..., "values": {...}}` or an array of these (a backlog). One bad value refuses the whole
// message, so that a payload is either stored completely or held completely. Pure: time limits need a clock, see `timing`.
import { type Decoded, type Refusal, refuse } from './decoded.ts';
import { isObject, isStorableText, type JsonObject, parseJson } from './json.ts';

export type TelemetryValue = number | boolean | string;

/** Values measured at one instant. */
export interface Sample {
  /** Device time; null when the device left it out and the arrival stands in for it. */
  measuredAtMs: number | null;
  /** At least one, by metric name. */
  values: Readonly<Record<string, TelemetryValue>>;
}

/** More than fit into the default largest packet: a long backlog is welcome. */
export const MAX_SAMPLES = 10_000;
export const MAX_NAME_LENGTH = 64;
export const MAX_LABEL_LENGTH = 64;

/** Plain names are told at once; others may hold anything printable. */
const PLAIN_NAME = /^[\w.:-]{1,64}$/;
const NAME = /^[^\p{Cc}\p{Cs}]+$/u;

const isOptionalInteger = (value: unknown): value is number | undefined =>
  value === undefined || Number.isSafeInteger(value);

const isName = (name: string): boolean => PLAIN_NAME.test(name) || (name.length <= MAX_NAME_LENGTH && NAME.test(name));

export function decodeTelemetry(payload: Buffer): Decoded<Sample[]> {
  const parsed = parseJson(payload);
  if (!parsed.ok) return parsed;
  if (!Array.isArray(parsed.value)) {
    const sample = decodeSample(parsed.value);
    return sample.ok ? { ok: true, value: [sample.value] } : sample;
  }
  return decodeBacklog(parsed.value);
}

function decodeBacklog(list: readonly unknown[]): Decoded<Sample[]> {
  if (list.length === 0) return refuse('empty', 'the array holds no sample');
  if (list.length > MAX_SAMPLES) {
    return refuse('too-many-samples', `${list.length} samples in one message; send at most ${MAX_SAMPLES}`);
  }
  const samples: Sample[] = [];
  for (const item of list) {
    const sample = decodeSample(item);
    if (!sample.ok) return sample;
    // Without their own times they would all be "now" and all but one would vanish as duplicates.
    if (sample.value.measuredAtMs === null && list.length > 1) {
      return refuse('ts-missing', 'every sample of a backlog needs its own `ts`');
    }
    samples.push(sample.value);
  }
  return { ok: true, value: samples };
}

function decodeSample(sample: unknown): Decoded<Sample> {
  if (!isObject(sample)) return refuse('not-object', 'a sample is an object with `values`');
  const { ts, values } = sample;
  if (!isOptionalInteger(ts)) {
    return refuse('ts-not-integer', '`ts` is an integer: milliseconds since 1970 (UTC)');
  }
  if (values === undefined) return refuse('values-missing', '`values` is missing');
  if (!isObject(values)) return refuse('wrong-type', '`values` is an object of metric names and values');
  const fault = faultInValues(values);
  if (fault) return fault;
  return { ok: true, value: { measuredAtMs: ts ?? null, values: values as Record<string, TelemetryValue> } };
}

function faultInValues(values: JsonObject): Refusal | null {
  let count = 0;
  // Parsed from JSON, so every key is its own; no pairs are allocated on the way.
  for (const name in values) {
    count += 1;
    if (!isName(name)) {
      const shown = JSON.stringify(name.slice(0, 2 * MAX_NAME_LENGTH));
      return refuse('bad-name', `a metric name has 1 to ${MAX_NAME_LENGTH} printable characters: ${shown}`);
    }
    const fault = faultOf(name, values[name]);
    if (fault) return fault;
  }
  return count === 0 ? refuse('empty', '`values` is empty') : null;
}

function faultOf(name: string, value: unknown): Refusal | null {
  switch (typeof value) {
    case 'number':
      // `1e999` is valid JSON and becomes Infinity.
      return Number.isFinite(value) ? null : refuse('not-finite', `${name} does not fit a double`);
    case 'boolean':
      return null;
    case 'string':
      if (isStorableText(value, MAX_LABEL_LENGTH)) return null;
      return refuse(
        'bad-text',
        `${name}: a state has at most ${MAX_LABEL_LENGTH} characters, no U+0000, no lone surrogate`,
      );
    default:
      if (value === null) return refuse('null-value', `${name} is null; leave a value out when there is none`);
      return refuse('wrong-type', `${name} is neither a number, a boolean nor a string`);
  }
}
