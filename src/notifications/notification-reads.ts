// What was sent, what waits and what was given up; and of one alert, whom it was told to or why it was not.
import type { AlertNotice, Notification, NotificationQuery } from '../contracts/http/notifications.ts';
import { keyOf, limitOf, pageOf } from '../contracts/http/cursor.ts';
import type { Page } from '../contracts/http/page.ts';
import type { Queryable } from '../db/database.ts';

export interface NotificationReads {
  /** Newest first. */
  list(query: NotificationQuery): Promise<Page<Notification>>;
  one(id: number): Promise<Notification | null>;
  /** Oldest first, at most the newest 200. */
  ofAlert(alertId: number): Promise<AlertNotice[]>;
}

interface Row {
  id: bigint;
  delivery: string;
  kind: Notification['kind'];
  channel: Notification['channel'];
  recipient: string;
  address: string;
  severity: Notification['severity'];
  level: number;
  state: Notification['state'];
  held_for: Notification['heldFor'];
  due_at: Date;
  attempts: number;
  last_error: string | null;
  subject: string | null;
  created_at: Date;
  settled_at: Date | null;
  alerts: bigint[] | null;
  alert_count: number;
}

const NAMED_LIMIT = 20;
const NOTICES_LIMIT = 200;

const SELECT = `SELECT n.id, n.delivery, n.kind, n.channel, n.recipient, n.address, n.severity, n.level, n.state, n.held_for,
    n.due_at, n.attempts, n.last_error, n.content->>'subject' AS subject, n.created_at, n.settled_at, a.alerts,
    coalesce(a.alert_count, 0)::int AS alert_count
  FROM notification n LEFT JOIN LATERAL (
    SELECT (array_agg(DISTINCT alert_id))[1:${NAMED_LIMIT}] AS alerts, count(DISTINCT alert_id) AS alert_count
    FROM notification_alert WHERE notification_id = n.id) a ON true`;

const toNotification = (row: Row): Notification => ({
  id: Number(row.id),
  delivery: row.delivery,
  kind: row.kind,
  channel: row.channel,
  recipient: row.recipient,
  address: row.address,
  severity: row.severity,
  level: row.level,
  state: row.state,
  heldFor: row.held_for,
  dueAt: row.due_at.toISOString(),
  attempts: row.attempts,
  lastError: row.last_error,
  subject: row.subject,
  createdAt: row.created_at.toISOString(),
  settledAt: row.settled_at?.toISOString() ?? null,
  alerts: (row.alerts ?? []).map(Number),
  alertCount: row.alert_count,
});

interface NoticeRow extends Omit<Row, 'id' | 'state'> {
  at: Date;
  occasion: AlertNotice['occasion'];
  told_level: number;
  told_to: string | null;
  suppressed: string | null;
  id: bigint | null;
  state: Notification['state'];
}

export function createNotificationReads(db: Queryable): NotificationReads {
  return {
    async list(query) {
      const limit = limitOf(query);
      const after = keyOf(query, 'integer')?.[0] ?? null;
      const { rows } = await db.query<Row>(
        `${SELECT} WHERE ($1::text IS NULL OR n.state = $1) AND ($2::text IS NULL OR n.channel = $2)
           AND ($3::bigint IS NULL OR n.id < $3) ORDER BY n.id DESC LIMIT $4`,
        [query.state ?? null, query.channel ?? null, after, limit + 1],
      );
      return pageOf(rows, limit, (row) => [String(row.id)], toNotification);
    },
    async one(id) {
      const row = (await db.query<Row>(`${SELECT} WHERE n.id = $1`, [id])).rows[0];
      return row === undefined ? null : toNotification(row);
    },
    async ofAlert(alertId) {
      const { rows } = await db.query<NoticeRow>(
        `SELECT e.at, e.occasion, e.level AS told_level, e.recipient AS told_to, e.suppressed, n.id, n.channel, n.state,
           n.held_for, n.due_at, n.settled_at, n.attempts, n.last_error,
           (SELECT count(DISTINCT alert_id)::int FROM notification_alert WHERE notification_id = n.id) AS alert_count
         FROM notification_alert e LEFT JOIN notification n ON n.id = e.notification_id
         WHERE e.alert_id = $1 ORDER BY e.id DESC LIMIT $2`,
        [alertId, NOTICES_LIMIT],
      );
      return rows.toReversed().map(toNotice);
    },
  };
}

const toNotice = (row: NoticeRow): AlertNotice => ({
  at: row.at.toISOString(),
  occasion: row.occasion,
  level: row.told_level,
  recipient: row.told_to,
  suppressed: row.suppressed,
  notification:
    row.id === null
      ? null
      : {
          id: Number(row.id),
          channel: row.channel,
          state: row.state,
          heldFor: row.held_for,
          dueAt: row.due_at.toISOString(),
          settledAt: row.settled_at?.toISOString() ?? null,
          attempts: row.attempts,
          lastError: row.last_error,
          alertCount: row.alert_count,
        },
});
