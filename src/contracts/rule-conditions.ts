// What a person may write down as the condition of an alarm rule: values beyond a limit, states, rates of change, silence,
// and these held for a while, repeated, or joined by AND and OR.
import { Type, type Static } from 'typebox';
import { Code } from './product.ts';

const LONGEST_S = 2_592_000;
const Seconds = Type.Number({ minimum: 1, maximum: LONGEST_S });
/** How long it must hold without a break before it counts, by the device's own time. */
const forSeconds = Type.Optional(Type.Number({ minimum: 0, maximum: LONGEST_S }));
/** How long a value counts after it was measured, then the part is unknown; absent: five intervals the catalogue expects. */
const freshSeconds = Type.Optional(Seconds);
const exact = { additionalProperties: false } as const;

const held = {
  kind: Type.Literal('threshold'),
  metric: Code,
  /** The value at which the condition ends (hysteresis); absent: the limit itself. */
  clear: Type.Optional(Type.Number()),
  forSeconds,
  freshSeconds,
};
const changing = {
  kind: Type.Literal('rate'),
  metric: Code,
  /** The rate at which the condition ends; absent: the limit itself. */
  clear: Type.Optional(Type.Number()),
  per: Type.Enum(['hour', 'day']),
  /** The window the line is laid through. */
  overSeconds: Type.Number({ minimum: 60, maximum: LONGEST_S }),
  freshSeconds,
};

/** A value strictly beyond a limit. `clear` lies on the healthy side of the limit. */
export const ThresholdCondition = Type.Union([
  Type.Object({ ...held, above: Type.Number() }, exact),
  Type.Object({ ...held, below: Type.Number() }, exact),
]);
export type ThresholdCondition = Static<typeof ThresholdCondition>;

/** A state metric in one of these states; a boolean metric is `true` or `false`. */
export const StateCondition = Type.Object(
  {
    kind: Type.Literal('state'),
    metric: Code,
    in: Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { minItems: 1, maxItems: 20 }),
    forSeconds,
    freshSeconds,
  },
  exact,
);
export type StateCondition = Static<typeof StateCondition>;

/** The slope of a straight line through the window, strictly beyond a limit. */
export const RateCondition = Type.Union([
  Type.Object({ ...changing, above: Type.Number() }, exact),
  Type.Object({ ...changing, below: Type.Number() }, exact),
]);
export type RateCondition = Static<typeof RateCondition>;

/** Nothing heard for longer than this by the server's clock: of the metric, or of the device when none is named. */
export const NoDataCondition = Type.Union([
  Type.Object({ kind: Type.Literal('no-data'), metric: Type.Optional(Code), forSeconds: Seconds }, exact),
  Type.Object(
    {
      kind: Type.Literal('no-data'),
      metric: Type.Optional(Code),
      /** As many times the interval the catalogue expects. */
      intervals: Type.Number({ minimum: 2, maximum: 10_000 }),
    },
    exact,
  ),
]);
export type NoDataCondition = Static<typeof NoDataCondition>;

export type LeafCondition = ThresholdCondition | StateCondition | RateCondition | NoDataCondition;

export type Condition =
  | LeafCondition
  | { kind: 'duration'; forSeconds: number; condition: Condition }
  /** The inner condition began this often within the window. */
  | { kind: 'repeating'; times: number; withinSeconds: number; condition: Condition }
  | { kind: 'all' | 'any'; of: Condition[] };
export type GroupCondition = Exclude<Condition, LeafCondition>;

/** One level: what is inside is a condition again, which condition-shape.ts looks at. */
const Inner = Type.Object(
  { kind: Type.String() },
  { additionalProperties: true, description: 'A condition again, at most 4 levels deep' },
);
export const MOST_TIMES = 100;
export const ConditionLevel = Type.Union([
  ThresholdCondition,
  StateCondition,
  RateCondition,
  NoDataCondition,
  Type.Object({ kind: Type.Literal('duration'), forSeconds: Seconds, condition: Inner }, exact),
  Type.Object(
    {
      kind: Type.Literal('repeating'),
      times: Type.Integer({ minimum: 2, maximum: MOST_TIMES }),
      withinSeconds: Type.Number({ minimum: 60, maximum: LONGEST_S }),
      condition: Inner,
    },
    exact,
  ),
  Type.Object({ kind: Type.Enum(['all', 'any']), of: Type.Array(Inner, { minItems: 2, maxItems: 10 }) }, exact),
]);
export const Condition = Type.Unsafe<Condition>(ConditionLevel);

export const DEEPEST_CONDITION = 4;
export const MOST_CONDITIONS = 20;
