// Where telemetry of every format meets what the product says of its metrics: kinds, units, plausible values; names that
// the product does not have are taken under their own.
import { QUALITY } from '../contracts/readings.ts';
import type { EpochMs } from '../contracts/time.ts';
import { type Decoded, type Refusal, refuse } from './decoders/decoded.ts';
import { foldFaults, type Sample, type Samples, type TelemetryValue } from './decoders/samples.ts';
import { faultOfTime, type TimingLimits } from './decoders/timing.ts';
import { type KeyedSample, resolveKeys } from './keyed-sample.ts';
import type { MetricKeys } from './metric-dictionary.ts';
import type { KnownNames } from './own-names.ts';
import type { DeviceFacts, MetricFacts, UpMessage } from './ports.ts';
import type { Conversions } from './units/conversions.ts';
import { held, type OwnName, type Work } from './work.ts';

export interface Surroundings {
  nowMs: EpochMs;
  /** The instant that stands in for a time the device left out: no two messages of one device share it. */
  arrivalMs: () => EpochMs;
  timing: TimingLimits;
  /** What is known of it is filled in at once; the rest is learnt when the batch is committed. */
  keys: MetricKeys;
  conversions: Conversions;
  /** Names of devices that are written down already. */
  names: KnownNames;
}

/** What comes up while a message is read, besides its readings. */
interface Notes {
  faults: Refusal[];
  own: OwnName[] | null;
}

export function samplesWork(
  message: UpMessage,
  decoded: Decoded<Samples>,
  device: DeviceFacts,
  around: Surroundings,
): Work {
  if (!decoded.ok) return held(message, decoded);
  const { faults, unsupported } = decoded.value;
  const notes: Notes = { faults, own: null };
  const samples: KeyedSample[] = [];
  let count = 0;
  let isKeyed = true;
  for (const decodedSample of decoded.value.samples) {
    const sample = keyedSample(decodedSample, device, around, notes);
    if (!sample) continue;
    isKeyed = resolveKeys(sample, around.keys, null) && isKeyed;
    count += sample.metrics.length;
    samples.push(sample);
  }
  // After the names of what is stored: the room is for those first.
  if (unsupported)
    for (const metric of unsupported) note(notes, device, around, { metric, problem: 'unsupported-type' });
  if (samples.length === 0 && faults.length > 0) return held(message, foldFaults(faults, false));
  return {
    message,
    kind: 'readings',
    samples,
    count,
    isKeyed,
    hold: faults.length > 0 ? foldFaults(faults, true) : null,
    own: notes.own,
  };
}

/** What of a sample can be stored, `null` when that is nothing; why the rest cannot goes to `notes`. */
function keyedSample(sample: Sample, device: DeviceFacts, around: Surroundings, notes: Notes): KeyedSample | null {
  const { faults } = notes;
  const measuredAtMs = sample.measuredAtMs ?? around.arrivalMs();
  const fault = faultOfTime(measuredAtMs, around.nowMs, around.timing);
  if (fault) {
    faults.push(fault);
    return null;
  }
  const base = sample.measuredAtMs === null || sample.isRelative ? QUALITY.arrivalTime : QUALITY.good;
  const metrics: string[] = [];
  const values: number[] = [];
  const qualities: number[] = [];
  let labels: KeyedSample['labels'] = null;
  for (const metric of Object.keys(sample.values)) {
    const facts = device.metrics.get(metric);
    if (!facts) note(notes, device, around, { metric, problem: 'unknown', unit: sample.units?.[metric] ?? '' });
    const value = valueOf(metric, sample, facts, around.conversions);
    // A state sent as a number is still a name, not a quantity.
    const isState = facts ? facts.kind === 'state' : typeof value === 'string';
    if (typeof value === 'object') {
      faults.push(value);
      continue;
    }
    if (typeof value === 'string' && !isState) {
      faults.push(refuse('wrong-type', `${metric} is a ${facts?.kind}; ${JSON.stringify(value)} is a string`));
      continue;
    }
    if (isState) labels ??= metrics.map(() => undefined);
    labels?.push(isState ? String(value) : undefined);
    metrics.push(metric);
    values.push(isState ? 0 : Number(value));
    qualities.push(base | qualityOf(value, facts));
  }
  if (metrics.length === 0) return null;
  return {
    deviceId: device.code,
    deviceKey: device.id,
    measuredAtMs,
    metrics,
    metricKeys: [],
    values,
    qualities,
    labels,
  };
}

function note(
  notes: Notes,
  { id: deviceKey }: DeviceFacts,
  { names }: Surroundings,
  { metric, problem, unit = '' }: Pick<OwnName, 'metric' | 'problem'> & { unit?: string },
): void {
  if (names.has(deviceKey, metric)) return;
  notes.own ??= [];
  notes.own.push({ deviceKey, metric, problem, unit });
}

/** In the unit the product declares; a metric it does not name stays in the unit it came with. */
function valueOf(
  metric: string,
  sample: Sample,
  facts: MetricFacts | undefined,
  conversions: Conversions,
): TelemetryValue | Refusal {
  const value = sample.values[metric] as TelemetryValue;
  const unit = sample.units?.[metric];
  if (unit === undefined || !facts || facts.kind === 'state' || typeof value !== 'number') return value;
  const convert = conversions.between(unit, facts.unit);
  if (!convert) {
    const wanted = facts.unit === '' ? 'a number without unit' : facts.unit;
    return refuse('unit-mismatch', `${metric} came in ${unit}, which cannot be turned into ${wanted}`);
  }
  const converted = convert(value);
  return Number.isFinite(converted) ? converted : refuse('not-finite', `${metric} does not fit a double`);
}

function qualityOf(value: TelemetryValue, facts: MetricFacts | undefined): number {
  if (!facts) return QUALITY.unknownMetric;
  const { plausibleMin = Number.NEGATIVE_INFINITY, plausibleMax = Number.POSITIVE_INFINITY } = facts;
  return typeof value === 'number' && (value < plausibleMin || value > plausibleMax)
    ? QUALITY.implausible
    : QUALITY.good;
}
