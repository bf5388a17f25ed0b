// Telemetry in JSON: `{"ts": ..., "values": {...}}` or an array of these (a backlog). What is good of a message is taken,
// what is not is named, so that one bad value costs its neighbours nothing. Pure: time limits need a clock, see `timing`.
import { type Decoded, type Refusal, refuse } from './decoded.ts';
import { isObject, type JsonObject, parseJson } from './json.ts';
import {
  emptyRecord,
  faultOfName,
  faultOfValue,
  foldFaults,
  MAX_SAMPLES,
  type Sample,
  type Samples,
  type TelemetryValue,
} from './samples.ts';

const isOptionalInteger = (value: unknown): value is number | undefined =>
  value === undefined || Number.isSafeInteger(value);

/** At least one good sample, or the reason why there is none. */
export function decodeTelemetry(payload: Buffer): Decoded<Samples> {
  const parsed = parseJson(payload);
  if (!parsed.ok) return parsed;
  const list = Array.isArray(parsed.value) ? (parsed.value as unknown[]) : null;
  if (list && list.length === 0) return refuse('empty', 'the array holds no sample');
  if (list && list.length > MAX_SAMPLES) {
    return refuse('too-many-samples', `${list.length} samples in one message; send at most ${MAX_SAMPLES}`);
  }
  const faults: Refusal[] = [];
  const samples = list ? decodeBacklog(list, faults) : samplesOf(decodeSample(parsed.value, faults));
  return samples.length > 0 ? { ok: true, value: { samples, faults } } : foldFaults(faults, false);
}

const samplesOf = (sample: Sample | null): Sample[] => (sample ? [sample] : []);

function decodeBacklog(list: readonly unknown[], faults: Refusal[]): Sample[] {
  const samples: Sample[] = [];
  for (const [index, item] of list.entries()) {
    const known = faults.length;
    const sample = decodeSample(item, faults);
    // Without their own times they would all be "now" and all but one would vanish as duplicates.
    if (sample?.measuredAtMs === null && list.length > 1) {
      faults.push(refuse('ts-missing', 'every sample of a backlog needs its own `ts`'));
    } else if (sample) samples.push(sample);
    for (let i = known; i < faults.length; i++) faults[i] = located(faults[i] as Refusal, index);
  }
  return samples;
}

const located = ({ reason, detail }: Refusal, index: number): Refusal => refuse(reason, `sample ${index}: ${detail}`);

function decodeSample(sample: unknown, faults: Refusal[]): Sample | null {
  if (!isObject(sample)) return refused(faults, refuse('not-object', 'a sample is an object with `values`'));
  const { ts, values } = sample;
  if (!isOptionalInteger(ts)) {
    return refused(faults, refuse('ts-not-integer', '`ts` is an integer: milliseconds since 1970 (UTC)'));
  }
  if (values === undefined) return refused(faults, refuse('values-missing', '`values` is missing'));
  if (!isObject(values)) {
    return refused(faults, refuse('wrong-type', '`values` is an object of metric names and values'));
  }
  const good = goodValues(values, faults);
  return good && { measuredAtMs: ts ?? null, values: good };
}

function refused(faults: Refusal[], fault: Refusal): null {
  faults.push(fault);
  return null;
}

/** The values themselves when all are good, so that the usual message costs no copy. */
function goodValues(values: JsonObject, faults: Refusal[]): Record<string, TelemetryValue> | null {
  let count = 0;
  let bad: Set<string> | null = null;
  // Parsed from JSON, so every key is its own; no pairs are allocated on the way.
  for (const name in values) {
    count += 1;
    const fault = faultOfName(name) ?? faultOfValue(name, values[name]);
    if (!fault) continue;
    faults.push(fault);
    bad = (bad ?? new Set()).add(name);
  }
  if (count === 0) return refused(faults, refuse('empty', '`values` is empty'));
  if (!bad) return values as Record<string, TelemetryValue>;
  if (bad.size === count) return null;
  const good = emptyRecord<TelemetryValue>();
  for (const name in values) if (!bad.has(name)) good[name] = values[name] as TelemetryValue;
  return good;
}
