// What becomes of proposals through jobs: the job they led to is linked, one opened by hand answers them, and a cancelled one
// makes room for what was held back.
import type { LoggedEvent } from '../../contracts/events.ts';
import type { Transaction } from '../../db/database.ts';
import { lockCap, releaseHeld, tellProposal } from './release-held.ts';

interface Row {
  id: bigint;
  alert_id: bigint;
  device: string;
  station: string;
}

const RETURNED = `RETURNING p.id, p.alert_id, (SELECT code FROM device d WHERE d.id = p.device_id) AS device,
  p.station_code AS station`;

export async function followOpenedJob(
  tx: Transaction,
  { at, payload }: LoggedEvent<'work-order.opened'>,
): Promise<void> {
  if (payload.alertId === null) return;
  const { rows } = await tx.query<Row>(
    `UPDATE job_proposal p SET work_order_id = $2, state = CASE WHEN state = 'opened' THEN state ELSE 'withdrawn' END,
       decided_at = coalesce(decided_at, $3), decided_by = coalesce(decided_by, 'system'),
       note = CASE WHEN state = 'opened' THEN note ELSE 'a job was opened by hand' END
     WHERE alert_id = $1 AND work_order_id IS NULL AND state IN ('proposed', 'held', 'opened') ${RETURNED}`,
    [payload.alertId, payload.workOrderId, at],
  );
  for (const row of rows) tellProposal(tx, row, Date.parse(at));
}

export async function followCancelledJob(
  tx: Transaction,
  { at, payload }: LoggedEvent<'work-order.transitioned'>,
): Promise<void> {
  const { rows } = await tx.query<Row>(
    `UPDATE job_proposal p SET state = 'withdrawn', note = 'work order ' || $1 || ' was cancelled'
     WHERE work_order_id = $1 AND state = 'opened' ${RETURNED}`,
    [payload.workOrderId],
  );
  for (const row of rows) {
    tellProposal(tx, row, Date.parse(at));
    await lockCap(tx, row.station);
    await releaseHeld(tx, row.station, Date.parse(at));
  }
}
