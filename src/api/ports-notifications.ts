// What the API asks of the notifications room.
import type {
  AlertNotice,
  EscalationPolicy,
  NewPolicy,
  NewTeam,
  NewWebhook,
  Notification,
  NotificationQuery,
  Preference,
  Reachable,
  Team,
  TeamChanges,
  Webhook,
  WebhookChanges,
  WebhookWithSecret,
} from '../contracts/http/notifications.ts';
import type { Page } from '../contracts/http/page.ts';
import type { Severity } from '../contracts/work-order-states.ts';

export interface Notifications {
  list(query: NotificationQuery): Promise<Page<Notification>>;
  ofAlert(alertId: number): Promise<AlertNotice[]>;
  resend(id: number): Promise<Notification>;
  test(to: { userId: number } | { webhookId: number }): Promise<Notification>;
  reachable(): Promise<Reachable>;
  policies(): Promise<EscalationPolicy[]>;
  policy(severity: Severity): Promise<EscalationPolicy>;
  writePolicy(
    severity: Severity,
    policy: NewPolicy,
    change: { actor: string; revision?: number },
  ): Promise<EscalationPolicy>;
  teams(): Promise<Team[]>;
  team(code: string): Promise<Team | null>;
  createTeam(team: NewTeam): Promise<Team>;
  changeTeam(code: string, changes: TeamChanges, revision?: number): Promise<Team>;
  deleteTeam(code: string, actor: string, revision?: number): Promise<void>;
  webhooks(): Promise<Webhook[]>;
  webhook(id: number): Promise<Webhook | null>;
  createWebhook(body: NewWebhook, actor: string): Promise<WebhookWithSecret>;
  changeWebhook(id: number, changes: WebhookChanges, revision?: number): Promise<Webhook>;
  rotateSecret(id: number): Promise<WebhookWithSecret>;
  deleteWebhook(id: number, actor: string, revision?: number): Promise<void>;
  preference(userId: number): Promise<Preference>;
  writePreference(userId: number, preference: Preference): Promise<Preference>;
}
