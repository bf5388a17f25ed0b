// Values of Sparkplug metrics by their datatype (Sparkplug 6.4.16): integers are stored in fields wider than they are
// and get their sign back here.
import type { TelemetryValue } from '../decoders/samples.ts';
import { bigintOf, DataType, has, type WireMetric } from './payload.ts';

export type WireValue = { kind: 'value'; value: TelemetryValue } | { kind: 'null' } | { kind: 'unsupported' };

const UNSUPPORTED: WireValue = { kind: 'unsupported' };
const valueOf = (value: TelemetryValue): WireValue => ({ kind: 'value', value });

/** Bits and sign of the integer types. */
const INTEGERS = new Map<number, readonly [bits: number, isSigned: boolean]>([
  [DataType.Int8, [8, true]],
  [DataType.Int16, [16, true]],
  [DataType.Int32, [32, true]],
  [DataType.Int64, [64, true]],
  [DataType.UInt8, [8, false]],
  [DataType.UInt16, [16, false]],
  [DataType.UInt32, [32, false]],
  [DataType.UInt64, [64, false]],
  [DataType.DateTime, [64, false]],
]);
/** The codec's enumeration as the plain numbers that are on the wire. */
const UNKNOWN: number = DataType.Unknown;
const BOOLEAN: number = DataType.Boolean;
const REALS = new Set<number>([DataType.Float, DataType.Double]);
const TEXTS = new Set<number>([DataType.String, DataType.Text, DataType.UUID]);

/** 64-bit integers beyond 2^53 lose their last digits: a reading is a double. */
function integerOf(metric: WireMetric, bits: number, isSigned: boolean): number | null {
  const raw = has(metric, 'intValue')
    ? BigInt(metric.intValue ?? 0)
    : has(metric, 'longValue')
      ? bigintOf(metric.longValue)
      : null;
  if (raw === null) return null;
  return Number(isSigned ? BigInt.asIntN(bits, raw) : BigInt.asUintN(bits, raw));
}

function realOf(metric: WireMetric): number | null {
  if (has(metric, 'doubleValue')) return metric.doubleValue ?? null;
  return has(metric, 'floatValue') ? (metric.floatValue ?? null) : null;
}

/** What the field that is set says when nobody told the datatype. */
function untypedOf(metric: WireMetric): WireValue {
  if (has(metric, 'booleanValue')) return valueOf(metric.booleanValue === true);
  if (has(metric, 'stringValue')) return valueOf(metric.stringValue ?? '');
  const number = realOf(metric) ?? integerOf(metric, has(metric, 'intValue') ? 32 : 64, true);
  return number === null ? UNSUPPORTED : valueOf(number);
}

export function wireValueOf(metric: WireMetric, datatype: number | null): WireValue {
  if (metric.isNull === true) return { kind: 'null' };
  if (datatype === null || datatype === UNKNOWN) return untypedOf(metric);
  const integer = INTEGERS.get(datatype);
  if (integer || REALS.has(datatype)) {
    const number = (integer ? integerOf(metric, ...integer) : null) ?? realOf(metric) ?? integerOf(metric, 64, true);
    return number === null ? UNSUPPORTED : valueOf(number);
  }
  if (datatype === BOOLEAN && has(metric, 'booleanValue')) return valueOf(metric.booleanValue === true);
  if (TEXTS.has(datatype) && has(metric, 'stringValue')) return valueOf(metric.stringValue ?? '');
  return UNSUPPORTED;
}
