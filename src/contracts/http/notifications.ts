// Who is told of alerts and how: escalation by severity, teams, webhooks, what a person wants, and what was sent.
import { Type, type Static } from 'typebox';
import { ROLES } from '../access.ts';
import { Code } from '../product.ts';
import { LANGUAGES, Text } from '../text.ts';
import { SEVERITIES } from '../work-order-states.ts';
import { Choice, Instant, Nullable, PageQuery } from './page.ts';

export const NOTIFICATION_LIMITS = {
  levels: 5,
  recipientsPerLevel: 20,
  teamMembers: 50,
  teams: 100,
  webhooks: 50,
} as const;

export const Recipient = Type.Union([
  Type.Object({ kind: Type.Literal('person'), id: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }) }),
  Type.Object({ kind: Type.Literal('role'), role: Choice(ROLES) }),
  Type.Object({ kind: Type.Literal('team'), team: Code }),
  Type.Object({ kind: Type.Literal('webhook'), id: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }) }),
]);
export type Recipient = Static<typeof Recipient>;

/** From `afterMinutes` without an acknowledgement on, these are told too. */
export const EscalationLevel = Type.Object({
  afterMinutes: Type.Integer({ minimum: 0, maximum: 10_080 }),
  recipients: Type.Array(Recipient, { minItems: 1, maxItems: NOTIFICATION_LIMITS.recipientsPerLevel }),
});
export type EscalationLevel = Static<typeof EscalationLevel>;

export const NewPolicy = Type.Object({
  /** In rising order of `afterMinutes`; none: nobody is told of this severity. */
  levels: Type.Array(EscalationLevel, { maxItems: NOTIFICATION_LIMITS.levels }),
  /** While nobody acknowledges, those of the level reached are told again; null: they are not. */
  repeatMinutes: Nullable(Type.Integer({ minimum: 5, maximum: 10_080 })),
});
export type NewPolicy = Static<typeof NewPolicy>;

export const EscalationPolicy = Type.Interface([NewPolicy], {
  severity: Choice(SEVERITIES),
  revision: Type.Integer(),
  changedBy: Type.String(),
  changedAt: Instant,
});
export type EscalationPolicy = Static<typeof EscalationPolicy>;

const TimeOfDay = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' });
const speech = {
  language: Choice(LANGUAGES),
  /** IANA name; the quiet hours are in it. */
  timeZone: Type.String({ minLength: 1, maxLength: 60 }),
  /** From and to of the hours in which only critical alerts are told; what comes meanwhile is told after them. */
  quietHours: Nullable(Type.Object({ from: TimeOfDay, to: TimeOfDay })),
};

export const Preference = Type.Object({ ...speech, email: Type.Boolean() });
export type Preference = Static<typeof Preference>;

const hook = {
  name: Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' }),
  url: Type.String({ minLength: 8, maxLength: 2000, pattern: '^https?://[^\\s]+$' }),
};
export const NewWebhook = Type.Object({ ...hook, ...speech });
export type NewWebhook = Static<typeof NewWebhook>;
export const WebhookChanges = Type.Partial(Type.Object({ ...hook, ...speech, active: Type.Boolean() }));
export type WebhookChanges = Static<typeof WebhookChanges>;

export const Webhook = Type.Interface([NewWebhook], {
  id: Type.Integer(),
  active: Type.Boolean(),
  createdBy: Type.String(),
  createdAt: Instant,
  revision: Type.Integer(),
});
export type Webhook = Static<typeof Webhook>;

/** The secret is shown this once. */
export const WebhookWithSecret = Type.Object({ webhook: Webhook, secret: Type.String() });
export type WebhookWithSecret = Static<typeof WebhookWithSecret>;

export const NewTeam = Type.Object({
  code: Code,
  name: Text,
  members: Type.Array(Type.Integer({ minimum: 1, maximum: 2_147_483_647 }), {
    maxItems: NOTIFICATION_LIMITS.teamMembers,
    uniqueItems: true,
  }),
});
export type NewTeam = Static<typeof NewTeam>;
export const Team = Type.Interface([NewTeam], { revision: Type.Integer() });
export type Team = Static<typeof Team>;
export const TeamChanges = Type.Partial(
  Type.Object({ name: NewTeam.properties.name, members: NewTeam.properties.members }),
);
export type TeamChanges = Static<typeof TeamChanges>;

/** Whom a policy can name, for its form. */
export const Reachable = Type.Object({
  people: Type.Array(
    Type.Object({ id: Type.Integer(), name: Type.String(), email: Type.String(), role: Choice(ROLES) }),
  ),
  /** What this instance is set up for. */
  email: Type.Boolean(),
  privateWebhooks: Type.Boolean(),
});
export type Reachable = Static<typeof Reachable>;

export const NOTIFICATION_STATES = ['waiting', 'sending', 'sent', 'dead', 'suppressed'] as const;
export type NotificationState = (typeof NOTIFICATION_STATES)[number];
export const NOTIFICATION_CHANNELS = ['email', 'webhook'] as const;
export const OCCASIONS = ['raised', 'worsened', 'escalated', 'repeated', 'returned', 'assigned'] as const;
export type Occasion = (typeof OCCASIONS)[number];
export const HELD_FOR = ['gather', 'storm', 'quiet-hours'] as const;

export const Notification = Type.Object({
  id: Type.Integer(),
  /** Sent with every try, so that who gets it twice can tell. */
  delivery: Type.String(),
  kind: Choice(['alert', 'budget', 'test']),
  channel: Choice(NOTIFICATION_CHANNELS),
  recipient: Type.String(),
  address: Type.String(),
  severity: Nullable(Choice(SEVERITIES)),
  level: Type.Integer(),
  state: Choice(NOTIFICATION_STATES),
  heldFor: Nullable(Choice(HELD_FOR)),
  dueAt: Instant,
  attempts: Type.Integer(),
  lastError: Nullable(Type.String()),
  subject: Nullable(Type.String()),
  createdAt: Instant,
  settledAt: Nullable(Instant),
  /** At most the first 20; `alertCount` says how many there are. */
  alerts: Type.Array(Type.Integer()),
  alertCount: Type.Integer(),
});
export type Notification = Static<typeof Notification>;

export const NotificationQuery = Type.Interface([PageQuery], {
  state: Type.Optional(Choice(NOTIFICATION_STATES)),
  channel: Type.Optional(Choice(NOTIFICATION_CHANNELS)),
});
export type NotificationQuery = Static<typeof NotificationQuery>;

/** One line of an alert's own record: whom it was told to and how that went, or why it was not. */
export const AlertNotice = Type.Object({
  at: Instant,
  occasion: Choice(OCCASIONS),
  level: Type.Integer(),
  recipient: Nullable(Type.String()),
  suppressed: Nullable(Type.String()),
  notification: Nullable(
    Type.Object({
      id: Type.Integer(),
      channel: Choice(NOTIFICATION_CHANNELS),
      state: Choice(NOTIFICATION_STATES),
      heldFor: Nullable(Choice(HELD_FOR)),
      dueAt: Instant,
      settledAt: Nullable(Instant),
      attempts: Type.Integer(),
      lastError: Nullable(Type.String()),
      alertCount: Type.Integer(),
    }),
  ),
});
export type AlertNotice = Static<typeof AlertNotice>;
