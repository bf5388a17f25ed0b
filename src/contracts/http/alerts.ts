// Alert episodes as the support console reads and changes them.
import { Type, type Static } from 'typebox';
import { ALERT_ACTIONS, type AlertAction, RESOLUTIONS } from '../alert-steps.ts';
import { Money } from '../money.ts';
import { Code } from '../product.ts';
import { Text } from '../text.ts';
import { ALERT_STATES, SEVERITIES } from '../work-order-states.ts';
import { Explanation } from './explanations.ts';
import { AlertNotice } from './notifications.ts';
import { Contributor, Probability, RulHours } from './devices.ts';
import { Choice, Instant, Named, Nullable, PageQuery } from './page.ts';

export const Alert = Type.Object({
  id: Type.Integer(),
  device: Code,
  product: Named,
  customer: Named,
  region: Code,
  contractType: Nullable(Type.String()),
  cause: Type.String(),
  component: Nullable(Named),
  failureMode: Nullable(Named),
  metric: Nullable(Type.String()),
  severity: Choice(SEVERITIES),
  state: Choice(ALERT_STATES),
  raisedAt: Instant,
  lastSeenAt: Instant,
  clearedAt: Nullable(Instant),
  findings: Type.Integer(),
  /** Why, in one sentence an engineer would say. */
  reason: Text,
  contributors: Type.Array(Contributor),
  window: Type.Object({ from: Instant, to: Instant }),
  probability: Nullable(Probability),
  rulHours: Nullable(RulHours),
  valueAtRisk: Nullable(Money),
  workOrderId: Nullable(Type.Integer()),
  assignee: Nullable(Type.String()),
  shelvedUntil: Nullable(Instant),
  /** What a person said the cause was, when it was resolved by one. */
  resolution: Nullable(Choice(RESOLUTIONS)),
  /** How far its escalation has come: from 2 on, more than the first were told. */
  escalationLevel: Type.Integer(),
  revision: Type.Integer(),
});
export type Alert = Static<typeof Alert>;

export const AlertChange = Type.Object({
  at: Instant,
  recordedAt: Instant,
  actor: Type.String(),
  change: Type.String(),
  note: Nullable(Type.String()),
});
export const AlertDetail = Type.Object({
  alert: Alert,
  history: Type.Array(AlertChange),
  /** What a planned fix takes: remedy, part, hours; null where the cause maps to no failure mode. */
  nextStep: Nullable(
    Type.Object({
      remedy: Text,
      part: Nullable(Type.String()),
      labourHours: Type.Number(),
      people: Type.Integer(),
      remote: Type.Boolean(),
      /** Who of the station would go. */
      engineer: Nullable(Named),
    }),
  ),
  /** The earlier episodes of the same product and component that are most like it, with what came of them. */
  similar: Type.Array(
    Type.Object({
      alertId: Type.Integer(),
      device: Code,
      raisedAt: Instant,
      clearedAt: Nullable(Instant),
      workOrderId: Nullable(Type.Integer()),
      confirmed: Nullable(Type.Boolean()),
      /** How what was predicted ended, and how long before the failure it was said; null while that is open. */
      outcome: Nullable(Choice(['true-positive', 'false-positive', 'censored'])),
      leadHours: Nullable(Type.Number()),
      /** 1 = the same metrics spoke in the same direction as loudly, 0 = nothing in common. */
      likeness: Type.Number(),
    }),
  ),
  explanation: Explanation,
  /** Whom it was told to and how that went, or why it was not. */
  notices: Type.Array(AlertNotice),
});
export type AlertDetail = Static<typeof AlertDetail>;
/** What the predictor knows of it; whom it was told to is the notifications' own. */
export type AlertAccount = Omit<AlertDetail, 'notices'>;

export const AlertQuery = Type.Interface([PageQuery], {
  open: Type.Optional(Type.Boolean()),
  state: Type.Optional(Choice(ALERT_STATES)),
  severity: Type.Optional(Choice(SEVERITIES)),
  device: Type.Optional(Code),
  product: Type.Optional(Code),
  customer: Type.Optional(Code),
  region: Type.Optional(Code),
  component: Type.Optional(Code),
  cause: Type.Optional(Type.String({ maxLength: 200 })),
  assignee: Type.Optional(Type.String({ maxLength: 200 })),
  /** Whether it is put off just now. */
  shelved: Type.Optional(Type.Boolean()),
  /** Raised from then on, and before then. */
  from: Type.Optional(Instant),
  to: Type.Optional(Instant),
  /** Default `-raisedAt`; the console asks for `-valueAtRisk`. */
  sort: Type.Optional(Choice(['-raisedAt', '-lastSeenAt', '-severity', '-valueAtRisk'])),
});
export type AlertQuery = Static<typeof AlertQuery>;

/** Body of every alert change; `at` may lie in the past (back-dated entry). */
export const AlertCommand = Type.Object({
  at: Type.Optional(Instant),
  note: Type.Optional(Type.String({ maxLength: 2000 })),
  assignee: Type.Optional(Type.String({ maxLength: 200 })),
  until: Type.Optional(Instant),
  /** Of a resolve: what the cause was. */
  resolution: Type.Optional(Choice(RESOLUTIONS)),
});
export type AlertCommand = Static<typeof AlertCommand>;
export { ALERT_ACTIONS, type AlertAction };

const BULK_LIMIT = 200;
/** One action on several alerts; each is done or refused by itself. */
export const AlertBulk = Type.Interface([AlertCommand], {
  ids: Type.Array(Type.Integer({ minimum: 1, maximum: 2_147_483_647 }), {
    minItems: 1,
    maxItems: BULK_LIMIT,
    uniqueItems: true,
  }),
  action: Choice(ALERT_ACTIONS),
});
export type AlertBulk = Static<typeof AlertBulk>;

export const AlertBulkResult = Type.Object({
  changed: Type.Array(Alert),
  refused: Type.Array(Type.Object({ id: Type.Integer(), code: Type.String(), detail: Type.String() })),
});
export type AlertBulkResult = Static<typeof AlertBulkResult>;
