// Mends a telemetry payload by a mapping, between the wire and the decoder. What a correct device sends passes through
// unchanged but for names, numbers and offsets the mapping names, so that a device that was repaired is not broken by it.
import type { PayloadMapping } from '../../contracts/payload-mapping.ts';

type Members = ReadonlyMap<string, unknown>;

/** The text of the payload, mended; as it came when it is not JSON of samples. */
export function mendPayload(text: string, mapping: PayloadMapping): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return text;
  }
  const mended = Array.isArray(parsed)
    ? parsed.map((sample) => mendSample(sample, mapping))
    : mendSample(parsed, mapping);
  return JSON.stringify(mended);
}

const membersOf = (value: unknown): Members | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? new Map(Object.entries(value)) : null;

/** Own members only: a metric may be called `__proto__`. */
const objectOf = (members: Members): object => Object.fromEntries(members);

function mendSample(sample: unknown, mapping: PayloadMapping): unknown {
  const members = membersOf(sample);
  if (members === null) return sample;
  const field = mapping.time?.field ?? 'ts';
  const isOwnField = !members.has('ts') && members.has(field);
  const given = isOwnField ? members.get(field) : members.get('ts');
  const values = valuesOf(members, isOwnField ? field : 'ts', mapping.valuesField);
  const valueMembers = membersOf(values);
  const mended = new Map<string, unknown>();
  if (given !== undefined) mended.set('ts', mendTime(given, mapping.time));
  if (values !== undefined)
    mended.set('values', valueMembers === null ? values : objectOf(mendValues(valueMembers, mapping)));
  return objectOf(mended);
}

function valuesOf(members: Members, timeField: string, valuesField: string | undefined): unknown {
  if (members.has('values') || valuesField === undefined) return members.get('values');
  if (valuesField !== '.') return members.get(valuesField);
  return objectOf(new Map([...members].filter(([name]) => name !== timeField)));
}

/** Seconds are below this until the year 5138, milliseconds above it since 1973. */
const SECONDS_BELOW = 1e11;
/** Microseconds are above this since 1973, milliseconds below it until the year 5138. */
const MICROS_ABOVE = 1e14;

function mendTime(given: unknown, time: PayloadMapping['time']): unknown {
  const ms = inMilliseconds(given, time?.unit);
  return typeof ms === 'number' && Number.isFinite(ms) ? ms + (time?.offsetMs ?? 0) : given;
}

function inMilliseconds(given: unknown, unit: NonNullable<PayloadMapping['time']>['unit']): unknown {
  if (unit === 'iso') return typeof given === 'string' ? Date.parse(given) : given;
  const number = unit !== undefined && typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
  if (typeof number !== 'number') return given;
  if (unit === 's') return Math.abs(number) < SECONDS_BELOW ? Math.round(number * 1000) : number;
  if (unit === 'us') return Math.abs(number) >= MICROS_ABOVE ? Math.round(number / 1000) : number;
  return unit === 'ms' ? Math.round(number) : number;
}

function mendValues(
  values: Members,
  { drop = [], rename = {}, scale = {}, dropNulls = false, numbers = [] }: PayloadMapping,
): Members {
  const mended = new Map<string, unknown>();
  const own = (record: object, name: string): boolean => Object.hasOwn(record, name);
  for (const [sent, given] of values) {
    if (drop.includes(sent) || (dropNulls && given === null)) continue;
    const name = own(rename, sent) ? (rename[sent] as string) : sent;
    // A device that sends both means the right one.
    if (name !== sent && (values.has(name) || mended.has(name))) continue;
    const number = numbers.includes(name) ? asNumber(given) : given;
    const factor = own(scale, name) ? scale[name] : undefined;
    const isScaled = factor !== undefined && typeof number === 'number';
    mended.set(name, isScaled ? number * factor.factor + factor.offset : number);
  }
  return mended;
}

const asNumber = (given: unknown): unknown => {
  if (typeof given !== 'string' || given.trim() === '') return given;
  const number = Number(given);
  return Number.isFinite(number) ? number : given;
};
