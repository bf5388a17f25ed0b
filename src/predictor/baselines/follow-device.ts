// What the predictor makes of a device that changed under it: another component (told by the device, with or without a job),
// another product, a sensor that stands still or moves again. What was learned of something else is no normal.
import type { LoggedEvent } from '../../contracts/events.ts';
import type { Product } from '../../contracts/product.ts';
import { DAY_MS, type EpochMs } from '../../contracts/time.ts';
import type { Transaction } from '../../db/database.ts';
import { noteRepair } from '../core/horizon/note-repair.ts';
import { forgetProduct, noteStuck, resetComponent } from '../core/repair.ts';
import { changeState } from '../state-store.ts';
import { writeReset } from './baseline-store.ts';
import { keepSwap, undoSwap } from './swap-store.ts';

export const DEVICE_CHANGES = [
  'device.component-changed',
  'component-swap.decided',
  'device.product-changed',
  'quality.opened',
  'quality.closed',
] as const;
type DeviceChange = LoggedEvent<(typeof DEVICE_CHANGES)[number]>;

/** A job may be finished on paper some days before or after the device tells its new component. */
const JOB_SLACK_MS = 7 * DAY_MS;

interface KnownDevice {
  id: number;
  product: Product;
}

export const isDeviceChange = (event: { type: string }): event is DeviceChange =>
  (DEVICE_CHANGES as readonly string[]).includes(event.type);

/** Returns the device whose stored state was changed, if any. */
export async function followDeviceChange(
  tx: Transaction,
  event: DeviceChange,
  device: KnownDevice | null,
): Promise<string | null> {
  if (device === null) return null;
  switch (event.type) {
    case 'device.component-changed':
      return followComponent(tx, event, device);
    case 'component-swap.decided':
      return followVerdict(tx, event, device);
    case 'device.product-changed':
      return followProduct(tx, event, device);
    case 'quality.opened':
    case 'quality.closed':
      return followStuck(tx, event, device);
  }
}

async function followComponent(
  tx: Transaction,
  { at, payload }: LoggedEvent<'device.component-changed'>,
  { id, product }: KnownDevice,
): Promise<string | null> {
  const { component: code, previousSerial, serial } = payload;
  const atMs = Date.parse(at);
  const jobId = await jobBehind(tx, id, code, atMs);
  const reason = jobId === null ? 'component-changed-without-job' : 'component-changed';
  const detail = { previousSerial, serial };
  await writeReset(tx, { deviceId: id, component: code, atMs, reason, workOrderId: jobId, detail });
  const component = product.components.find((known) => known.code === code);
  if (component === undefined) return null;
  if (jobId === null) await keepSwap(tx, { deviceId: id, component, atMs, ...detail });
  await changeState(tx, id, (state) => resetComponent(state, component, atMs));
  return payload.device;
}

async function followVerdict(
  tx: Transaction,
  { at, payload }: LoggedEvent<'component-swap.decided'>,
  { id, product }: KnownDevice,
): Promise<string | null> {
  const { swapId, component, decision, actor, device } = payload;
  if (decision === 'confirmed') return confirmSwap(tx, swapId, { id, product, device });
  const restored = await undoSwap(tx, swapId, product);
  const told = { deviceId: id, component, atMs: Date.parse(at), workOrderId: null };
  await writeReset(tx, { ...told, reason: 'swap-disputed', detail: { actor, restored } });
  return device;
}

/** Its normal was learned anew at once; from here on its age counts from the change, too. */
async function confirmSwap(
  tx: Transaction,
  swapId: number,
  { id, product, device }: KnownDevice & { device: string },
): Promise<string | null> {
  const text = 'SELECT component, at FROM component_swap WHERE id = $1';
  const swap = (await tx.query<{ component: string; at: Date }>(text, [swapId])).rows[0];
  const component = product.components.find(({ code }) => code === swap?.component);
  if (swap === undefined || component === undefined) return null;
  await changeState(tx, id, (state) => {
    const { horizon } = state;
    if (horizon !== undefined) noteRepair(horizon.log, component, { atMs: swap.at.getTime(), hasFailed: false });
  });
  return device;
}

/** The job in whose course the component may have been changed, `null` when there is none. */
async function jobBehind(tx: Transaction, deviceId: number, component: string, atMs: EpochMs): Promise<number | null> {
  const { rows } = await tx.query<{ id: bigint }>(
    `SELECT id FROM work_order
     WHERE device_id = $1 AND (component = $2 OR component IS NULL) AND state <> 'cancelled'
       AND opened_at <= $4 AND (completed_at IS NULL OR completed_at >= $3)
     ORDER BY opened_at DESC LIMIT 1`,
    [deviceId, component, new Date(atMs - JOB_SLACK_MS), new Date(atMs + JOB_SLACK_MS)],
  );
  return rows[0] === undefined ? null : Number(rows[0].id);
}

async function followProduct(
  tx: Transaction,
  { at, payload }: LoggedEvent<'device.product-changed'>,
  { id }: KnownDevice,
): Promise<string> {
  const { device, from, to } = payload;
  const atMs = Date.parse(at);
  await writeReset(tx, {
    deviceId: id,
    component: '',
    atMs,
    reason: 'product-changed',
    workOrderId: null,
    detail: { from, to },
  });
  await changeState(tx, id, forgetProduct);
  // Health of another product's components is nobody's health.
  await tx.query('DELETE FROM device_health WHERE device_id = $1', [id]);
  return device;
}

async function followStuck(
  tx: Transaction,
  { type, at, payload }: LoggedEvent<'quality.opened' | 'quality.closed'>,
  { id }: KnownDevice,
): Promise<string | null> {
  if (payload.kind !== 'stuck') return null;
  await changeState(tx, id, (state) =>
    noteStuck(state, payload.metric, type === 'quality.opened' ? Date.parse(at) : null),
  );
  return payload.device;
}
