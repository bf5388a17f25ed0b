// What preventive against reactive is asked of, jobs and devices, under the column names of cost dimensions, so that one
// filter fits costs, jobs and devices.
import type { Scope } from '../contracts/access.ts';
import { Problem } from '../contracts/problems.ts';
import type { DimensionFilters, PeriodSpan } from './core/cost-query.ts';

export interface ValueQuestion {
  span: PeriodSpan;
  currency: string;
  scope: Scope;
  filters: DimensionFilters;
}

/** A subquery `job`; `period` is the month a job was completed in. */
export const JOBS = `(SELECT w.*, w.kind AS maintenance_kind, w.engineer_code AS engineer, w.id AS work_order_id,
    d.code AS device, to_char(w.completed_at, 'YYYY-MM') AS period
  FROM work_order w JOIN device d ON d.id = w.device_id) job`;
/** A subquery `device`. */
export const DEVICES = `(SELECT d.id, d.lifecycle, d.installed_on, d.code AS device, p.line_code AS product_line,
    p.code AS product, c.code AS customer, c.group_code AS customer_group, k.code AS contract, k.type AS contract_type,
    s.code AS station, s.region_code AS region
  FROM device d JOIN product p ON p.code = d.product_code JOIN customer c ON c.code = d.customer_code
  JOIN station s ON s.code = d.station_code LEFT JOIN contract k ON k.code = d.contract_code) device`;

/** Dimensions of a cost alone: a job has no one element, period or pool. */
const COST_ONLY = ['element', 'period', 'pool'] as const;
/** Dimensions of a job alone: hours of devices are not divided by them. */
const JOB_ONLY: readonly string[] = ['component', 'service-type', 'maintenance-kind', 'engineer', 'work-order'];

export const isOfDevices = (dimension: string): boolean => !JOB_ONLY.includes(dimension);

export const filtersOfDevices = (filters: DimensionFilters): DimensionFilters =>
  Object.fromEntries(Object.entries(filters).filter(([name]) => isOfDevices(name)));

export function refuseCostOnly(filters: DimensionFilters): void {
  const wrong = COST_ONLY.filter((dimension) => filters[dimension] !== undefined);
  if (wrong.length > 0) throw new Problem('validation-failed', `Maintenance cannot be compared by ${wrong.join(', ')}`);
}
