// A Sparkplug B payload from its bytes: protobuf by the Eclipse Tahu codec, unpacked when it came compressed. Its own
// reading of values is not used: it loses what a message leaves to the birth and reads large UInt32 as negative.
import { gunzipSync, inflateSync } from 'node:zlib';
import proto from 'sparkplug-payload/lib/sparkplugPayloadProto.js';
import { type Decoded, refuse } from '../decoders/decoded.ts';
import { MAX_SAMPLES } from '../decoders/samples.ts';

const { Payload, DataType } = proto.org.eclipse.tahu.protobuf;
export { DataType };
export type WireMetric = proto.org.eclipse.tahu.protobuf.Payload.IMetric;
type WirePayload = proto.org.eclipse.tahu.protobuf.IPayload;
type WireLong = WireMetric['longValue'];

export interface NodePayload {
  timestampMs: number | null;
  seq: number | null;
  metrics: readonly WireMetric[];
}

/** What a compressed payload may grow to. */
export const MAX_INFLATED_BYTES = 1024 * 1024;
/** Sparkplug's reference implementation marks a compressed payload so. */
const COMPRESSED = 'SPBV1.0_COMPRESSED';

/** The codec keeps 64 bits in two halves; absent fields answer with the default of their prototype. */
export function bigintOf(value: WireLong): bigint {
  if (typeof value === 'object' && value !== null) {
    return (BigInt(value.high >>> 0) << 32n) | BigInt(value.low >>> 0);
  }
  return BigInt(value ?? 0);
}

export const has = <T extends object>(message: T, field: keyof T): boolean =>
  Object.hasOwn(message, field) && message[field] !== null && message[field] !== undefined;

const numberIn = <T extends object>(message: T, field: keyof T): number | null =>
  has(message, field) ? Number(bigintOf(message[field] as WireLong)) : null;

export const timestampOf = (metric: WireMetric): number | null => numberIn(metric, 'timestamp');

function decodeWire(bytes: Uint8Array): Decoded<WirePayload> {
  try {
    return { ok: true, value: Payload.decode(bytes) };
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    return refuse('not-sparkplug', `the payload is not a Sparkplug B message: ${what}`);
  }
}

function unpacked(payload: WirePayload): Decoded<Uint8Array> {
  const algorithm = payload.metrics?.find(({ name }) => name === 'algorithm')?.stringValue ?? 'DEFLATE';
  const body = payload.body ?? new Uint8Array();
  try {
    const limit = { maxOutputLength: MAX_INFLATED_BYTES };
    if (algorithm === 'GZIP') return { ok: true, value: gunzipSync(body, limit) };
    if (algorithm === 'DEFLATE') return { ok: true, value: inflateSync(body, limit) };
    return refuse('not-supported', `compressed with ${algorithm.slice(0, 32)}; send GZIP or DEFLATE`);
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    return refuse(
      'not-sparkplug',
      `the compressed body cannot be unpacked (at most ${MAX_INFLATED_BYTES} bytes): ${what}`,
    );
  }
}

export function decodePayload(bytes: Uint8Array): Decoded<NodePayload> {
  const outer = decodeWire(bytes);
  if (!outer.ok) return outer;
  let payload = outer.value;
  if (payload.uuid === COMPRESSED) {
    const body = unpacked(payload);
    if (!body.ok) return body;
    const inner = decodeWire(body.value);
    if (!inner.ok) return inner;
    // The sequence number is outside.
    payload = has(inner.value, 'seq') ? inner.value : { ...inner.value, seq: payload.seq ?? null };
  }
  const metrics = payload.metrics ?? [];
  if (metrics.length > MAX_SAMPLES) {
    return refuse('too-many-samples', `${metrics.length} metrics in one message; send at most ${MAX_SAMPLES}`);
  }
  return {
    ok: true,
    value: { timestampMs: numberIn(payload, 'timestamp'), seq: numberIn(payload, 'seq'), metrics },
  };
}

/** Asks an edge node to say everything again (Sparkplug 6.4.23). */
export function rebirthCommand(atMs: number): Buffer {
  const metric = { name: 'Node Control/Rebirth', timestamp: atMs, datatype: DataType.Boolean, booleanValue: true };
  return Buffer.from(Payload.encode({ timestamp: atMs, metrics: [metric] }).finish());
}
