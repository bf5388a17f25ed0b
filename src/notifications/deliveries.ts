// Sends what is due. A worker takes notifications for a time (a lease): when it dies between sending and noting that, another
// sends them again under the same delivery id, so that nothing is lost and a receiver can tell what came twice.
import { setTimeout as sleep } from 'node:timers/promises';
import type { BaseLogger } from 'pino';
import type { Clock } from '../contracts/time.ts';
import type { Language } from '../contracts/text.ts';
import type { Database, Transaction } from '../db/database.ts';
import { budgetContent } from './budget-notices.ts';
import { type Content, contentOf, testContent } from './content.ts';
import { DELIVERY_ATTEMPTS, retryAfterMs } from './core/retries.ts';
import type { NotificationLimits } from './limits.ts';
import type { NotificationMetrics } from './metrics.ts';
import { DEFAULT_PREFERENCE } from './recipients.ts';
import { NotTaken, type Parcel, type Sender } from './sending.ts';

export interface DeliveryOptions {
  database: Database;
  senders: { email: Sender | null; webhook: Sender };
  limits: NotificationLimits;
  metrics: NotificationMetrics;
  clock: Clock;
  random: (bytes: number) => Buffer;
  log: BaseLogger;
}

type Channel = 'email' | 'webhook';

interface Row {
  id: bigint;
  delivery: string;
  kind: 'alert' | 'budget' | 'test';
  channel: Channel;
  address: string;
  language: Language;
  attempts: number;
  content: Content | null;
  created_at: Date;
}

interface Taken extends Parcel {
  id: number;
  channel: Channel;
  attempts: number;
}

const TAKE = `
  UPDATE notification SET state = 'sending', attempts = attempts + 1, due_at = $2
  WHERE id IN (SELECT id FROM notification WHERE state IN ('waiting', 'sending') AND due_at <= $1
    ORDER BY due_at, id LIMIT $3 FOR UPDATE SKIP LOCKED)
  RETURNING id, delivery, kind, channel, address, language, attempts, content, created_at`;

/** Where it goes by now: an address or a secret may have been mended since it was written. */
const TARGET = `
  SELECT n.id, coalesce(u.email, w.url) AS address, coalesce(p.time_zone, w.time_zone) AS time_zone, w.secret_sealed
  FROM notification n LEFT JOIN user_account u ON u.id = n.user_id LEFT JOIN notification_preference p ON p.user_id = n.user_id
  LEFT JOIN notification_webhook w ON w.id = n.webhook_id WHERE n.id = ANY ($1::bigint[])`;

interface TargetRow {
  id: bigint;
  address: string | null;
  time_zone: string | null;
  secret_sealed: Buffer | null;
}

async function take(options: DeliveryOptions): Promise<Taken[]> {
  const { database, limits, metrics, clock } = options;
  const nowMs = clock.now();
  return database.transaction(async (tx) => {
    const leaseEnd = new Date(nowMs + limits.leaseMs);
    const { rows } = await tx.prepared<Row>('notification-take', TAKE, [new Date(nowMs), leaseEnd, limits.claimed]);
    const ids = rows.map(({ id }) => id);
    const targets = new Map<bigint, TargetRow>();
    if (ids.length > 0) {
      const found = await tx.prepared<TargetRow>('notification-target', TARGET, [ids]);
      for (const target of found.rows) targets.set(target.id, target);
    }
    const taken: Taken[] = [];
    for (const row of rows) {
      const content = row.content ?? (await firstContent(tx, row, { nowMs, limits }));
      if (content === null) {
        metrics.tries.inc({ channel: row.channel, outcome: 'suppressed' });
        continue;
      }
      const target = targets.get(row.id);
      taken.push({
        id: Number(row.id),
        delivery: row.delivery,
        channel: row.channel,
        address: target?.address ?? row.address,
        language: row.language,
        timeZone: target?.time_zone ?? DEFAULT_PREFERENCE.timeZone,
        content,
        createdAt: row.created_at.toISOString(),
        secretSealed: target?.secret_sealed ?? null,
        attempts: row.attempts,
      });
    }
    return taken;
  });
}

