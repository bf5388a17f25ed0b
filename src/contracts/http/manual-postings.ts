// Postings by hand: a shared cost into a pool, or the reversal of a fact, and the fact each became.
import { Type, type Static } from 'typebox';
import { COST_ELEMENTS } from '../costs.ts';
import { Money, WrittenMoney } from '../money.ts';
import { Code } from '../product.ts';
import { WORDS_PATTERN } from '../text.ts';
import { Choice, Day, Nullable, PageQuery } from './page.ts';
import { Proposed } from './second-person.ts';

const Note = Type.String({ pattern: WORDS_PATTERN, maxLength: 500 });

/** A shared cost for a pool. */
export const NewPoolPosting = Type.Object({
  pool: Code,
  element: Choice(COST_ELEMENTS),
  amount: WrittenMoney,
  occurredOn: Day,
  note: Note,
});
export type NewPoolPosting = Static<typeof NewPoolPosting>;

export const NewReversal = Type.Object({ note: Note });

export const ManualPosting = Type.Interface([Proposed], {
  /** Of a reversal, that of the fact it takes back; null: a cost that no pool holds. */
  pool: Nullable(Code),
  element: Choice(COST_ELEMENTS),
  amount: Money,
  occurredOn: Day,
  note: Type.String(),
  /** The fact it takes back. */
  reverses: Nullable(Type.Integer()),
  /** The fact it became. */
  fact: Nullable(Type.Integer()),
});
export type ManualPosting = Static<typeof ManualPosting>;

export const PostingQuery = Type.Interface([PageQuery], {
  /** Those that wait for a second person alone. */
  waiting: Type.Optional(Type.Boolean()),
});
export type PostingQuery = Static<typeof PostingQuery>;
