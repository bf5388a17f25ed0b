// Alarm rules: the condition a person writes down, and the rule as the API takes and shows it.
import { Type, type Static } from 'typebox';
import { Instant, Nullable } from './http/page.ts';
import { Code } from './product.ts';
import { Text } from './text.ts';
import { SEVERITIES } from './work-order-states.ts';

const held = {
  kind: Type.Literal('threshold'),
  metric: Code,
  /** The value at which the condition ends (hysteresis); absent: the limit itself. */
  clear: Type.Optional(Type.Number()),
  /** How long the value must stay beyond the limit before the rule speaks, by the device's own time. */
  forSeconds: Type.Optional(Type.Number({ minimum: 0, maximum: 2_592_000 })),
};

/** A value strictly beyond a limit. `clear` lies on the healthy side of the limit. */
export const Condition = Type.Union([
  Type.Object({ ...held, above: Type.Number() }, { additionalProperties: false }),
  Type.Object({ ...held, below: Type.Number() }, { additionalProperties: false }),
]);
export type Condition = Static<typeof Condition>;

const Severity = Type.Enum([...SEVERITIES]);

export const NewRule = Type.Object({
  product: Code,
  /** One device only; absent: every device of the product. */
  device: Type.Optional(Nullable(Code)),
  component: Type.Optional(Nullable(Code)),
  name: Text,
  condition: Condition,
  severity: Severity,
  /** Shortest time between two episodes of this rule on one device. */
  refractoryMinutes: Type.Optional(Type.Integer({ minimum: 0, maximum: 43_200 })),
  /** Readings measured before it are not judged; absent: from now on. */
  effectiveFrom: Type.Optional(Instant),
});
export type NewRule = Static<typeof NewRule>;

export const Rule = Type.Object({
  id: Type.Integer(),
  product: Code,
  device: Nullable(Code),
  component: Nullable(Code),
  name: Text,
  condition: Condition,
  severity: Severity,
  refractoryMinutes: Type.Integer(),
  version: Type.Integer(),
  effectiveFrom: Instant,
  active: Type.Boolean(),
});
export type Rule = Static<typeof Rule>;
