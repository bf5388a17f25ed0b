// How far the telling of each open alert has come: begun when it is raised, moved on when its time has come, ended when
// somebody has taken it. Any number of processes may look; each step is taken once.
import type { EscalationPolicy } from '../contracts/http/notifications.ts';
import { isoOf, type EpochMs } from '../contracts/time.ts';
import type { Severity } from '../contracts/work-order-states.ts';
import type { Database, Queryable, Transaction } from '../db/database.ts';
import { appendEvent } from '../db/event-log.ts';
import { stepOf } from './core/escalation.ts';
import type { NotificationLimits } from './limits.ts';
import { type Outbox, suppress, tell } from './outbox.ts';
import { settledBy, type ToldAlert, toldAlerts } from './told-alert.ts';

export interface Escalating {
  outbox: Outbox;
  limits: NotificationLimits;
  onTold: (occasion: string) => void;
}

type Policy = Pick<EscalationPolicy, 'levels' | 'repeatMinutes'>;

interface Row {
  alert_id: bigint;
  severity: Severity;
  level: number;
  started_at: Date;
  told_at: Date | null;
}

export async function policyOf(db: Queryable, severity: Severity): Promise<Policy> {
  const { rows } = await db.prepared<{ levels: Policy['levels']; repeat_minutes: number | null }>(
    'escalation-policy',
    'SELECT levels, repeat_minutes FROM escalation_policy WHERE severity = $1',
    [severity],
  );
  return { levels: rows[0]?.levels ?? [], repeatMinutes: rows[0]?.repeat_minutes ?? null };
}

const SEVERITY_RANK: Readonly<Record<Severity, number>> = { critical: 0, major: 1, minor: 2, warning: 3 };

/** What happened long before it was told is nothing to wake anybody for. */
export const isHistory = ({ lastSeenAtMs }: ToldAlert, { pastMs }: NotificationLimits, nowMs: EpochMs): boolean =>
  nowMs - lastSeenAtMs > pastMs;

/** An alert was raised: its escalation begins, unless it is history. */
export async function begin(tx: Transaction, escalating: Escalating, alertId: number, nowMs: EpochMs): Promise<void> {
  const alert = (await toldAlerts(tx, [alertId]))[0];
  if (alert === undefined) return;
  const { outbox, limits } = escalating;
  const why = isHistory(alert, limits, nowMs) ? 'past' : settledBy(alert, nowMs);
  if (why !== null) {
    await suppress(tx, outbox, { alert, occasion: 'raised', level: 1, recipient: null, reason: why, nowMs });
    return;
  }
  const policy = await policyOf(tx, alert.severity);
  if (policy.levels.length === 0) {
    await suppress(tx, outbox, { alert, occasion: 'raised', level: 1, recipient: null, reason: 'no-policy', nowMs });
  }
  await tx.query(
    `INSERT INTO alert_escalation (alert_id, severity, level, started_at, next_at) VALUES ($1, $2, 0, $3, NULL)
     ON CONFLICT (alert_id) DO NOTHING`,
    [alertId, alert.severity, new Date(nowMs)],
  );
  await advance(tx, escalating, { alert, policy, nowMs, first: 'raised' });
}

/** A finding made it worse than the policy it runs under: it begins anew under the worse one's. */
export async function worsen(tx: Transaction, escalating: Escalating, alertId: number, nowMs: EpochMs): Promise<void> {
  const row = await lockRow(tx, alertId);
  const alert = (await toldAlerts(tx, [alertId]))[0];
  if (row === undefined || alert === undefined) return;
  if (SEVERITY_RANK[alert.severity] >= SEVERITY_RANK[row.severity] || settledBy(alert, nowMs) !== null) return;
  await restart(tx, escalating, { alert, nowMs, first: 'worsened' });
}

/** The time it was shelved for is over and nobody has ended it: it is told of again from the first level on. */
export async function comeBack(tx: Transaction, escalating: Escalating, id: number, nowMs: EpochMs): Promise<void> {
  const row = await lockRow(tx, id);
  const alert = (await toldAlerts(tx, [id]))[0];
  if (row === undefined || alert === undefined || alert.isCleared || settledBy(alert, nowMs) !== null) return;
  await restart(tx, escalating, { alert, nowMs, first: 'returned' });
}

