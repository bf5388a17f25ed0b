// Master data as it is posted and read: regions, stations, customers, sites, contracts, engineers, parts.
import { Type, type Static } from 'typebox';
import { WrittenMoney } from '../money.ts';
import { Code } from '../product.ts';
import { Text } from '../text.ts';
import { Terms } from './contract-terms.ts';
import { Choice, DayTold, Nullable } from './page.ts';

const Latitude = Nullable(Type.Number({ minimum: -90, maximum: 90 }));
const Longitude = Nullable(Type.Number({ minimum: -180, maximum: 180 }));

export const Region = Type.Object({ code: Code, name: Text });
export type Region = Static<typeof Region>;

export const Station = Type.Object({ code: Code, name: Text, region: Code, lat: Latitude, lon: Longitude });
export type Station = Static<typeof Station>;

export const Customer = Type.Object({
  code: Code,
  name: Text,
  group: Nullable(Code),
  tier: Nullable(Type.String({ maxLength: 20 })),
  region: Code,
});
export type Customer = Static<typeof Customer>;

export const Site = Type.Object({ code: Code, name: Text, customer: Code, lat: Latitude, lon: Longitude });
export type Site = Static<typeof Site>;

export const Contract = Type.Interface([Terms], {
  code: Code,
  customer: Code,
  startsOn: DayTold('The first day'),
  endsOn: DayTold('The last day, which still belongs to the contract; it may be the first'),
});
export type Contract = Static<typeof Contract>;

export const Engineer = Type.Object({
  code: Code,
  name: Text,
  station: Code,
  skills: Type.Array(Code),
  hourlyRate: WrittenMoney,
});
export type Engineer = Static<typeof Engineer>;

export const Part = Type.Object({
  code: Code,
  name: Text,
  unitCost: WrittenMoney,
  controlledBy: Choice(['none', 'lot', 'serial']),
});
export type Part = Static<typeof Part>;
