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
import type { DeviceFacts, UpMessage } from './ports.ts';

/** One value, ready but for the integer keys that only the database can give. A label stands for a state's code. */
export interface Entry {
  metric: string;
  value: number;
  label?: string;
  quality: number;
}

export interface TimedSample {
  measuredAtMs: EpochMs;
  entries: readonly Entry[];
}

export type Work = { message: UpMessage } & (
  | { kind: 'readings'; device: DeviceFacts; samples: readonly TimedSample[]; count: number }
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
  const samples: TimedSample[] = [];
  let count = 0;
  for (const sample of decoded.value) {
    const timed = timedSample(sample, device, around);
    if ('reason' in timed) return held(message, timed);
    samples.push(timed);
    count += timed.entries.length;
  }
  return { message, kind: 'readings', device, samples, count };
}

function timedSample(sample: Sample, device: DeviceFacts, around: Surroundings): TimedSample | Refusal {
  const measuredAtMs = sample.measuredAtMs ?? around.arrivalMs();
  const fault = faultOfTime(measuredAtMs, around.nowMs, around.timing);
  if (fault) return fault;
  const quality = sample.measuredAtMs === null ? QUALITY.arrivalTime : QUALITY.good;
  const entries: Entry[] = [];
  for (const [metric, value] of sample.entries) {
    const entry = entryOf(metric, value, device, quality);
    if ('reason' in entry) return entry;
    entries.push(entry);
  }
  return { measuredAtMs, entries };
}

function entryOf(metric: string, value: TelemetryValue, device: DeviceFacts, quality: number): Entry | Refusal {
  const facts = device.metrics.get(metric);
  if (!facts) {
    const unknown = quality | QUALITY.unknownMetric;
    return typeof value === 'string'
      ? { metric, value: 0, label: value, quality: unknown }
      : { metric, value: Number(value), quality: unknown };
  }
  // A state sent as a number is still a name, not a quantity.
  if (facts.kind === 'state') return { metric, value: 0, label: String(value), quality };
  if (typeof value === 'string') {
    return refuse('wrong-type', `${metric} is a ${facts.kind}; ${JSON.stringify(value)} is a string`);
  }
  const number = Number(value);
  const isPlausible =
    number >= (facts.plausibleMin ?? Number.NEGATIVE_INFINITY) &&
    number <= (facts.plausibleMax ?? Number.POSITIVE_INFINITY);
  return { metric, value: number, quality: isPlausible ? quality : quality | QUALITY.implausible };
}

function eventWork(message: UpMessage, device: DeviceFacts, around: Surroundings): Work {
  const decoded = decodeDeviceEvent(message.payload);
  if (!decoded.ok) return held(message, decoded);
  const at = decoded.value.at ?? around.arrivalMs();
  const fault = faultOfTime(at, around.nowMs, around.timing);
  return fault ? held(message, fault) : { message, kind: 'event', device, at, event: decoded.value };
}
