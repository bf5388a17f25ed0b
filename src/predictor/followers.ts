// What the predictor learns from other rooms through the event log: a job was opened for an alert, cancelled, or ended with
// a finding; a person resolved an alert. Each changes alert and state in the transaction that moves the cursor.
import type { LoggedEvent } from '../contracts/events.ts';
import type { Product } from '../contracts/product.ts';
import type { AlertState } from '../contracts/work-order-states.ts';
import type { Transaction } from '../db/database.ts';
import { appendEvent } from '../db/event-log.ts';
import { writeChange } from './alert-store.ts';
import { DEVICE_CHANGES, followDeviceChange, isDeviceChange } from './baselines/follow-device.ts';
import { noteFoundNormal, noteRenewal } from './baselines/follow-job.ts';
import { noteRepair } from './core/horizon/note-repair.ts';
import { acceptAsNormal, endEpisode, resetComponent } from './core/repair.ts';
import { SETTINGS } from './core/settings.ts';
import { countOutcome } from './evidence.ts';
import { noteEscalation } from './note-escalation.ts';
import { judgeDevice, noteFailure } from './outcomes/judge-outcomes.ts';
import { changeState } from './state-store.ts';
import { followCancelledJob, followOpenedJob } from './trigger/follow-jobs.ts';

export const FOLLOWED = [
  'work-order.opened',
  'work-order.transitioned',
  'work-order.completed',
  'alert.changed',
  'alert.escalated',
  ...DEVICE_CHANGES,
] as const;
type Followed = LoggedEvent<(typeof FOLLOWED)[number]>;

const SYSTEM = 'system';
/** Announces, after commit, that stored states were changed past the copies in memory. */
export const STATE_CHANGED = 'predictor-state';

interface AlertRow {
  id: bigint;
  cause: string;
  component: string | null;
  failure_mode: string | null;
  state: AlertState;
}

/** Returns the device whose stored state was changed, if any. */
export async function follow(tx: Transaction, event: Followed): Promise<string | null> {
  if (isDeviceChange(event)) return followDeviceChange(tx, event, await deviceOf(tx, event.payload.device));
  if (event.type === 'work-order.completed') {
    await noteFailure(tx, event.payload.job.workOrderId);
    await judgeDevice(tx, event.payload.job.device, Date.parse(event.at));
    return learnFromJob(tx, event);
  }
  if (event.type === 'alert.changed') {
    if (event.payload.change !== 'resolve') return null;
    await judgeDevice(tx, event.payload.device, Date.parse(event.at));
    return endResolved(tx, event);
  }
  if (event.type === 'alert.escalated') {
    await noteEscalation(tx, event);
    return null;
  }
  if (event.type === 'work-order.opened') {
    await linkJob(tx, event);
    await followOpenedJob(tx, event);
  } else if (event.payload.to === 'cancelled') {
    await releaseAlerts(tx, event);
    await followCancelledJob(tx, event);
  }
  return null;
}

async function linkJob(tx: Transaction, { at, payload }: LoggedEvent<'work-order.opened'>): Promise<void> {
  if (payload.alertId === null) return;
  const { rowCount } = await tx.query(
    `UPDATE alert SET work_order_id = $2, revision = revision + 1,
       state = CASE WHEN state IN ('open', 'acknowledged') THEN 'in-progress' ELSE state END
     WHERE id = $1 AND device_id = (SELECT id FROM device WHERE code = $3)`,
    [payload.alertId, payload.workOrderId, payload.device],
  );
  if (rowCount === 0) return;
  const note = `work order ${payload.workOrderId}`;
  await tellChange(tx, { alertId: payload.alertId, device: payload.device, at, change: 'in-progress', note });
}

/** Nobody works on it any more: the alert is a person's again, who may open another job or resolve it. */
async function releaseAlerts(tx: Transaction, { at, payload }: LoggedEvent<'work-order.transitioned'>): Promise<void> {
  const { rows } = await tx.query<{ id: bigint }>(
    `UPDATE alert SET work_order_id = NULL, revision = revision + 1,
       state = CASE WHEN state = 'in-progress' THEN 'acknowledged' ELSE state END
     WHERE work_order_id = $1 RETURNING id`,
    [payload.workOrderId],
  );
  const note = `work order ${payload.workOrderId} cancelled`;
  for (const { id } of rows) {
    await tellChange(tx, { alertId: Number(id), device: payload.device, at, change: 'acknowledged', note });
  }
}

