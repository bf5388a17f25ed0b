// The notifications room: follows alerts and expected overruns in the event log, escalates what nobody acknowledges, and tells
// people by mail and systems by webhook. Puts its parts together; each is a file of its own.
import type { BaseLogger } from 'pino';
import type { Registry } from 'prom-client';
import type { LoggedEvent } from '../contracts/events.ts';
import type { Notification, Reachable } from '../contracts/http/notifications.ts';
import { Problem } from '../contracts/problems.ts';
import type { Clock } from '../contracts/time.ts';
import { type Consumer, startConsumer } from '../db/consumer.ts';
import type { Database, Transaction } from '../db/database.ts';
import type { EventLog } from '../db/event-log.ts';
import { tellAssignee } from './assignment.ts';
import { tellBudget } from './budget-notices.ts';
import { deliverDue, startRounds } from './deliveries.ts';
import { begin, comeBack, type Escalating, moveDue, worsen } from './escalations.ts';
import { DEFAULT_NOTIFICATION_LIMITS, type NotificationLimits } from './limits.ts';
import { createMail } from './mail.ts';
import { notificationMetrics } from './metrics.ts';
import { createNotificationReads, type NotificationReads } from './notification-reads.ts';
import { beginTest, type Outbox, OUTBOX_CHANGED } from './outbox.ts';
import { createPolicies, type Policies } from './policies.ts';
import { createPreferences, type Preferences } from './preferences.ts';
import { type Target, targetsOf } from './recipients.ts';
import { createSealer } from './secrets.ts';
import { createWebhookSender } from './webhook-sender.ts';
import { createWebhooks, type Webhooks } from './webhooks.ts';

export interface NotificationsOptions {
  database: Database;
  eventLog: EventLog;
  clock: Clock;
  random: (bytes: number) => Buffer;
  log: BaseLogger;
  metrics: Registry;
  /** `null`: no mail is sent, and alerts say so. */
  smtp: { url: string; from: string } | null;
  publicUrl: string | null;
  allowsPrivateWebhooks: boolean;
  /** Seals the secrets of webhooks; asked for when the first is needed. */
  secretsKey: () => string;
  /** False in a process that only answers questions: it follows nothing and sends nothing. */
  isSending?: boolean;
  limits?: Partial<NotificationLimits>;
}

