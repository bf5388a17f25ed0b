// A Sparkplug B edge node as a device would run it: births that define aliases, data by alias, one sequence for all of
// its messages. Encodes only; sending is for whoever owns the connection.
import proto from 'sparkplug-payload/lib/sparkplugPayloadProto.js';
import { type SparkplugMessage, type SparkplugNode, sparkplugTopic } from '../contracts/sparkplug-topics.ts';

const { Payload, DataType } = proto.org.eclipse.tahu.protobuf;
type WireMetric = proto.org.eclipse.tahu.protobuf.Payload.IMetric;

export type EdgeValue = number | boolean | string;

export interface EdgeMetric {
  name: string;
  value: EdgeValue;
  /** Free text, as `engUnit`. */
  unit?: string;
  /** When it was measured, where that is not the time of the message. */
  atMs?: number;
}

export interface EdgeMessage {
  topic: string;
  payload: Buffer;
}

export interface EdgeNode {
  /** Of a new connection, to be left as its will. */
  connect(): EdgeMessage;
  nodeBirth(atMs: number, metrics?: readonly EdgeMetric[]): EdgeMessage;
  deviceBirth(device: string, atMs: number, metrics: readonly EdgeMetric[]): EdgeMessage;
  /** By alias alone. */
  data(device: string | null, atMs: number, values: Readonly<Record<string, EdgeValue>>): EdgeMessage;
  deviceDeath(device: string, atMs: number): EdgeMessage;
  /** Its metrics get aliases in the order of its next birth, as after a change of its configuration. */
  renumber(device: string): void;
  nodeDeath(): EdgeMessage;
}

const typed = (value: EdgeValue): WireMetric => {
  if (typeof value === 'boolean') return { datatype: DataType.Boolean, booleanValue: value };
  if (typeof value === 'string') return { datatype: DataType.String, stringValue: value };
  return { datatype: DataType.Double, doubleValue: value };
};

/** A value without its datatype, which the birth has given. */
const bare = (value: EdgeValue): WireMetric => {
  const { datatype: _, ...rest } = typed(value);
  return rest;
};

const unitOf = ({ unit }: EdgeMetric): WireMetric =>
  unit === undefined
    ? {}
    : { properties: { keys: ['engUnit'], values: [{ type: DataType.String, stringValue: unit }] } };

export function createEdgeNode(node: SparkplugNode): EdgeNode {
  /** Aliases of the running connection by device and name. */
  let aliases = new Map<string, number>();
  let bdSeq = -1;
  let seq = 0;

  const aliasOf = (device: string | null, name: string): number => {
    const key = `${device ?? ''}/${name}`;
    const alias = aliases.get(key) ?? aliases.size + 1;
    aliases.set(key, alias);
    return alias;
  };
  const encode = (message: SparkplugMessage, device: string | null, payload: object): EdgeMessage => ({
    topic: sparkplugTopic(node, message, device),
    payload: Buffer.from(Payload.encode(payload).finish()),
  });
  const next = (): number => {
    const taken = seq;
    seq = (seq + 1) % 256;
    return taken;
  };
  const bdSeqMetric = (): WireMetric => ({ name: 'bdSeq', datatype: DataType.Int64, longValue: bdSeq });
  const defined = (device: string | null, metrics: readonly EdgeMetric[]): WireMetric[] =>
    metrics.map((metric) => ({
      name: metric.name,
      alias: aliasOf(device, metric.name),
      ...typed(metric.value),
      ...unitOf(metric),
      ...(metric.atMs === undefined ? {} : { timestamp: metric.atMs }),
    }));
  const nodeDeath = (): EdgeMessage => encode('NDEATH', null, { metrics: [bdSeqMetric()] });

  return {
    connect() {
      bdSeq = (bdSeq + 1) % 256;
      aliases = new Map();
      return nodeDeath();
    },
    nodeBirth(atMs, metrics = []) {
      seq = 0;
      const control = { name: 'Node Control/Rebirth', datatype: DataType.Boolean, booleanValue: false };
      const all = [bdSeqMetric(), control, ...defined(null, metrics)];
      return encode('NBIRTH', null, { timestamp: atMs, seq: next(), metrics: all });
    },
    deviceBirth: (device, atMs, metrics) =>
      encode('DBIRTH', device, { timestamp: atMs, seq: next(), metrics: defined(device, metrics) }),
    data: (device, atMs, values) =>
      encode(device === null ? 'NDATA' : 'DDATA', device, {
        timestamp: atMs,
        seq: next(),
        metrics: Object.entries(values).map(([name, value]) => ({ alias: aliasOf(device, name), ...bare(value) })),
      }),
    deviceDeath: (device, atMs) => encode('DDEATH', device, { timestamp: atMs, seq: next() }),
    renumber(device) {
      for (const key of aliases.keys()) if (key.startsWith(`${device}/`)) aliases.delete(key);
    },
    nodeDeath,
  };
}
