// Notes on an alert that its escalation has reached a further level, as the notifications room tells it.
import type { LoggedEvent } from '../contracts/events.ts';
import type { Transaction } from '../db/database.ts';
import { appendEvent } from '../db/event-log.ts';
import { writeChange } from './alert-store.ts';

export async function noteEscalation(tx: Transaction, { at, payload }: LoggedEvent<'alert.escalated'>): Promise<void> {
  const { alertId, device, level } = payload;
  const { rowCount } = await tx.query(
    'UPDATE alert SET escalation_level = $2, revision = revision + 1 WHERE id = $1 AND escalation_level < $2',
    [alertId, level],
  );
  if (rowCount === 0) return;
  await writeChange(tx, { alertId, atMs: Date.parse(at), actor: 'system', change: 'escalated', note: String(level) });
  appendEvent(tx, { type: 'alert.changed', at, payload: { alertId, device, change: 'escalated', actor: 'system' } });
}
