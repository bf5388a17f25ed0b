// From a message to the work its commit has to do: decoded by its kind, timed, checked against the product, or refused
// with a reason. Pure given the device, so that the same message always comes to the same end.
import { QUALITY } from '../contracts/readings.ts';
import type { EpochMs } from '../contracts/time.ts';
import type { Refusal } from './decoders/decoded.ts';
import { refuse } from './decoders/decoded.ts';
import { decodeDeviceEvent, type DeviceEvent } from './decoders/device-event.ts';
import { decodeMeta, type DeviceMeta } from './decoders/meta.ts';
import { decodeTelemetry, type Sample, type TelemetryValue } from './decoders/telemetry.ts';
import { faultOfTime, type TimingLimits } from './decoders/timing.ts';
import { type KeyedSample, resolveKeys } from './keyed-sample.ts';
import type { MetricKeys } from './metric-dictionary.ts';
import type { DeviceFacts, MetricFacts, UpMessage } from './ports.ts';

export type Work = { message: UpMessage } & (
  | { kind: 'readings'; samples: KeyedSample[]; count: number; isKeyed: boolean }
  | { kind: 'event'; device: DeviceFacts; at: EpochMs; event: DeviceEvent }
  | { kind: 'meta'; device: DeviceFacts; meta: DeviceMeta }
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
}

export function workOf(message: UpMessage, around: Surroundings): Work {
  const { device } = around;
  if (!device) return held(message, refuse('unknown-device', `${message.device} is not registered`));
  switch (message.kind) {
    case 'telemetry':
      return telemetryWork(message, device, around);
    case 'event':
      return eventWork(message, device, around);
    case 'meta': {
      const meta = decodeMeta(message.payload);
      return meta.ok ? { message, kind: 'meta', device, meta: meta.value } : held(message, meta);
    }
    case 'state':
      return held(message, refuse('wrong-type', 'the state is the word `online` or `offline`'));
    case 'senml':
    case 'command-reply':
      return held(message, refuse('not-supported', `${message.kind} is not understood yet; the payload is kept`));
  }
}

export const held = (message: UpMessage, refusal: Refusal): Work => ({ message, kind: 'quarantine', refusal });

function telemetryWork(message: UpMessage, device: DeviceFacts, around: Surroundings): Work {
  const decoded = decodeTelemetry(message.payload);
  if (!decoded.ok) return held(message, decoded);
  const samples: KeyedSample[] = [];
  let count = 0;
  let isKeyed = true;
  for (const decodedSample of decoded.value) {
    const sample = keyedSample(decodedSample, device, around);
    if ('reason' in sample) return held(message, sample);
    isKeyed = resolveKeys(sample, around.keys, null) && isKeyed;
    count += sample.metrics.length;
    samples.push(sample);
  }
  return { message, kind: 'readings', samples, count, isKeyed };
}

function keyedSample(sample: Sample, device: DeviceFacts, around: Surroundings): KeyedSample | Refusal {
  const measuredAtMs = sample.measuredAtMs ?? around.arrivalMs();
  const fault = faultOfTime(measuredAtMs, around.nowMs, around.timing);
  if (fault) return fault;
  const base = sample.measuredAtMs === null ? QUALITY.arrivalTime : QUALITY.good;
  const metrics = Object.keys(sample.values);
  const values: number[] = [];
  const qualities: number[] = [];
  let labels: KeyedSample['labels'] = null;
  for (const metric of metrics) {
    const value = sample.values[metric] as TelemetryValue;
    const facts = device.metrics.get(metric);
    // A state sent as a number is still a name, not a quantity.
    const isState = facts ? facts.kind === 'state' : typeof value === 'string';
    if (isState) {
      labels ??= metrics.map(() => undefined);
      labels[values.length] = String(value);
    } else if (typeof value === 'string') {
      return refuse('wrong-type', `${metric} is a ${facts?.kind}; ${JSON.stringify(value)} is a string`);
    }
    values.push(isState ? 0 : Number(value));
    qualities.push(base | qualityOf(value, facts));
  }
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
