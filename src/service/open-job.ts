// Opens work orders: freezes the dimensions the job's cost will carry, writes the first state and tells of it. Used by
// people and by predictions alike.
import type { NewWorkOrder } from '../contracts/http/work-orders.ts';
import { Problem } from '../contracts/problems.ts';
import type { Text } from '../contracts/text.ts';
import { type Clock, type EpochMs, isoOf } from '../contracts/time.ts';
import type { ServiceType, Severity, WorkOrderKind } from '../contracts/work-order-states.ts';
import type { Database, Transaction } from '../db/database.ts';
import { appendEvent } from '../db/event-log.ts';
import { titleOf } from './core/titles.ts';
import { instantOf } from './job.ts';
import { deviceOf, faultOf, lockEngineer, type Fault, type ServicedDevice } from './master-data.ts';

export interface JobToOpen {
  device: ServicedDevice;
  kind: WorkOrderKind;
  serviceType: ServiceType;
  priority: Severity;
  component: string | null;
  failureMode: string | null;
  title: Text;
  alertId: number | null;
  prognosisId: number | null;
  engineer: string | null;
  plannedAt: EpochMs | null;
  failedAt: EpochMs | null;
  at: EpochMs;
  actor: string;
  reason: string | null;
}

const instantOrNull = (at: EpochMs | null): Date | null => (at === null ? null : new Date(at));

const columnsOf = (job: JobToOpen): Record<string, unknown> => ({
  kind: job.kind,
  service_type: job.serviceType,
  state: 'draft',
  priority: job.priority,
  device_id: job.device.id,
  component: job.component,
  failure_mode: job.failureMode,
  title_en: job.title.en,
  title_zh: job.title.zh,
  alert_id: job.alertId,
  prognosis_id: job.prognosisId,
  engineer_code: job.engineer,
  planned_at: instantOrNull(job.plannedAt),
  opened_at: new Date(job.at),
  opened_by: job.actor,
  failed_at: instantOrNull(job.failedAt),
  product_line: job.device.dimensions.productLine,
  product: job.device.dimensions.product,
  customer: job.device.dimensions.customer,
  customer_group: job.device.dimensions.customerGroup,
  contract: job.device.dimensions.contract,
  contract_type: job.device.dimensions.contractType,
  region: job.device.dimensions.region,
  station: job.device.dimensions.station,
});

/** The new job's id; `null` when an open predictive job of this device, component and failure mode is there already. */
export async function insertJob(tx: Transaction, job: JobToOpen): Promise<number | null> {
  const columns = columnsOf(job);
  const names = Object.keys(columns);
  const { rows } = await tx.prepared<{ id: bigint }>(
    'job-insert',
    `INSERT INTO work_order (${names.join(', ')}) VALUES (${names.map((_, index) => `$${index + 1}`).join(', ')})
     ON CONFLICT DO NOTHING RETURNING id`,
    Object.values(columns),
  );
  if (!rows[0]) return null;
  const workOrderId = Number(rows[0].id);
  await tx.query(
    `INSERT INTO work_order_transition (work_order_id, from_state, to_state, at, actor, reason)
     VALUES ($1, NULL, 'draft', $2, $3, $4)`,
    [workOrderId, new Date(job.at), job.actor, job.reason],
  );
  const payload = { workOrderId, device: job.device.code, kind: job.kind, alertId: job.alertId };
  appendEvent(tx, { type: 'work-order.opened', at: isoOf(job.at), payload });
  return workOrderId;
}

export async function openPredictiveJob(
  tx: Transaction,
  deviceId: number,
  component: string | null,
  failureMode: string | null,
): Promise<number | null> {
  const { rows } = await tx.query<{ id: bigint }>(
    `SELECT id FROM work_order WHERE device_id = $1 AND component = $2 AND failure_mode = $3 AND kind = 'predictive'
       AND state NOT IN ('completed', 'reviewed', 'closed', 'cancelled')`,
    [deviceId, component, failureMode],
  );
  return rows[0] ? Number(rows[0].id) : null;
}

/** A failure mode may be named without its component; codes the product does not know are refused. */
function faultAsked(device: ServicedDevice, component: string | null, failureMode: string | null): Fault | null {
  const { components, code } = device.definition;
  const owner = components.find((candidate) => candidate.failureModes.some((mode) => mode.code === failureMode));
  const place = component ?? owner?.code ?? null;
  if (place !== null && !components.some((candidate) => candidate.code === place)) {
    const known = components.map((candidate) => candidate.code).join(', ');
    throw new Problem('refused', `Product ${code} has no component ${place}; it has ${known}`);
  }
  const fault = faultOf(device.definition, place, failureMode);
  if (failureMode !== null && fault === null) {
    throw new Problem('refused', `Product ${code} knows no failure mode ${failureMode} of ${place ?? 'any component'}`);
  }
  return fault;
}

/** A job takes its alert along to the end, so it must be one of the same device. */
async function refuseForeignAlert(tx: Transaction, device: ServicedDevice, alertId: number): Promise<void> {
  const { rows } = await tx.query('SELECT 1 FROM alert WHERE id = $1 AND device_id = $2', [alertId, device.id]);
  if (!rows[0]) throw new Problem('refused', `There is no alert ${alertId} of device ${device.code}`);
}

function serviceTypeOf(body: NewWorkOrder, fault: Fault | null): ServiceType {
  const isRemote = body.kind === 'remote-support' || fault?.mode.remote === true;
  return body.serviceType ?? (isRemote ? 'remote' : 'on-site');
}

/** Opens a job as somebody asked for it; the job starts as a draft. */
export async function openJob(database: Database, clock: Clock, body: NewWorkOrder, actor: string): Promise<number> {
  const instant = (at: string | null | undefined, what: string): EpochMs | null =>
    at == null ? null : instantOf(at, clock, what);
  const at = instantOf(body.at, clock, 'The opening');
  const failedAt = instant(body.failedAt, 'The failure');
  return database.transaction(async (tx) => {
    const device = await deviceOf(tx, body.device);
    const fault = faultAsked(device, body.component ?? null, body.failureMode ?? null);
    if (body.alertId != null) await refuseForeignAlert(tx, device, body.alertId);
    if (body.engineer != null) await lockEngineer(tx, body.engineer);
    const job: JobToOpen = {
      device,
      kind: body.kind,
      serviceType: serviceTypeOf(body, fault),
      priority: body.priority ?? (body.kind === 'corrective' ? 'major' : 'minor'),
      component: fault?.component.code ?? body.component ?? null,
      failureMode: body.failureMode ?? null,
      title: body.title ?? titleOf(body.kind, device.productName, fault),
      alertId: body.alertId ?? null,
      prognosisId: null,
      engineer: body.engineer ?? null,
      plannedAt: body.plannedAt == null ? null : Date.parse(body.plannedAt),
      failedAt,
      at,
      actor,
      reason: null,
    };
    const id = await insertJob(tx, job);
    if (id !== null) return id;
    const open = await openPredictiveJob(tx, device.id, job.component, job.failureMode);
    throw new Problem('refused', `Work order ${open} is open for this device, component and failure mode; use it`);
  });
}
