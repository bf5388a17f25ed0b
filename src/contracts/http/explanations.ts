// Why an alert says what it says, for the person who has to decide: what speaks for it in words, what speaks against it, how
// good the data was, and how often such alerts were right.
import { Type, type Static } from 'typebox';
import { QUALITY_KINDS } from '../quality.ts';
import { Text } from '../text.ts';
import { Choice, Instant, Named, Nullable } from './page.ts';

export const COUNTER_KINDS = ['quiet-sign', 'back-to-normal', 'recent-repair', 'refuted-before'] as const;

export const Explanation = Type.Object({
  /** The metric that speaks with what is normal for it; null where it has no normal of its own. */
  speaks: Nullable(
    Type.Object({
      metric: Type.String(),
      expected: Nullable(Type.Number()),
      low: Nullable(Type.Number()),
      high: Nullable(Type.Number()),
      /** Learnt from this unit, or what the catalogue calls normal. */
      basis: Choice(['own', 'catalogue']),
    }),
  ),
  /** The strongest first, at most three: direction, size and since when, in one sentence each. */
  statements: Type.Array(Text),
  /** What does not fit; each a sentence with where it comes from. */
  counter: Type.Array(
    Type.Object({
      kind: Choice(COUNTER_KINDS),
      text: Text,
      metric: Nullable(Type.String()),
      workOrderId: Nullable(Type.Integer()),
      alertId: Nullable(Type.Integer()),
    }),
  ),
  /** Of the data in the evidence window. */
  quality: Nullable(
    Type.Object({
      from: Instant,
      to: Instant,
      /** Received of expected readings; null where nothing was expected. */
      completeness: Nullable(Type.Number()),
      events: Type.Array(
        Type.Object({
          kind: Choice(QUALITY_KINDS),
          metric: Nullable(Named),
          openedAt: Instant,
          closedAt: Nullable(Instant),
          /** It concerns a metric that speaks, or the device as a whole. */
          isRelevant: Type.Boolean(),
        }),
      ),
    }),
  ),
  /** How earlier alerts of this kind turned out. */
  calibration: Type.Object({
    /** Whose outcomes these are: of this failure mode, of the product, or of all predictions. */
    of: Choice(['failure-mode', 'product', 'all']),
    n: Type.Integer(),
    right: Type.Integer(),
    /** With its 80 % interval; null while n is 0. */
    share: Nullable(Type.Object({ value: Type.Number(), low: Type.Number(), high: Type.Number() })),
    text: Text,
  }),
});
export type Explanation = Static<typeof Explanation>;
