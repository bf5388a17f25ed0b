// Opens the preventive work order of a prognosis by itself: approved, with the engineer and the fix proposed. One open
// job per device, component and failure mode, however often the prognosis speaks.
import type { LoggedEvent } from '../contracts/events.ts';
import type { Transaction } from '../db/database.ts';
import { appendEvent } from '../db/event-log.ts';
import { titleOf } from './core/titles.ts';
import { deviceOf, faultOf, proposedEngineer } from './master-data.ts';
import { insertJob, openPredictiveJob } from './open-job.ts';
import { writeTransition } from './transition-job.ts';

const SYSTEM = 'system';

export async function openForPrognosis(tx: Transaction, event: LoggedEvent<'prognosis.triggered'>): Promise<void> {
  const { prognosisId, alertId, component, failureMode, probability, severity, actor = SYSTEM } = event.payload;
  const device = await deviceOf(tx, event.payload.device);
  const fault = faultOf(device.definition, component, failureMode);
  const at = Date.parse(event.at);
  const reason = `prognosis ${prognosisId}: probability ${(probability * 100).toFixed(0)} %`;
  const id = await insertJob(tx, {
    device,
    kind: 'predictive',
    serviceType: fault?.mode.remote ? 'remote' : 'on-site',
    priority: severity,
    component,
    failureMode,
    title: titleOf('predictive', device.productName, fault),
    alertId,
    prognosisId,
    engineer: await proposedEngineer(tx, device.dimensions.station, device.kind),
    plannedAt: null,
    failedAt: null,
    at,
    actor,
    reason,
  });
  if (id !== null) {
    const step = { to: 'approved', at, actor, reason } as const;
    await writeTransition(tx, { id, device: device.code, from: 'draft' }, step);
    return;
  }
  const open = await openPredictiveJob(tx, device.id, component, failureMode);
  if (open === null) return;
  const payload = { workOrderId: open, device: device.code, change: `repeated ${reason}` };
  appendEvent(tx, { type: 'work-order.changed', at: event.at, payload });
}
