// A SenML pack in JSON (RFC 8428): records resolved against their base fields into values, units and instants. Names
// lose the part that names the sender, which is signed in; a sum is the value of its own name where no value is given.
import type { EpochMs } from '../../contracts/time.ts';
import { ucumOfSenml } from '../units/senml-units.ts';
import { type Decoded, type Refusal, refuse } from './decoded.ts';
import { isObject, isStorableText, type JsonObject, parseJson } from './json.ts';
import {
  emptyRecord,
  faultOfName,
  faultOfValue,
  foldFaults,
  MAX_NAME_LENGTH,
  MAX_SAMPLES,
  type Sample,
  type Samples,
  type TelemetryValue,
} from './samples.ts';

/** Below it a time is so many seconds from now, above it since 1970 (RFC 8428 4.5.3). */
const RELATIVE_BELOW_S = 2 ** 28;
const OUR_VERSION = 10;
const MAX_RAW_NAME_LENGTH = 512;
const MAX_UNIT_LENGTH = 32;
/** `urn:dev:` with its type and identifier (RFC 9039): the sender, not the metric. */
const DEVICE_URN = /^urn:dev:[^:/]+:[^:/_]*/;

interface Bases {
  bn: string;
  bt: number;
  bu: string | undefined;
  bv: number;
  bs: number;
}

interface Own {
  n?: string;
  u?: string;
  t?: number;
  v?: number;
  vb?: boolean;
  vs?: string;
  vd?: string;
  s?: number;
}

interface Entry {
  name: string;
  value: TelemetryValue;
  unit: string | undefined;
  seconds: number;
}

type Fields = Readonly<Record<string, 'number' | 'string' | 'boolean'>>;
const BASE_FIELDS: Fields = { bn: 'string', bu: 'string', bt: 'number', bv: 'number', bs: 'number', bver: 'number' };
const OWN_FIELDS: Fields = {
  n: 'string',
  u: 'string',
  t: 'number',
  ut: 'number',
  v: 'number',
  vb: 'boolean',
  vs: 'string',
  vd: 'string',
  s: 'number',
};

export interface SenmlOrigin {
  device: string;
  arrivedAtMs: EpochMs;
}

/** At least one good sample (or something unsupported to report), or the reason why there is none. */
export function decodeSenml(payload: Buffer, origin: SenmlOrigin): Decoded<Samples> {
  const parsed = parseJson(payload);
  if (!parsed.ok) return parsed;
  const { value: pack } = parsed;
  if (!Array.isArray(pack)) return refuse('not-object', 'a SenML pack is an array of records');
  if (pack.length === 0) return refuse('empty', 'the pack holds no record');
  if (pack.length > MAX_SAMPLES) {
    return refuse('too-many-samples', `${pack.length} records in one pack; send at most ${MAX_SAMPLES}`);
  }
  const refusal = faultOfPack(pack);
  if (refusal) return refusal;
  const faults: Refusal[] = [];
  const unsupported = new Set<string>();
  const entries = resolve(pack as JsonObject[], { device: origin.device, faults, unsupported });
  const samples = gather(entries, origin, faults);
  if (samples.length === 0 && unsupported.size === 0) {
    return faults.length > 0 ? foldFaults(faults, false) : refuse('empty', 'no record of the pack has a value');
  }
  return { ok: true, value: { samples, faults, unsupported: [...unsupported] } };
}

/** What no record may hold: one of them spoils the meaning of all that follow it. */
function faultOfPack(pack: readonly unknown[]): Refusal | null {
  for (const [index, item] of pack.entries()) {
    const fault = isObject(item) ? faultOfBases(item) : refuse('not-object', 'a record is an object');
    if (fault) return refuse(fault.reason, `record ${index}: ${fault.detail}`);
  }
  return null;
}

function faultOfBases(record: JsonObject): Refusal | null {
  const fault = faultOfFields(record, BASE_FIELDS);
  if (fault) return fault;
  if (typeof record.bver === 'number' && record.bver > OUR_VERSION) {
    return refuse('not-supported', `SenML version ${record.bver}; this is version ${OUR_VERSION} (RFC 8428)`);
  }
  // RFC 8428 4.4: a field whose name ends in `_` must be understood or the pack be refused.
  const mandatory = Object.keys(record).find((field) => field.endsWith('_'));
  return mandatory === undefined
    ? null
    : refuse('not-supported', `field ${JSON.stringify(mandatory.slice(0, 64))} has to be understood and is not`);
}

function faultOfFields(record: JsonObject, fields: Fields): Refusal | null {
  for (const [field, type] of Object.entries(fields)) {
    const value = record[field];
    if (value === undefined) continue;
    if (typeof value !== type) return refuse('wrong-type', `\`${field}\` is not a ${type}`);
    if (type === 'number' && !Number.isFinite(value)) return refuse('not-finite', `\`${field}\` does not fit a double`);
  }
  return null;
}

