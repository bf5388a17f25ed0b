// Values of a dimension that were merged: which one stands for which, since when and why.
import { Type, type Static } from 'typebox';
import { DIMENSIONS } from '../costs.ts';
import { WORDS_PATTERN } from '../text.ts';
import { Choice, Nullable } from './page.ts';
import { Proposed } from './second-person.ts';

/** Dimensions whose values are codes of master data, and so may be merged. */
export const MERGEABLE = DIMENSIONS.filter((dimension) => !['element', 'work-order', 'period'].includes(dimension));

const Value = Type.String({ minLength: 1, maxLength: 100 });

export const NewDimensionMapping = Type.Object({
  dimension: Choice(MERGEABLE),
  from: Value,
  /** The value that stands for it from now on; null: it stands for itself again. */
  to: Nullable(Value),
  reason: Type.String({ pattern: WORDS_PATTERN, maxLength: 500 }),
});
export type NewDimensionMapping = Static<typeof NewDimensionMapping>;

export const DimensionMapping = Type.Interface([NewDimensionMapping, Proposed], {
  /** False of an entry that is not approved, or that a newer one has replaced. */
  isInForce: Type.Boolean(),
});
export type DimensionMapping = Static<typeof DimensionMapping>;