interface Restart {
  alert: ToldAlert;
  nowMs: EpochMs;
  first: 'worsened' | 'returned';
}

async function restart(tx: Transaction, escalating: Escalating, { alert, nowMs, first }: Restart): Promise<void> {
  await tx.query(
    'UPDATE alert_escalation SET severity = $2, level = 0, started_at = $3, told_at = NULL, next_at = NULL WHERE alert_id = $1',
    [alert.id, alert.severity, new Date(nowMs)],
  );
  await advance(tx, escalating, { alert, policy: await policyOf(tx, alert.severity), nowMs, first });
}

async function lockRow(tx: Transaction, alertId: number): Promise<Row | undefined> {
  const text =
    'SELECT alert_id, severity, level, started_at, told_at FROM alert_escalation WHERE alert_id = $1 FOR UPDATE';
  return (await tx.prepared<Row>('escalation-lock', text, [alertId])).rows[0];
}

interface Advance {
  alert: ToldAlert;
  policy: Policy;
  nowMs: EpochMs;
  /** What the first level is told as. */
  first: 'raised' | 'worsened' | 'returned' | 'escalated';
}

async function advance(
  tx: Transaction,
  escalating: Escalating,
  { alert, policy, nowMs, first }: Advance,
): Promise<void> {
  const row = await lockRow(tx, alert.id);
  if (row === undefined) return;
  const progress = {
    level: row.level,
    startedAtMs: row.started_at.getTime(),
    toldAtMs: row.told_at?.getTime() ?? null,
  };
  const step = stepOf(policy, progress, nowMs);
  let reached = 0;
  for (const { level, occasion } of step.tell) {
    const recipients = policy.levels[level - 1]?.recipients ?? [];
    const told = occasion === 'escalated' && level === 1 ? first : occasion;
    reached += await tell(tx, escalating.outbox, { alert, occasion: told, level, recipients }, nowMs);
    escalating.onTold(told);
  }
  // Nobody can be reached: it makes no sense to repeat that, but the next level still has its time.
  const isMute = step.tell.length > 0 && reached === 0;
  const next = isMute ? stepOf({ ...policy, repeatMinutes: null }, { ...progress, level: step.level }, nowMs) : step;
  await tx.prepared(
    'escalation-moved',
    `UPDATE alert_escalation SET level = $2, next_at = $3, told_at = CASE WHEN $4 THEN $5 ELSE told_at END WHERE alert_id = $1`,
    [
      alert.id,
      step.level,
      next.nextAtMs === null ? null : new Date(next.nextAtMs),
      step.tell.length > 0,
      new Date(nowMs),
    ],
  );
  if (step.level > Math.max(1, row.level)) {
    const payload = { alertId: alert.id, device: alert.device, severity: alert.severity, level: step.level };
    appendEvent(tx, { type: 'alert.escalated', at: isoOf(nowMs), payload });
  }
}

/** Moves on what is due; how many there were. */
export function moveDue(database: Database, escalating: Escalating, nowMs: EpochMs): Promise<number> {
  return database.transaction(async (tx) => {
    const { rows } = await tx.prepared<Row>(
      'escalations-due',
      `SELECT alert_id, severity, level, started_at, told_at FROM alert_escalation WHERE next_at <= $1
       ORDER BY next_at LIMIT $2 FOR UPDATE SKIP LOCKED`,
      [new Date(nowMs), escalating.limits.escalations],
    );
    const alerts = await toldAlerts(
      tx,
      rows.map((row) => Number(row.alert_id)),
    );
    for (const row of rows) {
      const alert = alerts.find(({ id }) => id === Number(row.alert_id));
      if (alert === undefined || alert.isCleared || settledBy(alert, nowMs) !== null) {
        // Whoever shelved, took or ended it stopped this; coming back begins it anew.
        await tx.prepared('escalation-rest', 'UPDATE alert_escalation SET next_at = NULL WHERE alert_id = $1', [
          row.alert_id,
        ]);
        continue;
      }
      const policy = await policyOf(tx, row.severity);
      await advance(tx, escalating, { alert, policy, nowMs, first: 'escalated' });
    }
    return rows.length;
  });
}
