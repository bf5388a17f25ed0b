// The mapping file of a replay: which column is the time, which the device, which metric each other column becomes, and
// (optional) the registration of devices that are not there yet, with what it takes to price their jobs.
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { Rate } from '../../contracts/http/costs.ts';
import { Contract, Customer, Engineer, Region, Station } from '../../contracts/http/registry.ts';
import { Code, Product } from '../../contracts/product.ts';

const Registration = Type.Object({
  product: Product,
  region: Region,
  station: Type.Pick(Station, ['code', 'name']),
  customer: Type.Pick(Customer, ['code', 'name']),
  /** Without a rate or an engineer nothing can be priced, and what is not priced triggers no work order. */
  contract: Type.Optional(Type.Omit(Contract, ['customer'])),
  engineers: Type.Optional(Type.Array(Type.Omit(Engineer, ['station']))),
  rates: Type.Optional(Type.Array(Rate)),
});
export type Registration = Static<typeof Registration>;

export const ReplayMap = Type.Object(
  {
    /** Times without an offset are read as UTC: `2015-01-01 06:00:00`, ISO 8601, or epoch milliseconds. */
    time: Type.Object({ column: Type.String() }),
    device: Type.Union([Type.Object({ column: Type.String(), prefix: Type.String() }), Type.Object({ id: Code })]),
    /** Column -> metric code; columns that are not named are left out. */
    metrics: Type.Record(Type.String(), Code),
    registration: Type.Optional(Registration),
  },
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
  const faults = [...Value.Errors(ReplayMap, parsed)].slice(0, 8);
  const told = faults.map((fault) => `  ${fault.instancePath || '/'}: ${fault.message}`).join('\n');
  throw new Error(`${name} is not a replay mapping:\n${told}`);
}
