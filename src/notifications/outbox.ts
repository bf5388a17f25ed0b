// Puts what is to be told into the outbox, in the transaction of whoever knows it: an alert joins a notification that waits for
// the recipient, begins one, or gets an entry that says why not.
import type { Occasion, Recipient } from '../contracts/http/notifications.ts';
import type { EpochMs } from '../contracts/time.ts';
import type { Transaction } from '../db/database.ts';
import { type Earlier, placeOf, STORM_MS } from './core/grouping.ts';
import { quietUntilMs } from './core/quiet-hours.ts';
import { type Target, targetsOf } from './recipients.ts';
import { maySee, type ToldAlert } from './told-alert.ts';

/** Told after a commit that put something into the outbox. */
export const OUTBOX_CHANGED = 'notification-outbox';

export interface Outbox {
  hasMail: boolean;
  random: (bytes: number) => Buffer;
  onSuppressed: (reason: string) => void;
}

export interface Telling {
  alert: ToldAlert;
  occasion: Occasion;
  level: number;
  recipients: readonly Recipient[];
}

/** How many notifications it went into. */
export async function tell(tx: Transaction, outbox: Outbox, telling: Telling, nowMs: EpochMs): Promise<number> {
  const targets = await targetsOf(tx, telling.recipients);
  let told = 0;
  for (const target of targets) {
    const reason = refusalOf(outbox, target, telling.alert);
    if (reason === null) {
      await place(tx, outbox, { telling, target, nowMs });
      told += 1;
    } else if (telling.occasion !== 'repeated') {
      // A repeat that nobody can get says nothing new.
      await suppress(tx, outbox, { ...telling, recipient: target.name, reason, nowMs });
    }
  }
  if (targets.length === 0 && telling.occasion !== 'repeated') {
    const reason = telling.recipients.length === 0 ? 'no-policy' : 'nobody-reachable';
    await suppress(tx, outbox, { ...telling, recipient: null, reason, nowMs });
  }
  if (told > 0) tx.notify(OUTBOX_CHANGED);
  return told;
}

function refusalOf({ hasMail }: Outbox, target: Target, alert: ToldAlert): string | null {
  if (target.isOff !== null) return target.isOff;
  if (target.channel === 'email' && !hasMail) return 'email-not-set-up';
  return maySee(target.scope, alert) ? null : 'outside-scope';
}

interface Placing {
  telling: Telling;
  target: Target;
  nowMs: EpochMs;
}

interface EarlierRow {
  id: bigint;
  site: string | null;
  cause: string | null;
  waits: boolean;
  held_for: Earlier['heldFor'];
  due_at: Date;
  at: Date;
}

/** Waiting ones are locked: what is joined is not taken by a worker meanwhile. What was tried once says what it says. */
async function earlierOf(tx: Transaction, { userId, webhookId }: Target, nowMs: EpochMs): Promise<Earlier[]> {
  const { rows } = await tx.prepared<EarlierRow>(
    'notification-earlier',
    `SELECT id, site, cause, state = 'waiting' AND content IS NULL AS waits, held_for, due_at, coalesce(settled_at, created_at) AS at FROM notification
     WHERE (user_id = $1 OR webhook_id = $2) AND kind = 'alert' AND state <> 'suppressed'
       AND (state = 'waiting' AND content IS NULL OR coalesce(settled_at, created_at) > $3)
     ORDER BY id FOR UPDATE`,
    [userId, webhookId, new Date(nowMs - STORM_MS)],
  );
  return rows.map((row) => ({
    id: Number(row.id),
    site: row.site,
    cause: row.cause,
    isWaiting: row.waits,
    heldFor: row.held_for,
    dueAtMs: row.due_at.getTime(),
    atMs: row.at.getTime(),
  }));
}

async function place(tx: Transaction, outbox: Outbox, { telling, target, nowMs }: Placing): Promise<void> {
  const { alert, occasion, level } = telling;
  const isCritical = alert.severity === 'critical';
  const quiet = isCritical ? null : quietUntilMs(target.quietHours, target.timeZone, nowMs);
  const where = placeOf(alert, await earlierOf(tx, target, nowMs), { nowMs, quietUntilMs: quiet });
  const id = where.kind === 'join' ? where.id : await begin(tx, outbox, { telling, target, nowMs }, where);
  if (where.kind === 'join') {
    await tx.prepared(
      'notification-join',
      `UPDATE notification SET site = $2, cause = $3, due_at = $4, level = greatest(level, $5),
         severity = CASE WHEN array_position($7::text[], $6) < array_position($7::text[], severity) THEN $6 ELSE severity END
       WHERE id = $1`,
      [id, where.site, where.cause, new Date(where.dueAtMs), level, alert.severity, WORST_FIRST],
    );
  }
  await tx.prepared(
    'notification-alert',
    `INSERT INTO notification_alert (alert_id, notification_id, at, occasion, level, recipient) VALUES ($1, $2, $3, $4, $5, $6)`,
    [alert.id, id, new Date(nowMs), occasion, level, target.name],
  );
}

const WORST_FIRST = ['critical', 'major', 'minor', 'warning'];

interface Begun {
  dueAtMs: EpochMs;
  heldFor: Earlier['heldFor'];
}

async function begin(tx: Transaction, { random }: Outbox, placing: Placing, begun: Begun): Promise<number> {
  const { telling, target, nowMs } = placing;
  const { alert, level } = telling;
  const { rows } = await tx.prepared<{ id: bigint }>(
    'notification-begin',
    `INSERT INTO notification (delivery, kind, channel, user_id, webhook_id, recipient, address, language, severity, level,
       site, cause, held_for, due_at, created_at)
     VALUES ($1, 'alert', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) RETURNING id`,
    [
      uuidOf(random),
      target.channel,
      target.userId,
      target.webhookId,
      target.name,
      target.address,
      target.language,
      alert.severity,
      level,
      alert.site,
      alert.cause,
      begun.heldFor,
      new Date(begun.dueAtMs),
      new Date(nowMs),
    ],
  );
  return Number(rows[0]?.id);
}

/** A message to one target that tells of nothing but itself. */
export async function beginTest(tx: Transaction, { random }: Outbox, target: Target, nowMs: EpochMs): Promise<number> {
  const { rows } = await tx.query<{ id: bigint }>(
    `INSERT INTO notification (delivery, kind, channel, user_id, webhook_id, recipient, address, language, due_at, created_at)
     VALUES ($1, 'test', $2, $3, $4, $5, $6, $7, $8, $8) RETURNING id`,
    [
      uuidOf(random),
      target.channel,
      target.userId,
      target.webhookId,
      target.name,
      target.address,
      target.language,
      new Date(nowMs),
    ],
  );
  tx.notify(OUTBOX_CHANGED);
  return Number(rows[0]?.id);
}

interface Suppression {
  alert: Pick<ToldAlert, 'id'>;
  occasion: Occasion;
  level: number;
  recipient: string | null;
  reason: string;
  nowMs: EpochMs;
}

export async function suppress(tx: Transaction, { onSuppressed }: Outbox, entry: Suppression): Promise<void> {
  const { alert, occasion, level, recipient, reason, nowMs } = entry;
  await tx.prepared(
    'notification-suppress',
    `INSERT INTO notification_alert (alert_id, at, occasion, level, recipient, suppressed) VALUES ($1, $2, $3, $4, $5, $6)`,
    [alert.id, new Date(nowMs), occasion, level, recipient, reason],
  );
  onSuppressed(reason);
}

/** A random UUID (version 4) from the house's own source of chance. */
export function uuidOf(random: Outbox['random']): string {
  const bytes = random(16);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
