// Who stands behind the recipients of a policy: people with their address and wishes, and webhooks; each once.
import type { Scope } from '../contracts/access.ts';
import type { Preference, Recipient } from '../contracts/http/notifications.ts';
import type { Language } from '../contracts/text.ts';
import type { Queryable } from '../db/database.ts';
import type { QuietHours } from './core/quiet-hours.ts';

/** Until a person says otherwise. */
export const DEFAULT_PREFERENCE: Preference = {
  language: 'zh',
  timeZone: 'Asia/Shanghai',
  quietHours: null,
  email: true,
};

export interface Target {
  channel: 'email' | 'webhook';
  userId: number | null;
  webhookId: number | null;
  name: string;
  address: string;
  language: Language;
  timeZone: string;
  quietHours: QuietHours | null;
  /** Webhooks see everything: who sets one up does. */
  scope: Scope;
  /** Why it is never told, or `null`. */
  isOff: 'email-off' | 'webhook-inactive' | null;
}

interface PersonRow {
  id: number;
  email: string;
  name: string;
  regions: string[] | null;
  customers: string[] | null;
  language: Language | null;
  time_zone: string | null;
  quiet_from: string | null;
  quiet_to: string | null;
  wants_email: boolean | null;
}

interface WebhookRow {
  id: number;
  name: string;
  url: string;
  language: Language;
  time_zone: string;
  quiet_from: string | null;
  quiet_to: string | null;
  active: boolean;
}

export const quietOf = ({ quiet_from: from, quiet_to: to }: Pick<WebhookRow, 'quiet_from' | 'quiet_to'>) =>
  from === null || to === null ? null : { from, to };

/** Locked accounts are left out; a webhook that is switched off is told of as such. */
export async function targetsOf(db: Queryable, recipients: readonly Recipient[]): Promise<Target[]> {
  const people = recipients.flatMap((one) => (one.kind === 'person' ? [one.id] : []));
  const roles = recipients.flatMap((one) => (one.kind === 'role' ? [one.role] : []));
  const teams = recipients.flatMap((one) => (one.kind === 'team' ? [one.team] : []));
  const hooks = recipients.flatMap((one) => (one.kind === 'webhook' ? [one.id] : []));
  const found: Target[] = [];
  if (people.length + roles.length + teams.length > 0) {
    const { rows } = await db.prepared<PersonRow>(
      'notification-people',
      `SELECT u.id, u.email, u.name, u.regions, u.customers, p.language, p.time_zone, p.quiet_from, p.quiet_to,
         p.email AS wants_email
       FROM user_account u LEFT JOIN notification_preference p ON p.user_id = u.id
       WHERE u.active AND (u.id = ANY ($1::int[]) OR u.role = ANY ($2::text[])
         OR u.id = ANY (SELECT unnest(members) FROM notification_team WHERE deleted_at IS NULL AND code = ANY ($3::text[])))
       ORDER BY u.id`,
      [people, roles, teams],
    );
    found.push(...rows.map(personTarget));
  }
  if (hooks.length > 0) {
    const { rows } = await db.prepared<WebhookRow>(
      'notification-hooks',
      `SELECT id, name, url, language, time_zone, quiet_from, quiet_to, active FROM notification_webhook
       WHERE deleted_at IS NULL AND id = ANY ($1::int[]) ORDER BY id`,
      [hooks],
    );
    found.push(...rows.map(webhookTarget));
  }
  return found;
}

function personTarget(row: PersonRow): Target {
  return {
    channel: 'email',
    userId: row.id,
    webhookId: null,
    name: row.name,
    address: row.email,
    language: row.language ?? DEFAULT_PREFERENCE.language,
    timeZone: row.time_zone ?? DEFAULT_PREFERENCE.timeZone,
    quietHours: quietOf(row),
    scope: { regions: row.regions, customers: row.customers },
    isOff: row.wants_email === false ? 'email-off' : null,
  };
}

function webhookTarget(row: WebhookRow): Target {
  return {
    channel: 'webhook',
    userId: null,
    webhookId: row.id,
    name: row.name,
    address: row.url,
    language: row.language,
    timeZone: row.time_zone,
    quietHours: quietOf(row),
    scope: { regions: null, customers: null },
    isOff: row.active ? null : 'webhook-inactive',
  };
}
