// Keeps the priority of a predictive job at least as high as the severity of its alert, as long as nobody is on the way.
import type { LoggedEvent } from '../contracts/events.ts';
import type { Transaction } from '../db/database.ts';
import { appendEvent } from '../db/event-log.ts';

const WORST_FIRST = ['critical', 'major', 'minor', 'warning'];
const BEFORE_LEAVING = ['draft', 'approved', 'scheduled'];

/** Only upwards: a planner's higher priority stays. */
export async function raisePriority(tx: Transaction, { at, payload }: LoggedEvent<'alert.enriched'>): Promise<void> {
  const { rows } = await tx.prepared<{ id: bigint; priority: string }>(
    'job-priority',
    `UPDATE work_order w SET priority = a.severity, revision = w.revision + 1 FROM alert a
     WHERE a.id = $1 AND w.alert_id = a.id AND w.kind = 'predictive' AND w.state = ANY ($2)
       AND array_position($3::text[], a.severity) < array_position($3::text[], w.priority)
     RETURNING w.id, w.priority`,
    [payload.alertId, BEFORE_LEAVING, WORST_FIRST],
  );
  for (const { id, priority } of rows) {
    const change = `priority ${priority}, as its alert is by now`;
    appendEvent(tx, {
      type: 'work-order.changed',
      at,
      payload: { workOrderId: Number(id), device: payload.device, change },
    });
  }
}