interface Resolving {
  device: string;
  faults: Refusal[];
  unsupported: Set<string>;
}

function* resolve(pack: readonly JsonObject[], { device, faults, unsupported }: Resolving): Generator<Entry> {
  const bases: Bases = { bn: '', bt: 0, bu: undefined, bv: 0, bs: 0 };
  for (const [index, record] of pack.entries()) {
    const refused = (fault: Refusal): void =>
      void faults.push(refuse(fault.reason, `record ${index}: ${fault.detail}`));
    takeBases(bases, record as Partial<Bases>);
    const fault = faultOfFields(record, OWN_FIELDS);
    if (fault) {
      refused(fault);
      continue;
    }
    const own = record as Own;
    const name = metricName(bases.bn + (own.n ?? ''), device);
    const entries = entriesOf(own, bases, name);
    for (const entry of entries) {
      const entryFault = faultOfName(entry.name) ?? faultOfValue(entry.name, entry.value) ?? faultOfUnit(entry);
      if (entryFault) refused(entryFault);
      else yield entry;
    }
    if (own.vd !== undefined && !faultOfName(name)) unsupported.add(name);
    else if (entries.length === 0 && own.n !== undefined) {
      refused(refuse('values-missing', `${name.slice(0, MAX_NAME_LENGTH)} has none of v, vb, vs, vd and s`));
    }
  }
}

function takeBases(bases: Bases, { bn, bt, bu, bv, bs }: Partial<Bases>): void {
  if (bn !== undefined) bases.bn = bn;
  if (bt !== undefined) bases.bt = bt;
  if (bu !== undefined) bases.bu = bu;
  if (bv !== undefined) bases.bv = bv;
  if (bs !== undefined) bases.bs = bs;
}

/** `MRI-7:temp`, `MRI-7/temp` and `urn:dev:mac:0024befffe804ff1:temp` are all `temp` of the device that is signed in. */
export function metricName(full: string, device: string): string {
  const name = full.slice(0, MAX_RAW_NAME_LENGTH);
  const isOwn = name.startsWith(device) && /^[:/._-]/.test(name.slice(device.length));
  const rest = isOwn ? name.slice(device.length) : name.replace(DEVICE_URN, '');
  return rest === name ? name : rest.replace(/^[:/._-]+/, '');
}

function entriesOf({ v, vb, vs, s, t = 0, u }: Own, bases: Bases, name: string): Entry[] {
  const seconds = bases.bt + t;
  const unit = u ?? bases.bu;
  const entries: Entry[] = [];
  if (v !== undefined) entries.push({ name, value: v + bases.bv, unit, seconds });
  if (vb !== undefined) entries.push({ name, value: vb, unit: undefined, seconds });
  if (vs !== undefined) entries.push({ name, value: vs, unit: undefined, seconds });
  if (s !== undefined) {
    // A sum is what a rate adds up to over time (RFC 8428 4.2): watts to watt seconds.
    const sumUnit = unit === undefined ? undefined : `(${ucumOfSenml(unit)}).s`;
    entries.push({ name: entries.length === 0 ? name : `${name}.sum`, value: s + bases.bs, unit: sumUnit, seconds });
  }
  return entries;
}

const faultOfUnit = ({ name, unit }: Entry): Refusal | null =>
  unit === undefined || isStorableText(unit, MAX_UNIT_LENGTH)
    ? null
    : refuse('unit-mismatch', `the unit of ${name} is longer than ${MAX_UNIT_LENGTH} characters or not a text`);

/** Entries of one instant are one sample. */
function gather(entries: Iterable<Entry>, { arrivedAtMs }: SenmlOrigin, faults: Refusal[]): Sample[] {
  const samples = new Map<number, { values: Record<string, TelemetryValue>; units: Record<string, string> }>();
  for (const { name, value, unit, seconds } of entries) {
    const sample = samples.get(seconds) ?? { values: emptyRecord(), units: emptyRecord() };
    samples.set(seconds, sample);
    if (Object.hasOwn(sample.values, name) && sample.values[name] !== value) {
      faults.push(refuse('ambiguous', `${name} is given twice for one instant`));
      continue;
    }
    sample.values[name] = value;
    if (unit !== undefined) sample.units[name] = ucumOfSenml(unit);
  }
  return [...samples].map(([seconds, { values, units }]): Sample => {
    if (seconds === 0) return { measuredAtMs: null, values, units };
    if (seconds >= RELATIVE_BELOW_S) return { measuredAtMs: Math.round(seconds * 1000), values, units };
    return { measuredAtMs: Math.round(arrivedAtMs + seconds * 1000), isRelative: true, values, units };
  });
}
