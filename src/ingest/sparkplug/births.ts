// What a birth defines: the metrics of a node or a device with their aliases, datatypes and units, and what it tells
// about itself. Until its next birth, data messages may say `alias 3` and nothing else.
import { ucumOfDisplayed } from '../units/senml-units.ts';
import { bigintOf, has, type NodePayload, type WireMetric } from './payload.ts';
import { wireValueOf } from './values.ts';

export interface Definition {
  name: string;
  datatype: number | null;
  /** UCUM where it could be read so. */
  unit: string | null;
}

export interface Birth {
  byName: ReadonlyMap<string, Definition>;
  byAlias: ReadonlyMap<bigint, Definition>;
}

/** Commands to the node and the number of its session: not measured. */
const CONTROL = /^(?:Node Control|Device Control)\//;
export const isControl = (name: string): boolean => name === BD_SEQ || CONTROL.test(name);
/** Names under which nodes tell what they are, by Sparkplug's examples. */
const PROPERTIES = 'Properties/';
export const isProperty = (name: string): boolean => name.startsWith(PROPERTIES);

const BD_SEQ = 'bdSeq';

function unitOf({ properties }: WireMetric): string | null {
  const at = properties?.keys?.findIndex((key) => key.toLowerCase() === 'engunit') ?? -1;
  const unit = properties?.values?.[at]?.stringValue;
  return typeof unit === 'string' && unit !== '' ? ucumOfDisplayed(unit) : null;
}

export const aliasOf = (metric: WireMetric): bigint | null => (has(metric, 'alias') ? bigintOf(metric.alias) : null);

export const datatypeOf = (metric: WireMetric): number | null =>
  has(metric, 'datatype') ? (metric.datatype ?? null) : null;

export function readBirth({ metrics }: NodePayload): Birth {
  const byName = new Map<string, Definition>();
  const byAlias = new Map<bigint, Definition>();
  for (const metric of metrics) {
    if (!has(metric, 'name') || !metric.name) continue;
    const definition = { name: metric.name, datatype: datatypeOf(metric), unit: unitOf(metric) };
    byName.set(definition.name, definition);
    const alias = aliasOf(metric);
    if (alias !== null) byAlias.set(alias, definition);
  }
  return { byName, byAlias };
}

const isSame = (a: Definition | undefined, b: Definition | undefined): boolean =>
  !a || !b || (a.name === b.name && a.datatype === b.datatype && a.unit === b.unit);

/** Whether what a message gives by alias is the same by both births. */
export const meansTheSame = ({ metrics }: NodePayload, one: Birth, other: Birth): boolean =>
  metrics.every((metric) => {
    const alias = aliasOf(metric);
    if (alias === null) return true;
    return isSame(one.byAlias.get(alias), other.byAlias.get(alias));
  });

/** Whether no alias has another meaning in the one than in the other. */
export const agree = (one: Birth, other: Birth): boolean =>
  [...one.byAlias].every(([alias, definition]) => isSame(definition, other.byAlias.get(alias)));

/** The number that ties a death to its birth (Sparkplug 6.4.9). */
export function bdSeqOf({ metrics }: NodePayload): bigint | null {
  const metric = metrics.find(({ name }) => name === BD_SEQ);
  if (!metric) return null;
  return has(metric, 'longValue')
    ? bigintOf(metric.longValue)
    : has(metric, 'intValue')
      ? BigInt(metric.intValue ?? 0)
      : null;
}

const FIRMWARE = new Set(['FW', 'Firmware', 'Firmware Version', 'FW Version']);
const SERIAL = new Set(['Serial', 'Serial Number']);

/** What it says about itself, in the words of `meta`; `null` when it says nothing. */
export function metaOf({ metrics }: NodePayload): Record<string, string | number | boolean> | null {
  const meta = new Map<string, string | number | boolean>();
  for (const metric of metrics) {
    if (!metric.name || !isProperty(metric.name)) continue;
    const read = wireValueOf(metric, datatypeOf(metric));
    if (read.kind !== 'value') continue;
    const name = metric.name.slice(PROPERTIES.length);
    meta.set(FIRMWARE.has(name) ? 'firmware' : SERIAL.has(name) ? 'serial' : name, read.value);
  }
  return meta.size > 0 ? Object.fromEntries(meta) : null;
}