interface Moment {
  nowMs: number;
  limits: NotificationLimits;
}

/** Written down at the first try; `null` when nobody needs it any longer, and the notification is settled as such. */
async function firstContent(tx: Transaction, row: Row, { nowMs, limits }: Moment): Promise<Content | null> {
  const { language } = row;
  const notificationId = Number(row.id);
  async function contentFor(kind: Row['kind']): Promise<Content | null> {
    if (kind === 'test') return testContent(language);
    if (kind === 'budget') return budgetContent(tx, notificationId, language);
    return contentOf(tx, { notificationId, language, nowMs, alertsNamed: limits.alertsNamed });
  }
  const content = await contentFor(row.kind);
  if (content === null) {
    await tx.query("UPDATE notification SET state = 'suppressed', settled_at = $2 WHERE id = $1", [
      row.id,
      new Date(nowMs),
    ]);
  } else {
    await tx.query('UPDATE notification SET content = $2 WHERE id = $1', [row.id, JSON.stringify(content)]);
  }
  return content;
}

async function deliver(options: DeliveryOptions, taken: Taken): Promise<void> {
  const { senders, metrics, clock, database, random, log } = options;
  const sender = senders[taken.channel];
  try {
    if (sender === null) throw new NotTaken('e-mail is not set up: set STETHOS_SMTP_URL and STETHOS_SMTP_FROM', true);
    await sender.send(taken);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const isFinal = (error instanceof NotTaken && error.isFinal) || taken.attempts >= DELIVERY_ATTEMPTS;
    const retryMs = retryAfterMs(taken.attempts, random(4).readUInt32BE() / 2 ** 32);
    // Only while it is still this worker's: a slow one does not undo what another has done since.
    await database.query(
      `UPDATE notification SET state = $3, last_error = $4, due_at = $5, settled_at = $6
       WHERE id = $1 AND attempts = $2 AND state = 'sending'`,
      [
        taken.id,
        taken.attempts,
        isFinal ? 'dead' : 'waiting',
        reason.slice(0, 500),
        new Date(clock.now() + retryMs),
        isFinal ? new Date(clock.now()) : null,
      ],
    );
    metrics.tries.inc({ channel: taken.channel, outcome: isFinal ? 'dead' : 'retried' });
    log.warn(
      { notification: taken.id, channel: taken.channel, attempts: taken.attempts, reason, isFinal },
      'a notification was not taken',
    );
    return;
  }
  await database.query(
    "UPDATE notification SET state = 'sent', last_error = NULL, settled_at = $2 WHERE id = $1 AND state = 'sending'",
    [taken.id, new Date(clock.now())],
  );
  metrics.tries.inc({ channel: taken.channel, outcome: 'sent' });
}

/** Sends what is due now; how many were taken. */
export async function deliverDue(options: DeliveryOptions): Promise<number> {
  const taken = await take(options);
  await Promise.all(
    taken.map((one) =>
      // What could not be noted down is sent again when its lease is over.
      deliver(options, one).catch((error: unknown) =>
        options.log.warn({ notification: one.id, error }, 'the outcome of a notification could not be stored'),
      ),
    ),
  );
  return taken.length;
}

export interface Rounds {
  wake(): void;
  close(): Promise<void>;
}

/** Calls `work` until it finds nothing, then again when woken or after `everyMs`. */
export function startRounds(work: () => Promise<number>, everyMs: number, log: BaseLogger): Rounds {
  const stop = new AbortController();
  let isWoken = false;
  let pause = new AbortController();

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      isWoken = false;
      try {
        if ((await work()) > 0) continue;
      } catch (error) {
        if (!stop.signal.aborted) log.warn({ error }, 'notifications could not be looked after; trying again');
      }
      if (isWoken || stop.signal.aborted) continue;
      pause = new AbortController();
      await sleep(everyMs, undefined, { signal: pause.signal }).catch(() => {});
    }
  }

  const running = run();
  return {
    wake() {
      isWoken = true;
      pause.abort();
    },
    async close() {
      stop.abort();
      pause.abort();
      await running;
    },
  };
}