export interface Notifications extends NotificationReads, Policies, Webhooks, Preferences {
  reachable(): Promise<Reachable>;
  /** A test message by mail to a person, or to a webhook. */
  test(to: { userId: number } | { webhookId: number }): Promise<Notification>;
  /** Once more, of one that was given up. */
  resend(id: number): Promise<Notification>;
  /** Resolves when every event so far is dealt with; sending may still be under way. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

const FOLLOWED = ['alert.raised', 'alert.enriched', 'alert.changed', 'budget.overrun-changed'] as const;
type Followed = LoggedEvent<(typeof FOLLOWED)[number]>;

export async function startNotifications(options: NotificationsOptions): Promise<Notifications> {
  const { database, eventLog, clock, random, log, smtp, publicUrl, allowsPrivateWebhooks, isSending = true } = options;
  const limits: NotificationLimits = { ...DEFAULT_NOTIFICATION_LIMITS, ...options.limits };
  const metrics = notificationMetrics(options.metrics);
  const sealer = createSealer(options.secretsKey, random);
  const outbox: Outbox = {
    hasMail: smtp !== null,
    random,
    onSuppressed: (reason) => metrics.suppressed.inc({ reason }),
  };
  const escalating: Escalating = { outbox, limits, onTold: (occasion) => metrics.escalated.inc({ occasion }) };
  const senders = {
    email: smtp === null ? null : createMail({ ...smtp, publicUrl, timeoutMs: limits.sendMs }),
    webhook: createWebhookSender({
      sealer,
      allowsPrivate: allowsPrivateWebhooks,
      publicUrl,
      timeoutMs: limits.sendMs,
      clock,
    }),
  };
  const reads = createNotificationReads(database);

  let consumer: Consumer | null = null;
  const closers: (() => Promise<void> | void)[] = [];
  if (isSending) {
    consumer = await startConsumer({
      database,
      eventLog,
      log,
      name: 'notifications',
      types: FOLLOWED,
      handle: (tx, event) => follow(tx, escalating, event, clock.now()),
    });
    const escalation = startRounds(() => moveDue(database, escalating, clock.now()), limits.pollMs, log);
    const delivery = startRounds(
      () => deliverDue({ database, senders, limits, metrics, clock, random, log }),
      limits.pollMs,
      log,
    );
    closers.push(
      database.onNotify(OUTBOX_CHANGED, () => delivery.wake()),
      () => consumer?.close(),
      () => escalation.close(),
      () => delivery.close(),
    );
  }

  async function present(id: number): Promise<Notification> {
    const found = await reads.one(id);
    if (found === null) throw new Problem('not-found', `There is no notification ${id}`);
    return found;
  }

  return {
    ...reads,
    ...createPolicies(database, clock),
    ...createWebhooks({ database, sealer, random, clock, allowsPrivate: allowsPrivateWebhooks }),
    ...createPreferences(database, clock),
    async reachable() {
      const people = await createPolicies(database, clock).people();
      return { people, email: smtp !== null, privateWebhooks: allowsPrivateWebhooks };
    },
    async test(to) {
      const recipient =
        'userId' in to
          ? ({ kind: 'person', id: to.userId } as const)
          : ({ kind: 'webhook', id: to.webhookId } as const);
      const id = await database.transaction(async (tx) => {
        const target = (await targetsOf(tx, [recipient]))[0];
        if (target === undefined) throw new Problem('not-found', 'There is nobody to send a test to');
        if (target.channel === 'email' && smtp === null) {
          throw new Problem(
            'refused',
            'E-mail is not set up: set STETHOS_SMTP_URL and STETHOS_SMTP_FROM and start again',
          );
        }
        await refuseHaste(tx, target, clock.now());
        return beginTest(tx, outbox, target, clock.now());
      });
      return present(id);
    },
    async resend(id) {
      const before = await present(id);
      await database.transaction(async (tx) => {
        const { rowCount } = await tx.query(
          `UPDATE notification SET state = 'waiting', attempts = 0, due_at = $2, settled_at = NULL WHERE id = $1 AND state = 'dead'`,
          [id, new Date(clock.now())],
        );
        if (rowCount === 0) {
          throw new Problem(
            'transition-refused',
            `notification ${id} is ${before.state}; only one that was given up is sent again`,
          );
        }
        tx.notify(OUTBOX_CHANGED);
      });
      return present(id);
    },
    idle: async () => consumer?.idle(),
    async close() {
      for (const close of closers) await close();
      senders.email?.close();
    },
  };
}

const TEST_PAUSE_MS = 10_000;

async function refuseHaste(tx: Transaction, { userId, webhookId }: Target, nowMs: number): Promise<void> {
  const { rows } = await tx.query(
    "SELECT 1 FROM notification WHERE kind = 'test' AND (user_id = $1 OR webhook_id = $2) AND created_at > $3 LIMIT 1",
    [userId, webhookId, new Date(nowMs - TEST_PAUSE_MS)],
  );
  if (rows.length > 0) throw new Problem('too-many-requests', 'A test was sent a moment ago; wait ten seconds');
}

async function follow(tx: Transaction, escalating: Escalating, event: Followed, nowMs: number): Promise<void> {
  const { type, payload } = event;
  if (type === 'budget.overrun-changed') await tellBudget(tx, escalating.outbox, payload, nowMs);
  else if (type === 'alert.raised') await begin(tx, escalating, payload.alertId, nowMs);
  else if (type === 'alert.enriched') await worsen(tx, escalating, payload.alertId, nowMs);
  else if (payload.change === 'returned') await comeBack(tx, escalating, payload.alertId, nowMs);
  else if (payload.change === 'assign') await tellAssignee(tx, escalating, payload, nowMs);
}
