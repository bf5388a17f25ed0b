// Labour and travel rates by date, as they are proposed and listed.
import { Type, type Static } from 'typebox';
import { WrittenMoney } from '../money.ts';
import { Code } from '../product.ts';
import { Choice, Instant, Nullable } from './page.ts';
import { Proposed } from './second-person.ts';

export const RATE_KINDS = ['labour-hour', 'travel-hour', 'travel-km'] as const;
export const NewRate = Type.Object({
  kind: Choice(RATE_KINDS),
  /** null: for everyone without a rate of their own. */
  engineer: Nullable(Code),
  amount: WrittenMoney,
  effectiveFrom: Instant,
});
export type NewRate = Static<typeof NewRate>;

export const Rate = Type.Interface([NewRate, Proposed], {});
export type Rate = Static<typeof Rate>;
