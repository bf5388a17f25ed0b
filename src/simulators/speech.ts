// How a simulated device words what it has to say: JSON, SenML or Sparkplug B, from the same samples. A payload that is
// no telemetry (a fault of its channel) goes out as it is.
import type { Metric } from '../contracts/product.ts';
import { sparkplugTopic } from '../contracts/sparkplug-topics.ts';
import { eventTopic, senmlTopic, telemetryTopic } from '../contracts/topics.ts';
import type { Delivery } from './channel.ts';
import { createEdgeNode, type EdgeValue } from './edge-node.ts';

export const FORMATS = ['json', 'senml', 'sparkplug'] as const;
export type Format = (typeof FORMATS)[number];

/** The Sparkplug group of the fleet. */
export const SIMULATED_GROUP = 'simulation';

export interface Said {
  topic: string;
  payload: string | Buffer;
}

export interface Speech {
  say(delivery: Extract<Delivery, { payload: string }>): Said[];
  /** The connection is a new one: what it has to hear first. */
  greet(atMs: number): Said[];
  /** It is asked to say again what it is, on the connection it has. */
  repeat(atMs: number): Said[];
}

interface Telemetry {
  ts: number;
  values: Record<string, EdgeValue>;
}

function telemetryIn(payload: string): Telemetry[] | null {
  try {
    const parsed = JSON.parse(payload) as Telemetry | Telemetry[];
    const samples = Array.isArray(parsed) ? parsed : [parsed];
    const isGood = samples.every(({ ts, values }) => Number.isFinite(ts) && Object.keys(values).length > 0);
    return isGood ? samples : null;
  } catch {
    return null; // One of the broken payloads that the channel makes on purpose.
  }
}

/** UCUM -> the unit of the SenML registry and how many of it one is; kilopascals exist there only as hectopascals. */
const SENML_UNITS: Readonly<Record<string, readonly [unit: string, factor: number]>> = {
  ...Object.fromEntries(['Cel', 'K', '%', 'A', 'V', 'W', 's', 'ms', 'h', 'mA', 'mV', 'Pa'].map((u) => [u, [u, 1]])),
  kPa: ['hPa', 10],
  '1/min': ['1/min', 1],
};

function senmlRecord(name: string, value: EdgeValue, unit: string | undefined): object {
  if (typeof value === 'boolean') return { n: name, vb: value };
  if (typeof value === 'string') return { n: name, vs: value };
  const known = SENML_UNITS[unit ?? ''];
  return known ? { n: name, u: known[0], v: value * known[1] } : { n: name, v: value };
}

function senmlPack(device: string, samples: readonly Telemetry[], units: ReadonlyMap<string, string>): string {
  const records = samples.flatMap(({ ts, values }) =>
    Object.entries(values).map(([name, value], i) => {
      const record = senmlRecord(name, value, units.get(name));
      return i === 0 ? { bn: `${device}:`, bt: ts / 1000, ...record } : record;
    }),
  );
  return JSON.stringify(records);
}

const silent = (): Said[] => [];

/** Its metrics are those of the node itself, which is called like the device. */
function sparkplugSpeech(device: string, units: ReadonlyMap<string, string>): Speech {
  const place = { group: SIMULATED_GROUP, node: device };
  const node = createEdgeNode(place);
  const latest = new Map<string, { value: EdgeValue; atMs: number }>();
  node.connect();
  const birth = (atMs: number): Said => {
    const metrics = [...latest].map(([name, last]) => {
      const unit = units.get(name);
      return { name, ...last, ...(unit === undefined || unit === '' ? {} : { unit }) };
    });
    return node.nodeBirth(atMs, metrics);
  };
  return {
    say({ kind, payload }) {
      if (kind === 'event') return [{ topic: eventTopic(device), payload }];
      const samples = telemetryIn(payload);
      if (!samples) return [{ topic: sparkplugTopic(place, 'NDATA'), payload }];
      return samples.flatMap(({ ts, values }) => {
        const isNew = Object.keys(values).some((name) => !latest.has(name));
        for (const [name, value] of Object.entries(values)) latest.set(name, { value, atMs: ts });
        return isNew ? [birth(ts), node.data(null, ts, values)] : [node.data(null, ts, values)];
      });
    },
    greet(atMs) {
      node.connect();
      return [birth(atMs)];
    },
    repeat: (atMs) => [birth(atMs)],
  };
}

export function speechOf(format: Format, device: string, metrics: readonly Pick<Metric, 'code' | 'unit'>[]): Speech {
  const units = new Map(metrics.map(({ code, unit }) => [code, unit]));
  if (format === 'sparkplug') return sparkplugSpeech(device, units);
  return {
    greet: silent,
    repeat: silent,
    say({ kind, payload }) {
      if (kind === 'event') return [{ topic: eventTopic(device), payload }];
      if (format === 'json') return [{ topic: telemetryTopic(device), payload }];
      const samples = telemetryIn(payload);
      return [{ topic: senmlTopic(device), payload: samples ? senmlPack(device, samples, units) : payload }];
    },
  };
}
