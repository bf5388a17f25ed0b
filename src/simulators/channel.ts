// What happens to samples between a device and the broker: batching, gaps, time off line with a backlog afterwards, a
// wrong clock, a stuck sensor, duplicates, wrong order, dropped connections and payloads nobody can read.
import { HOUR_MS, isoOf } from '../contracts/time.ts';
import type { DeviceEvent, DeviceSample } from './device-model.ts';
import type { Values } from './models/kind-model.ts';
import type { RandomStream } from './random.ts';
import type { TruthLine } from './wear.ts';

export interface ChannelFault {
  kind: 'gap' | 'backlog' | 'clock-fixed' | 'clock-step' | 'clock-drift' | 'stuck';
  fromMs: number;
  toMs: number;
  /** Wrong clock: milliseconds off, for a drift per hour; else 0. */
  amountMs: number;
  /** The stuck metric. */
  metric?: string;
}

/** Chances per payload. */
export interface MessageFaults {
  duplicate: number;
  reorder: number;
  badPayload: number;
  reconnect: number;
}

export const NO_MESSAGE_FAULTS: MessageFaults = { duplicate: 0, reorder: 0, badPayload: 0, reconnect: 0 };

/** What leaves the device next: a payload for one of its topics, or a connection dropped and made again. */
export type Delivery = { kind: 'telemetry' | 'event'; payload: string } | { kind: 'reconnect' };

export interface ChannelStats {
  samplesSent: number;
  readingsSent: number;
  samplesLost: number;
  duplicates: number;
  badPayloads: number;
}

export interface ChannelOptions {
  plan: readonly ChannelFault[];
  messageFaults: MessageFaults;
  batchMs: number;
  random: RandomStream;
}

export interface Channel {
  pass(sample: DeviceSample): Delivery[];
  /** Everything still held, for the end of a run. */
  flush(): Delivery[];
  stats(): Readonly<ChannelStats>;
  truth(device: string, atMs: number): TruthLine[];
}

/** What a device can remember while it is off line; the oldest go first, as in the real thing. */
const MEMORY_SAMPLES = 20_000;
const SAMPLES_PER_PAYLOAD = 200;
const BAD_PAYLOADS = ['{"ts":', 'not json', '{"ts":"yesterday","values":{}}', '[{"values":{"mode":null}}]', '42'];

export function createChannel(options: ChannelOptions): Channel {
  const { plan, batchMs, messageFaults, random } = options;
  const stats: ChannelStats = { samplesSent: 0, readingsSent: 0, samplesLost: 0, duplicates: 0, badPayloads: 0 };
  const stuckAt = new Map<ChannelFault, Values[string]>();
  const samples: Telemetry[] = [];
  let events: DeviceEvent[] = [];
  let gatheringSinceMs = 0;
  let delayed: Delivery | undefined;
  const release = (): Delivery[] => {
    const sent = [...telemetryOf(samples.splice(0), batchMs > 0), ...eventsOf(events)];
    events = [];
    return sent;
  };
  const disturb = (payload: Delivery): Delivery[] => {
    const out: Delivery[] = random.next() < messageFaults.reconnect ? [{ kind: 'reconnect' }, payload] : [payload];
    if (random.next() < messageFaults.duplicate) {
      stats.duplicates++;
      out.push(payload);
    }
    if (random.next() < messageFaults.badPayload) {
      stats.badPayloads++;
      out.push({ kind: 'telemetry', payload: BAD_PAYLOADS[Math.floor(random.next() * BAD_PAYLOADS.length)] as string });
    }
    return out;
  };
  const reorder = (payload: Delivery): Delivery[] => {
    if (delayed !== undefined) {
      const late = delayed;
      delayed = undefined;
      return [payload, late];
    }
    if (random.next() >= messageFaults.reorder) return [payload];
    delayed = payload;
    return [];
  };
  return {
    pass(sample) {
      const active = plan.filter(({ fromMs, toMs }) => sample.ts >= fromMs && sample.ts < toMs);
      if (!sample.isOnline || active.some(({ kind }) => kind === 'gap')) {
        stats.samplesLost++;
        return [];
      }
      const ts = sample.ts + clockErrorOf(active, sample.ts);
      if (samples.length === 0) gatheringSinceMs = sample.ts;
      samples.push({ ts, values: holdStuck(sample.values, active, stuckAt) });
      stats.samplesSent++;
      stats.readingsSent += Object.keys(sample.values).length;
      if (samples.length > MEMORY_SAMPLES) forgetOldest(samples, stats);
      events.push(...sample.events.map((event) => ({ ...event, ts })));
      const isOffline = active.some(({ kind }) => kind === 'backlog');
      const isGathering = sample.ts - gatheringSinceMs < batchMs && events.length === 0;
      return isOffline || isGathering ? [] : release().flatMap(reorder).flatMap(disturb);
    },
    flush() {
      const last = delayed;
      delayed = undefined;
      return last === undefined ? release() : [...release(), last];
    },
    stats: () => stats,
    truth: (device, atMs) => plan.filter(({ fromMs }) => fromMs <= atMs).map((fault) => truthOf(device, fault)),
  };
}

interface Telemetry {
  ts: number;
  values: Values;
}

function telemetryOf(samples: readonly Telemetry[], isBatching: boolean): Delivery[] {
  if (samples.length === 1 && !isBatching) return [{ kind: 'telemetry', payload: JSON.stringify(samples[0]) }];
  const payloads: Delivery[] = [];
  for (let start = 0; start < samples.length; start += SAMPLES_PER_PAYLOAD) {
    payloads.push({ kind: 'telemetry', payload: JSON.stringify(samples.slice(start, start + SAMPLES_PER_PAYLOAD)) });
  }
  return payloads;
}

const eventsOf = (events: readonly DeviceEvent[]): Delivery[] =>
  events.map((event) => ({ kind: 'event', payload: JSON.stringify(event) }));

function forgetOldest(samples: Telemetry[], stats: ChannelStats): void {
  const forgotten = samples.shift();
  stats.samplesSent--;
  stats.samplesLost++;
  stats.readingsSent -= Object.keys(forgotten?.values ?? {}).length;
}

function clockErrorOf(active: readonly ChannelFault[], atMs: number): number {
  let errorMs = 0;
  for (const { kind, fromMs, amountMs } of active) {
    if (kind === 'clock-fixed' || kind === 'clock-step') errorMs += amountMs;
    if (kind === 'clock-drift') errorMs += (amountMs * (atMs - fromMs)) / HOUR_MS;
  }
  return Math.round(errorMs);
}

/** A stuck sensor repeats the value it had when it got stuck. */
function holdStuck(
  values: Values,
  active: readonly ChannelFault[],
  stuckAt: Map<ChannelFault, Values[string]>,
): Values {
  const held: Values = {};
  for (const fault of active) {
    const value = fault.metric === undefined ? undefined : values[fault.metric];
    if (fault.metric === undefined || value === undefined) continue;
    held[fault.metric] = stuckAt.get(fault) ?? value;
    stuckAt.set(fault, held[fault.metric] ?? value);
  }
  return { ...values, ...held };
}

const truthOf = (device: string, { kind, fromMs, toMs, amountMs, metric }: ChannelFault): TruthLine => ({
  device,
  component: 'channel',
  failureMode: kind,
  kind: 'channel',
  onset: isoOf(fromMs),
  failure: null,
  detail: [
    `until ${isoOf(toMs)}`,
    ...(metric === undefined ? [] : [metric]),
    ...(amountMs === 0 ? [] : [`${amountMs} ms${kind === 'clock-drift' ? ' per hour' : ''}`]),
  ].join('; '),
});
