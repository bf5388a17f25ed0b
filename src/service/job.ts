// One work order as commands see it: loaded and locked, checked against the revision the caller saw, and moved on to
// the next revision.
import { wrongCostDay } from '../contracts/cost-dates.ts';
import type { JobDimensions } from '../contracts/costs.ts';
import { Problem } from '../contracts/problems.ts';
import { type Clock, dayOf, type EpochMs, isoOf } from '../contracts/time.ts';
import {
  type ServiceType,
  takesActuals,
  type WorkOrderKind,
  type WorkOrderState,
} from '../contracts/work-order-states.ts';
import type { Database, Transaction } from '../db/database.ts';
import { FUTURE_TOLERANCE_MS } from './core/transitions.ts';

/** Which job, by whom, and the revision the caller saw. */
export interface JobCommand {
  workOrderId: number;
  actor: string;
  /** Refused with `out-of-date` when the job has another revision by now. */
  revision?: number;
}

export interface JobRow {
  id: bigint;
  kind: WorkOrderKind;
  service_type: ServiceType;
  state: WorkOrderState;
  device: string;
  component: string | null;
  failure_mode: string | null;
  alert_id: bigint | null;
  opened_at: Date;
  failed_at: Date | null;
  completed_at: Date | null;
  finding_failure_mode: string | null;
  finding_confirmed: boolean | null;
  has_finding: boolean;
  product_line: string;
  product: string;
  customer: string;
  customer_group: string | null;
  contract: string | null;
  contract_type: string | null;
  region: string;
  station: string;
  revision: number;
}

export const dimensionsOf = (row: JobRow): JobDimensions => ({
  workOrderId: Number(row.id),
  device: row.device,
  component: row.component,
  productLine: row.product_line,
  product: row.product,
  customer: row.customer,
  customerGroup: row.customer_group,
  contract: row.contract,
  contractType: row.contract_type,
  serviceType: row.service_type,
  maintenanceKind: row.kind,
  region: row.region,
  station: row.station,
});

async function lockJob(tx: Transaction, { workOrderId, revision }: JobCommand): Promise<JobRow> {
  const { rows } = await tx.prepared<JobRow>(
    'job-lock',
    `SELECT w.*, w.finding_note IS NOT NULL AS has_finding, d.code AS device FROM work_order w JOIN device d ON d.id = w.device_id WHERE w.id = $1 FOR UPDATE OF w`,
    [workOrderId],
  );
  const row = rows[0];
  if (!row) throw new Problem('not-found', `There is no work order ${workOrderId}`);
  if (revision !== undefined && revision !== row.revision) {
    throw new Problem('out-of-date', `Work order ${workOrderId} has revision ${row.revision} by now; read it again`);
  }
  return row;
}

/** Does one change of one job in one transaction; the job has its next revision afterwards. */
export async function changeJob<T>(
  database: Database,
  command: JobCommand,
  change: (tx: Transaction, job: JobRow) => Promise<T>,
): Promise<T> {
  return database.transaction(async (tx) => {
    const job = await lockJob(tx, command);
    const result = await change(tx, job);
    await tx.query('UPDATE work_order SET revision = revision + 1 WHERE id = $1', [job.id]);
    return result;
  });
}

export function requireActuals(job: JobRow): void {
  if (takesActuals(job.state)) return;
  const todo = job.state === 'draft' ? 'approve it first' : 'correct it with a reversing cost entry';
  throw new Problem('transition-refused', `A job that is ${job.state} takes no entries; ${todo}`, { state: job.state });
}

/** The instant a command speaks of: as given, else now; never in the future, nor on a day that cost cannot have. */
export function instantOf(at: string | undefined, clock: Clock, what: string): EpochMs {
  const now = clock.now();
  const instant = at === undefined ? now : Date.parse(at);
  if (Number.isNaN(instant)) throw new Problem('validation-failed', `${what}: "${at}" is not an ISO 8601 time`);
  if (instant > now + FUTURE_TOLERANCE_MS) {
    throw new Problem('refused', `${what} lies in the future (${isoOf(instant)}, now ${isoOf(now)})`);
  }
  const wrongDay = wrongCostDay(dayOf(instant), now);
  if (wrongDay !== null) throw new Problem('refused', `${what}: ${wrongDay}`);
  return instant;
}
