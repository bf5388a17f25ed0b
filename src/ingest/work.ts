// From a message to the work its commit has to do: decoded by its kind, timed, checked against the product, or refused
// with a reason. Pure given the device, so that the same message always comes to the same end.
import { QUALITY } from '../contracts/readings.ts';
import type { EpochMs } from '../contracts/time.ts';
import { type Decoded, type Refusal, refuse } from './decoders/decoded.ts';
import { type CommandReply, decodeCommandReply } from './decoders/command-reply.ts';
import { decodeDeviceEvent, type DeviceEvent } from './decoders/device-event.ts';
import { checkMeta, decodeMeta, type DeviceMeta } from './decoders/meta.ts';
import { foldFaults, type Sample, type Samples, type TelemetryValue } from './decoders/samples.ts';
import type { JsonObject } from './decoders/json.ts';
import { decodeSenml } from './decoders/senml.ts';
import { decodeTelemetry } from './decoders/telemetry.ts';
import { faultOfTime, type TimingLimits } from './decoders/timing.ts';
import { type KeyedSample, resolveKeys } from './keyed-sample.ts';
import type { MetricKeys } from './metric-dictionary.ts';
import type { DeviceFacts, MetricFacts, UpMessage } from './ports.ts';
import type { Conversions } from './units/conversions.ts';

/**
 * `hold` of readings: the message has a part that was refused, so it is held as well; replayed when the cause is
 * mended, what is stored already stays as it is.
 */
export type Work = { message: UpMessage } & (
  | { kind: 'readings'; samples: KeyedSample[]; count: number; isKeyed: boolean; hold: Refusal | null }
  | { kind: 'event'; device: DeviceFacts; at: EpochMs; event: DeviceEvent }
  | { kind: 'meta'; device: DeviceFacts; meta: DeviceMeta }
  | { kind: 'reply'; device: DeviceFacts; reply: CommandReply }
  | { kind: 'quarantine'; refusal: Refusal }
);

export interface Surroundings {
  device: DeviceFacts | null;
  nowMs: EpochMs;
  /** The instant that stands in for a time the device left out: no two messages of one device share it. */
  arrivalMs: () => EpochMs;
  timing: TimingLimits;
  /** What is known of it is filled in at once; the rest is learnt when the batch is committed. */
  keys: MetricKeys;
  conversions: Conversions;
}

export function workOf(message: UpMessage, around: Surroundings): Work {
  const { device } = around;
  if (!device) return held(message, refuse('unknown-device', `${message.device} is not registered`));
  switch (message.kind) {
    case 'telemetry':
      return samplesWork(message, decodeTelemetry(message.payload), device, around);
    case 'senml':
      return samplesWork(message, decodeSenml(message.payload, message), device, around);
    case 'event':
      return eventWork(message, device, around);
    case 'meta':
      return metaWorkOf(message, device, decodeMeta(message.payload));
    case 'state':
      return held(message, refuse('wrong-type', 'the state is the word `online` or `offline`'));
    case 'command-reply': {
      const reply = decodeCommandReply(message.topic, message.payload);
      return reply.ok ? { message, kind: 'reply', device, reply: reply.value } : held(message, reply);
    }
    case 'sparkplug':
      throw new Error('a Sparkplug message is read in the session of its node, not by itself');
  }
}

export const held = (message: UpMessage, refusal: Refusal): Work => ({ message, kind: 'quarantine', refusal });

/** Why a message, or a part of it, cannot be stored. */
export function refusalOf(work: Work): Refusal | null {
  if (work.kind === 'quarantine') return work.refusal;
  return work.kind === 'readings' ? work.hold : null;
}

const metaWorkOf = (message: UpMessage, device: DeviceFacts, meta: Decoded<DeviceMeta>): Work =>
  meta.ok ? { message, kind: 'meta', device, meta: meta.value } : held(message, meta);

export const metaWork = (message: UpMessage, device: DeviceFacts, attributes: JsonObject): Work =>
  metaWorkOf(message, device, checkMeta(attributes));

/** Where telemetry of every format meets what the product says of its metrics. */
export function samplesWork(
  message: UpMessage,
  decoded: Decoded<Samples>,
  device: DeviceFacts,
  around: Omit<Surroundings, 'device'>,
): Work {
  if (!decoded.ok) return held(message, decoded);
  const { faults } = decoded.value;
  const samples: KeyedSample[] = [];
  let count = 0;
  let isKeyed = true;
  for (const decodedSample of decoded.value.samples) {
    const sample = keyedSample(decodedSample, device, around, faults);
    if (!sample) continue;
    isKeyed = resolveKeys(sample, around.keys, null) && isKeyed;
    count += sample.metrics.length;
    samples.push(sample);
  }
  if (samples.length === 0 && faults.length > 0) return held(message, foldFaults(faults, false));
  return {
    message,
    kind: 'readings',
    samples,
    count,
    isKeyed,
    hold: faults.length > 0 ? foldFaults(faults, true) : null,
  };
}

/** What of a sample can be stored, `null` when that is nothing; why the rest cannot goes to `faults`. */
function keyedSample(sample: Sample, device: DeviceFacts, around: Omit<Surroundings, 'device'>, faults: Refusal[]): KeyedSample | null {
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

function eventWork(message: UpMessage, device: DeviceFacts, around: Surroundings): Work {
  const decoded = decodeDeviceEvent(message.payload);
  if (!decoded.ok) return held(message, decoded);
  const at = decoded.value.at ?? around.arrivalMs();
  const fault = faultOfTime(at, around.nowMs, around.timing);
  return fault ? held(message, fault) : { message, kind: 'event', device, at, event: decoded.value };
}
