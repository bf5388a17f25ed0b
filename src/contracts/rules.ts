// Alarm rules as the API takes and shows them: what a person writes down, its versions, and who put which in force when.
import { Type, type Static } from 'typebox';
import { Choice, Instant, Nullable } from './http/page.ts';
import { Code } from './product.ts';
import { Condition } from './rule-conditions.ts';
import { Text } from './text.ts';
import { SEVERITIES } from './work-order-states.ts';

const Minute = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' });

/** When the rule may speak. Outside of it an episode that is open stays open until it clears. */
export const Schedule = Type.Object(
  {
    /** IANA name of the hospital's time zone, for example `Asia/Shanghai`. */
    timeZone: Type.String({ minLength: 1, maxLength: 64 }),
    /** 1 = Monday ... 7 = Sunday: the day on which the span begins. */
    days: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { minItems: 1, maxItems: 7, uniqueItems: true }),
    from: Minute,
    /** Up to, not including; not later than `from`: on the day after. Equal: around the clock. */
    to: Minute,
  },
  { additionalProperties: false },
);
export type Schedule = Static<typeof Schedule>;

const Severity = Choice(SEVERITIES);
const Why = Type.String({ minLength: 1, maxLength: 2000 });

const definition = {
  component: Type.Optional(Nullable(Code)),
  name: Text,
  condition: Condition,
  severity: Severity,
  /** Shortest time between two episodes of this rule on one device. */
  refractoryMinutes: Type.Optional(Type.Integer({ minimum: 0, maximum: 43_200 })),
  schedule: Type.Optional(Nullable(Schedule)),
  /** An override that is off silences the rule it overrides on its device. */
  off: Type.Optional(Type.Boolean()),
  /** Readings measured before it are not judged; absent: from its activation on. */
  effectiveFrom: Type.Optional(Instant),
  /** Why it is written, or changed. */
  why: Type.Optional(Why),
};

export const NewRule = Type.Object({
  product: Code,
  /** One device only; absent: every device of the product. */
  device: Type.Optional(Nullable(Code)),
  /** The product's rule that this one takes the place of on its device. */
  overrides: Type.Optional(Nullable(Type.Integer({ minimum: 1 }))),
  ...definition,
});
export type NewRule = Static<typeof NewRule>;

/** What is left out stays as in the version before. */
export const RuleChange = Type.Partial(Type.Object({ ...definition, why: Why }));
export type RuleChange = Static<typeof RuleChange>;

export const RULE_MODES = ['shadow', 'active'] as const;
export type RuleMode = (typeof RULE_MODES)[number];

const content = {
  component: Nullable(Code),
  name: Text,
  condition: Condition,
  severity: Severity,
  refractoryMinutes: Type.Integer(),
  schedule: Nullable(Schedule),
  off: Type.Boolean(),
};

export const RuleDecision = Type.Object({
  decision: Choice(['activated', 'deactivated']),
  /** `null` where it was taken out of force. */
  mode: Nullable(Choice(RULE_MODES)),
  effectiveFrom: Instant,
  actor: Type.String(),
  at: Instant,
  note: Nullable(Type.String()),
});
export type RuleDecision = Static<typeof RuleDecision>;

export const RuleVersion = Type.Object({
  version: Type.Integer(),
  ...content,
  /** From when the author wants it to count; `null`: from its activation on. */
  effectiveFrom: Nullable(Instant),
  why: Nullable(Type.String()),
  author: Type.String(),
  createdAt: Instant,
  decisions: Type.Array(RuleDecision),
});
export type RuleVersion = Static<typeof RuleVersion>;

export const Rule = Type.Object({
  id: Type.Integer(),
  product: Code,
  device: Nullable(Code),
  overrides: Nullable(Type.Integer()),
  /** The version in force, else the newest. */
  ...content,
  version: Type.Integer(),
  effectiveFrom: Instant,
  /** A version is in force, or will be from `effectiveFrom` on. */
  active: Type.Boolean(),
  /** `null` while nothing is in force. */
  mode: Nullable(Choice(RULE_MODES)),
  /** A newer version that nobody has put in force yet. */
  draft: Nullable(Type.Integer()),
  author: Type.String(),
  /** Episodes open now, in shadow mode those it would have open. */
  openEpisodes: Type.Integer(),
  revision: Type.Integer(),
});
export type Rule = Static<typeof Rule>;

export const RuleActivation = Type.Object({
  /** Absent: the newest. */
  version: Type.Optional(Type.Integer({ minimum: 1 })),
  mode: Type.Optional(Choice(RULE_MODES)),
  effectiveFrom: Type.Optional(Instant),
  note: Type.Optional(Type.String({ maxLength: 2000 })),
});
export type RuleActivation = Static<typeof RuleActivation>;

export const RuleDeactivation = Type.Object({ note: Type.Optional(Type.String({ maxLength: 2000 })) });
export type RuleDeactivation = Static<typeof RuleDeactivation>;
