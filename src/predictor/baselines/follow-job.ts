// What a finished job does to the normal of its device: what it renewed is learned anew, and what it found to be no fault is
// the new normal.
import type { LoggedEvent } from '../../contracts/events.ts';
import type { Component, Product } from '../../contracts/product.ts';
import type { WorkOrderKind } from '../../contracts/work-order-states.ts';
import type { Transaction } from '../../db/database.ts';
import { renewedBy } from '../core/renewal.ts';
import { writeReset } from './baseline-store.ts';

type Completed = LoggedEvent<'work-order.completed'>;

/** What the job renewed; each is told on the device's timeline. `component`: what its alert was about. */
export async function noteRenewal(
  tx: Transaction,
  { id, product }: { id: number; product: Product },
  { payload }: Completed,
  component: string | null,
): Promise<Component[]> {
  const { job, confirmed, completedAt } = payload;
  const parts = await partsLeftIn(tx, job.workOrderId);
  const kind = job.maintenanceKind as WorkOrderKind;
  const renewed = renewedBy(product, { kind, component: job.component ?? component, confirmed, parts });
  for (const { code } of renewed) {
    const atMs = Date.parse(completedAt);
    await writeReset(tx, { deviceId: id, component: code, atMs, reason: 'job', workOrderId: job.workOrderId });
  }
  return renewed;
}

/** The visit found no fault: where the signs are is this unit's normal. */
export async function noteFoundNormal(
  tx: Transaction,
  deviceId: number,
  { payload }: Completed,
  component: string | null,
): Promise<void> {
  const { job, completedAt } = payload;
  const atMs = Date.parse(completedAt);
  const reset = { deviceId, component: component ?? '', atMs, workOrderId: job.workOrderId };
  await writeReset(tx, { ...reset, reason: 'found-normal' });
}

/** Issued and not given back. */
async function partsLeftIn(tx: Transaction, workOrderId: number): Promise<ReadonlySet<string>> {
  const { rows } = await tx.query<{ part: string }>(
    'SELECT part_code AS part FROM part_use WHERE work_order_id = $1 GROUP BY part_code HAVING sum(quantity) > 0',
    [workOrderId],
  );
  return new Set(rows.map(({ part }) => part));
}
