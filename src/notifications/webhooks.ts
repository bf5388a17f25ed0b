// Webhooks as people set them up. The secret is made here and shown once; it is kept sealed.
import {
  type NewWebhook,
  NOTIFICATION_LIMITS,
  type Webhook,
  type WebhookChanges,
  type WebhookWithSecret,
} from '../contracts/http/notifications.ts';
import { Problem } from '../contracts/problems.ts';
import type { Language } from '../contracts/text.ts';
import type { Clock } from '../contracts/time.ts';
import type { Database } from '../db/database.ts';
import { refuseNamed } from './policies.ts';
import { isTimeZone } from './core/quiet-hours.ts';
import { quietOf } from './recipients.ts';
import type { Sealer } from './secrets.ts';
import { refusalOf } from './webhook-sender.ts';

export interface Webhooks {
  webhooks(): Promise<Webhook[]>;
  webhook(id: number): Promise<Webhook | null>;
  createWebhook(body: NewWebhook, actor: string): Promise<WebhookWithSecret>;
  changeWebhook(id: number, changes: WebhookChanges, revision?: number): Promise<Webhook>;
  /** A new secret at once; the old one signs nothing any longer. */
  rotateSecret(id: number): Promise<WebhookWithSecret>;
  /** Its secret is gone and what still waits for it is not sent; what was sent is kept. Refused while a policy names it. */
  deleteWebhook(id: number, actor: string, revision?: number): Promise<void>;
}

export interface WebhooksOptions {
  database: Database;
  sealer: Sealer;
  random: (bytes: number) => Buffer;
  clock: Clock;
  allowsPrivate: boolean;
}

interface Row {
  id: number;
  name: string;
  url: string;
  language: Language;
  time_zone: string;
  quiet_from: string | null;
  quiet_to: string | null;
  active: boolean;
  created_by: string;
  created_at: Date;
  revision: number;
}

const COLUMNS = 'id, name, url, language, time_zone, quiet_from, quiet_to, active, created_by, created_at, revision';
const SECRET_BYTES = 32;
const THERE = 'deleted_at IS NULL';

const toWebhook = (row: Row): Webhook => ({
  id: row.id,
  name: row.name,
  url: row.url,
  language: row.language,
  timeZone: row.time_zone,
  quietHours: quietOf(row),
  active: row.active,
  createdBy: row.created_by,
  createdAt: row.created_at.toISOString(),
  revision: row.revision,
});

export function refuseTimeZone(name: string | undefined): void {
  if (name === undefined || isTimeZone(name)) return;
  throw new Problem('refused', `timeZone: ${name} is not known; give a name like Asia/Shanghai`);
}

export function createWebhooks({ database, sealer, random, clock, allowsPrivate }: WebhooksOptions): Webhooks {
  const newSecret = (): string => `whsec_${random(SECRET_BYTES).toString('base64url')}`;
  async function webhook(id: number): Promise<Webhook | null> {
    const { rows } = await database.query<Row>(
      `SELECT ${COLUMNS} FROM notification_webhook WHERE ${THERE} AND id = $1`,
      [id],
    );
    return rows[0] === undefined ? null : toWebhook(rows[0]);
  }
  function refuse({ url, timeZone }: Partial<Pick<NewWebhook, 'url' | 'timeZone'>>): void {
    refuseTimeZone(timeZone);
    const why = url === undefined ? null : refusalOf(url, allowsPrivate);
    if (why !== null) throw new Problem('refused', `url: ${why}`);
  }

  return {
    webhooks: async () =>
      (await database.query<Row>(`SELECT ${COLUMNS} FROM notification_webhook WHERE ${THERE} ORDER BY id`)).rows.map(
        toWebhook,
      ),
    webhook,
    async createWebhook(body, actor) {
      refuse(body);
      const secret = newSecret();
      const { rows } = await database.query<Row>(
        `INSERT INTO notification_webhook (name, url, secret_sealed, language, time_zone, quiet_from, quiet_to, created_by, created_at)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9
         WHERE (SELECT count(*) FROM notification_webhook WHERE ${THERE}) < ${NOTIFICATION_LIMITS.webhooks} RETURNING ${COLUMNS}`,
        [
          body.name,
          body.url,
          sealer.seal(secret),
          body.language,
          body.timeZone,
          body.quietHours?.from ?? null,
          body.quietHours?.to ?? null,
          actor,
          new Date(clock.now()),
        ],
      );
      const [row] = rows;
      if (row === undefined) {
        throw new Problem(
          'refused',
          `There are ${NOTIFICATION_LIMITS.webhooks} webhooks, which is the limit; change one`,
        );
      }
      return { webhook: toWebhook(row), secret };
    },
    async changeWebhook(id, changes, revision) {
      refuse(changes);
      const { name, url, language, timeZone, quietHours, active } = changes;
      const { rowCount } = await database.query(
        `UPDATE notification_webhook SET name = coalesce($2, name), url = coalesce($3, url), language = coalesce($4, language),
           time_zone = coalesce($5, time_zone), active = coalesce($6, active),
           quiet_from = CASE WHEN $7 THEN $8 ELSE quiet_from END, quiet_to = CASE WHEN $7 THEN $9 ELSE quiet_to END,
           revision = revision + 1
         WHERE id = $1 AND ${THERE} AND ($10::int IS NULL OR revision = $10)`,
        [
          id,
          name ?? null,
          url ?? null,
          language ?? null,
          timeZone ?? null,
          active ?? null,
          quietHours !== undefined,
          quietHours?.from ?? null,
          quietHours?.to ?? null,
          revision ?? null,
        ],
      );
      const changed = await webhook(id);
      if (changed === null) throw new Problem('not-found', `There is no webhook ${id}`);
      if (rowCount === 0) throw new Problem('out-of-date', `webhook ${id} was changed by someone else; read it again`);
      return changed;
    },
    async rotateSecret(id) {
      const secret = newSecret();
      await database.query(
        'UPDATE notification_webhook SET secret_sealed = $2, revision = revision + 1 WHERE id = $1 AND deleted_at IS NULL',
        [id, sealer.seal(secret)],
      );
      const changed = await webhook(id);
      if (changed === null) throw new Problem('not-found', `There is no webhook ${id}`);
      return { webhook: changed, secret };
    },
    deleteWebhook: (id, actor, revision) =>
      database.transaction(async (tx) => {
        await refuseNamed(tx, `webhook ${id}`, { kind: 'webhook', id });
        const now = new Date(clock.now());
        const { rowCount } = await tx.query(
          `UPDATE notification_webhook SET deleted_at = $2, deleted_by = $3, active = false, secret_sealed = '', revision = revision + 1
           WHERE id = $1 AND ${THERE} AND ($4::int IS NULL OR revision = $4)`,
          [id, now, actor, revision ?? null],
        );
        if (rowCount === 0)
          throw new Problem('out-of-date', `webhook ${id} was changed by someone else; read it again`);
        await tx.query(
          `WITH gone AS (UPDATE notification SET state = 'suppressed', settled_at = $2
             WHERE webhook_id = $1 AND state IN ('waiting', 'sending') RETURNING id)
           UPDATE notification_alert SET suppressed = 'webhook-deleted'
           WHERE notification_id IN (SELECT id FROM gone) AND suppressed IS NULL`,
          [id, now],
        );
      }),
  };
}
