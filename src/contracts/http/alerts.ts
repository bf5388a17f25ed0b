// Alert episodes as the support console reads and changes them.
import { Type, type Static } from 'typebox';
import { Money } from '../money.ts';
import { Code } from '../product.ts';
import { Text } from '../text.ts';
import { ALERT_STATES, SEVERITIES } from '../work-order-states.ts';
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
    }),
  ),
  /** Earlier episodes of the same product and cause with what came of them. */
  similar: Type.Array(
    Type.Object({
      alertId: Type.Integer(),
      device: Code,
      raisedAt: Instant,
      clearedAt: Nullable(Instant),
      workOrderId: Nullable(Type.Integer()),
      confirmed: Nullable(Type.Boolean()),
    }),
  ),
});
export type AlertDetail = Static<typeof AlertDetail>;

export const AlertQuery = Type.Interface([PageQuery], {
  open: Type.Optional(Type.Boolean()),
  state: Type.Optional(Choice(ALERT_STATES)),
  severity: Type.Optional(Choice(SEVERITIES)),
  device: Type.Optional(Code),
  /** Default `-raisedAt`; the console asks for `-valueAtRisk`. */
  sort: Type.Optional(Choice(['-raisedAt', '-valueAtRisk'])),
});
export type AlertQuery = Static<typeof AlertQuery>;

/** Body of every alert change; `at` may lie in the past (back-dated entry). */
export const AlertCommand = Type.Object({
  at: Type.Optional(Instant),
  note: Type.Optional(Type.String({ maxLength: 2000 })),
  assignee: Type.Optional(Type.String({ maxLength: 200 })),
  until: Type.Optional(Instant),
});
export type AlertCommand = Static<typeof AlertCommand>;
export const ALERT_ACTIONS = ['acknowledge', 'assign', 'comment', 'shelve', 'resolve'] as const;
export type AlertAction = (typeof ALERT_ACTIONS)[number];
