// The values of a Sparkplug message, named by the birth and grouped by their instants.
import { type Decoded, type Refusal, refuse } from '../decoders/decoded.ts';
import {
  emptyRecord,
  faultOfName,
  faultOfValue,
  foldFaults,
  type Sample,
  type Samples,
  type TelemetryValue,
} from '../decoders/samples.ts';
import { aliasOf, type Birth, datatypeOf, type Definition, isControl, isProperty } from './births.ts';
import { type NodePayload, timestampOf, type WireMetric } from './payload.ts';
import { wireValueOf } from './values.ts';

/** `null`: it goes by an alias that no birth has given. */
function definitionOf(metric: WireMetric, birth: Birth): Definition | null {
  const alias = aliasOf(metric);
  const known = (alias === null ? undefined : birth.byAlias.get(alias)) ?? birth.byName.get(metric.name ?? '');
  if (known) return known;
  return metric.name ? { name: metric.name, datatype: null, unit: null } : null;
}

interface Instant {
  values: Record<string, TelemetryValue>;
  units: Record<string, string>;
}

/** Nothing to store is an answer too: a message may hold nulls, commands and properties alone. */
export function readSamples(payload: NodePayload, birth: Birth): Decoded<Samples> {
  const faults: Refusal[] = [];
  const unsupported = new Set<string>();
  const instants = new Map<number | null, Instant>();
  for (const metric of payload.metrics) {
    const definition = definitionOf(metric, birth);
    if (!definition) {
      faults.push(refuse('birth-missing', `no birth defines alias ${aliasOf(metric) ?? '(none)'}`));
      continue;
    }
    const { name, unit } = definition;
    if (isControl(name) || isProperty(name)) continue;
    const read = wireValueOf(metric, datatypeOf(metric) ?? definition.datatype);
    if (read.kind === 'null') continue;
    const fault = faultOfName(name) ?? (read.kind === 'value' ? faultOfValue(name, read.value) : null);
    if (fault) faults.push(fault);
    else if (read.kind === 'unsupported') unsupported.add(name);
    else {
      const at = timestampOf(metric) ?? payload.timestampMs;
      const instant = instants.get(at) ?? { values: emptyRecord(), units: emptyRecord() };
      instants.set(at, instant);
      if (Object.hasOwn(instant.values, name) && instant.values[name] !== read.value) {
        faults.push(refuse('ambiguous', `${name} is given twice for one instant`));
      } else instant.values[name] = read.value;
      if (unit !== null) instant.units[name] = unit;
    }
  }
  const samples = [...instants].map(([measuredAtMs, { values, units }]): Sample => ({ measuredAtMs, values, units }));
  if (samples.length === 0 && unsupported.size === 0 && faults.length > 0) return foldFaults(faults, false);
  return { ok: true, value: { samples, faults, unsupported: [...unsupported] } };
}
