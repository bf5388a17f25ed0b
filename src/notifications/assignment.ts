// An alert was given to somebody: that person is told, by the same rules as everybody else (wishes, quiet hours, storms), unless
// the policy of its severity tells nobody at all.
import type { EpochMs } from '../contracts/time.ts';
import type { Transaction } from '../db/database.ts';
import { type Escalating, isHistory, policyOf } from './escalations.ts';
import { suppress, tell } from './outbox.ts';
import { settledForAssignee, type ToldAlert, toldAlerts } from './told-alert.ts';

export async function tellAssignee(
  tx: Transaction,
  { outbox, limits, onTold }: Escalating,
  { alertId, actor }: { alertId: number; actor: string },
  nowMs: EpochMs,
): Promise<void> {
  const alert = (await toldAlerts(tx, [alertId]))[0];
  // Somebody else has given it back or away by now, and that is told by itself.
  if (alert === undefined || alert.assignee === null) return;
  const entry = { alert, occasion: 'assigned', level: 1 } as const;
  const why = isHistory(alert, limits, nowMs) ? 'past' : settledForAssignee(alert, nowMs);
  const reason = why ?? (await refusalOf(tx, alert, actor));
  if (reason !== null) return suppress(tx, outbox, { ...entry, recipient: alert.assignee, reason, nowMs });
  const id = await userOf(tx, alert.assignee);
  if (id === null)
    return suppress(tx, outbox, { ...entry, recipient: alert.assignee, reason: 'nobody-reachable', nowMs });
  if ((await tell(tx, outbox, { ...entry, recipients: [{ kind: 'person', id }] }, nowMs)) > 0) onTold('assigned');
}

async function refusalOf(tx: Transaction, alert: ToldAlert, actor: string): Promise<string | null> {
  if (alert.assignee?.toLowerCase() === actor.toLowerCase()) return 'taken-by-oneself';
  return (await policyOf(tx, alert.severity)).levels.length === 0 ? 'no-policy' : null;
}

async function userOf(tx: Transaction, email: string): Promise<number | null> {
  const text = 'SELECT id FROM user_account WHERE active AND lower(email) = lower($1)';
  return (await tx.prepared<{ id: number }>('notification-assignee', text, [email])).rows[0]?.id ?? null;
}