/** The finding counts for the mode that was predicted; the component that was repaired starts afresh. */
async function learnFromJob(tx: Transaction, event: LoggedEvent<'work-order.completed'>): Promise<string | null> {
  const { job, alertId, confirmed, completedAt } = event.payload;
  const alerts = await alertsOf(tx, event);
  const predicted = alerts.find(({ id }) => Number(id) === alertId);
  if (confirmed !== null && predicted?.component && predicted.failure_mode) {
    const kind = { product: job.product, component: predicted.component, failureMode: predicted.failure_mode };
    await countOutcome(tx, kind, confirmed);
  }
  const ended = alerts.filter(({ state }) => state !== 'resolved' && state !== 'closed');
  for (const { id } of ended) {
    await tx.query("UPDATE alert SET state = 'resolved', revision = revision + 1 WHERE id = $1", [id]);
    const note = `work order ${job.workOrderId} completed`;
    await tellChange(tx, { alertId: Number(id), device: job.device, at: completedAt, change: 'resolved', note });
  }
  const device = await deviceOf(tx, job.device);
  if (device === null) return null;
  const about = job.component ?? predicted?.component ?? null;
  const renewed = await noteRenewal(tx, device, event, about);
  if (ended.length === 0 && renewed.length === 0) return null;
  const atMs = Date.parse(completedAt);
  const hasFailed = job.maintenanceKind === 'corrective';
  if (confirmed === false && ended.length > 0) await noteFoundNormal(tx, device.id, event, about);
  await changeState(tx, device.id, (state) => {
    if (confirmed === false) for (const { cause } of ended) acceptAsNormal(state, cause);
    for (const { cause } of ended) endEpisode(state, cause, atMs, SETTINGS.resolvedQuietMs);
    for (const component of renewed) {
      resetComponent(state, component, atMs);
      const failed = hasFailed && component.code === about;
      if (state.horizon !== undefined) noteRepair(state.horizon.log, component, { atMs, hasFailed: failed });
    }
  });
  return job.device;
}

/** The job's own alert, and when something was repaired every open alert about that component. */
async function alertsOf(tx: Transaction, { payload }: LoggedEvent<'work-order.completed'>): Promise<AlertRow[]> {
  const { job, alertId, confirmed } = payload;
  const { rows } = await tx.query<AlertRow>(
    `SELECT a.id, a.cause, a.component, a.failure_mode, a.state FROM alert a JOIN device d ON d.id = a.device_id
     WHERE d.code = $2 AND (a.id = $1 OR $4 AND a.component = $3 AND a.state NOT IN ('resolved', 'closed'))
     ORDER BY a.id FOR UPDATE OF a`,
    [alertId, job.device, job.component, confirmed === true],
  );
  return rows;
}

async function endResolved(tx: Transaction, { at, payload }: LoggedEvent<'alert.changed'>): Promise<string | null> {
  const { rows } = await tx.query<{ cause: string; device_id: number; cleared_at: Date | null }>(
    'SELECT cause, device_id, cleared_at FROM alert WHERE id = $1',
    [payload.alertId],
  );
  const alert = rows[0];
  // What had cleared by itself has no episode left to end.
  if (alert === undefined || alert.cleared_at !== null) return null;
  await changeState(tx, alert.device_id, (state) =>
    endEpisode(state, alert.cause, Date.parse(at), SETTINGS.resolvedQuietMs),
  );
  return payload.device;
}

async function deviceOf(tx: Transaction, code: string): Promise<{ id: number; product: Product } | null> {
  const { rows } = await tx.query<{ id: number; product: Product }>(
    'SELECT d.id, p.definition AS product FROM device d JOIN product p ON p.code = d.product_code WHERE d.code = $1',
    [code],
  );
  return rows[0] ?? null;
}

interface Told {
  alertId: number;
  device: string;
  at: string;
  change: string;
  note: string;
}

async function tellChange(tx: Transaction, { alertId, device, at, change, note }: Told): Promise<void> {
  await writeChange(tx, { alertId, atMs: Date.parse(at), actor: SYSTEM, change, note });
  appendEvent(tx, { type: 'alert.changed', at, payload: { alertId, device, change, actor: SYSTEM } });
}
