// What people did to devices in the time that is judged anew: jobs with what they renewed and found, components that were changed,
// alerts that were resolved. Each device's visits go to its judge in the order in which they came.
import type { Product } from '../../contracts/product.ts';
import type { EpochMs } from '../../contracts/time.ts';
import type { WorkOrderKind } from '../../contracts/work-order-states.ts';
import type { Queryable } from '../../db/database.ts';
import { renewedBy } from '../core/renewal.ts';
import type { Visit } from '../core/time-machine/visit.ts';

interface Span {
  fromMs: EpochMs;
  toMs: EpochMs;
}

interface JobRow {
  device: number;
  kind: WorkOrderKind;
  component: string | null;
  confirmed: boolean | null;
  at: Date;
  cause: string | null;
  alert_component: string | null;
  parts: string[];
}

interface ChangeRow {
  device: number;
  component: string;
  at: Date;
  confirmed: boolean;
}

const JOBS = `
  SELECT w.device_id AS device, w.kind, w.component, w.finding_confirmed AS confirmed, w.completed_at AS at, a.cause,
    a.component AS alert_component, ARRAY (SELECT part_code FROM part_use u WHERE u.work_order_id = w.id GROUP BY part_code
      HAVING sum(quantity) > 0 ORDER BY part_code) AS parts
  FROM work_order w LEFT JOIN alert a ON a.id = w.alert_id
  WHERE w.device_id = ANY ($1::int[]) AND w.state <> 'cancelled' AND w.completed_at >= $2 AND w.completed_at < $3`;

/** What somebody confirmed later counts as confirmed from when it happened. */
const CHANGES = `
  SELECT r.device_id AS device, r.component, r.at, EXISTS (
    SELECT FROM component_swap s WHERE s.device_id = r.device_id AND s.component = r.component AND s.at = r.at
      AND s.decision = 'confirmed') AS confirmed
  FROM baseline_reset r WHERE r.device_id = ANY ($1::int[]) AND r.at >= $2 AND r.at < $3
    AND r.reason IN ('component-changed', 'component-changed-without-job')`;

const RESOLVED = `
  SELECT a.device_id AS device, a.cause, c.at FROM alert_change c JOIN alert a ON a.id = c.alert_id
  WHERE a.device_id = ANY ($1::int[]) AND c.change = 'resolve' AND c.at >= $2 AND c.at < $3`;

/** By device. */
export async function visitsOf(
  db: Queryable,
  devices: readonly { id: number; product: Product }[],
  { fromMs, toMs }: Span,
): Promise<ReadonlyMap<number, readonly Visit[]>> {
  const values = [devices.map(({ id }) => id), new Date(fromMs), new Date(toMs)];
  const visits = new Map(devices.map(({ id }): [number, Visit[]] => [id, []]));
  const products = new Map(devices.map(({ id, product }) => [id, product]));
  const productOf = (device: number): Product => products.get(device) as Product;
  for (const job of (await db.query<JobRow>(JOBS, values)).rows) {
    visits.get(job.device)?.push(visitOfJob(productOf(job.device), job));
  }
  const changes = await db.query<ChangeRow>(CHANGES, values);
  for (const { device, component: code, at, confirmed } of changes.rows) {
    const component = productOf(device).components.find((known) => known.code === code);
    if (component === undefined) continue;
    const renewed = [{ component, hasFailed: false }];
    visits.get(device)?.push({ ...NOTHING, atMs: at.getTime(), isInLog: confirmed, renewed });
  }
  const resolved = await db.query<{ device: number; cause: string; at: Date }>(RESOLVED, values);
  for (const { device, cause, at } of resolved.rows) {
    visits.get(device)?.push({ ...NOTHING, atMs: at.getTime(), ends: { cause, component: null } });
  }
  return visits;
}

const NOTHING: Omit<Visit, 'atMs'> = {
  isInLog: false,
  renewed: [],
  ends: { cause: null, component: null },
  isFoundNormal: false,
};

function visitOfJob(product: Product, row: JobRow): Visit {
  const { kind, component, confirmed, at, cause, alert_component: alerted, parts } = row;
  const about = component ?? alerted;
  const renewed = renewedBy(product, { kind, component: about, confirmed, parts: new Set(parts) });
  return {
    atMs: at.getTime(),
    isInLog: true,
    renewed: renewed.map((one) => ({ component: one, hasFailed: kind === 'corrective' && one.code === about })),
    ends: { cause, component: confirmed === true ? component : null },
    isFoundNormal: confirmed === false,
  };
}
