// The mapping file of a replay: that of the recording and (optional) the registration of devices that are not there yet,
// with what it takes to price their jobs.
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { NewRate } from '../../contracts/http/rates.ts';
import { Contract, Customer, Engineer, Region, Station } from '../../contracts/http/registry.ts';
import { Product } from '../../contracts/product.ts';
import { RecordingMap } from '../../contracts/recording-map.ts';

const Registration = Type.Object({
  product: Product,
  region: Region,
  station: Type.Pick(Station, ['code', 'name']),
  customer: Type.Pick(Customer, ['code', 'name']),
  /** Without a rate or an engineer nothing can be priced, and what is not priced triggers no work order. */
  contract: Type.Optional(Type.Omit(Contract, ['customer'])),
  engineers: Type.Optional(Type.Array(Type.Omit(Engineer, ['station']))),
  rates: Type.Optional(Type.Array(NewRate)),
});
export type Registration = Static<typeof Registration>;

export const ReplayMap = Type.Interface(
  [RecordingMap],
  { registration: Type.Optional(Registration) },
  { additionalProperties: false },
);
export type ReplayMap = Static<typeof ReplayMap>;

/** Reads a mapping; throws an Error that names every fault in it. */
export function parseReplayMap(text: string, name: string): ReplayMap {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new Error(`${name} is not JSON: ${(error as Error).message}`, { cause: error });
  }
  if (Value.Check(ReplayMap, parsed)) return parsed;
  const faults = [...Value.Errors(ReplayMap, parsed)].slice(0, FAULTS_TOLD);
  const told = faults.map(({ instancePath, message }) => {
    const hint = HINTS[instancePath];
    return `  ${instancePath || '/'}: ${message}${hint === undefined ? '' : `; ${hint}`}`;
  });
  throw new Error(`${name} is not a replay mapping:\n${[...new Set(told)].join('\n')}\nSee examples/replay.`);
}

const FAULTS_TOLD = 12;
/** What belongs there, where the schema's own words do not say it. */
const HINTS: Readonly<Record<string, string>> = {
  '': 'it takes `time`, `device`, `metrics` and (optional) `registration`',
  '/time': 'give {"column": "..."}',
  '/device': 'give {"column": "...", "prefix": "..."}, or {"id": "..."} for a recording of one device',
  '/metrics': 'give {"column": "metric-code", ...}',
};
