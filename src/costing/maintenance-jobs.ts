// What preventive against reactive is asked of, jobs and devices, under the column names of cost dimensions, so that one
// filter fits costs, jobs and devices; and the finished jobs with their downtime.
import type { Scope } from '../contracts/access.ts';
import type { Dimension } from '../contracts/costs.ts';
import { Problem } from '../contracts/problems.ts';
import { boundsOf, isoOf, type Period } from '../contracts/time.ts';
import type { Queryable } from '../db/database.ts';
import type { DimensionFilters, PeriodSpan } from './core/cost-query.ts';
import type { ValueMappings } from './core/value-mapping.ts';
import { COLUMN_OF, conditionOf } from './dimension-columns.ts';

export interface ValueQuestion {
  by: readonly Dimension[];
  span: PeriodSpan;
  currency: string;
  scope: Scope;
  filters: DimensionFilters;
  mappings: ValueMappings;
}

/** A subquery `job`; `period` is the month a job was completed in. */
export const JOBS = `(SELECT w.*, w.kind AS maintenance_kind, w.engineer_code AS engineer, w.id AS work_order_id,
    d.code AS device, to_char(w.completed_at, 'YYYY-MM') AS period
  FROM work_order w JOIN device d ON d.id = w.device_id) job`;
/** A subquery `device`: where devices are. */
export const DEVICES_NOW = '(SELECT device_id AS id, * FROM device_now) device';
/** A subquery `device`: where devices were on the last day before an instant, given in SQL. */
export const devicesBefore = (instant: string): string => {
  const day = `((${instant} - INTERVAL '1 microsecond') AT TIME ZONE 'UTC')::date`;
  return `(SELECT device_id AS id, * FROM device_stretch WHERE from_on <= ${day} AND to_on > ${day}) device`;
};

/** Dimensions of a cost alone: a job has no one element, period or pool. */
const COST_ONLY: readonly Dimension[] = ['element', 'period', 'pool'];
/** Dimensions of a job alone: hours of devices are not divided by them. */
const JOB_ONLY: readonly string[] = ['component', 'service-type', 'maintenance-kind', 'engineer', 'work-order'];

export const isOfDevices = (dimension: string): boolean => !JOB_ONLY.includes(dimension);

export const filtersOfDevices = (filters: DimensionFilters): DimensionFilters =>
  Object.fromEntries(Object.entries(filters).filter(([name]) => isOfDevices(name)));

export function refuseCostOnly({ by, filters }: ValueQuestion): void {
  const wrong = COST_ONLY.filter((dimension) => filters[dimension] !== undefined || by.includes(dimension));
  if (wrong.length > 0) throw new Problem('validation-failed', `Maintenance cannot be compared by ${wrong.join(', ')}`);
}

export const columnsOf = (by: readonly Dimension[]): string =>
  `ARRAY[${by.map((dimension) => COLUMN_OF[dimension]).join(', ')}]::text[]`;

/** The key of a group from values as they were posted: merged ones count as one. */
export const keyOfPosted = (
  by: readonly Dimension[],
  values: readonly (string | null)[],
  mappings: ValueMappings,
): string =>
  JSON.stringify(
    by.map((dimension, index) => {
      const value = values[index] ?? null;
      return value === null || dimension === 'work-order' ? value : mappings.standFor(dimension, value);
    }),
  );

export interface JobCount {
  key: string;
  period: Period;
  kind: string;
  jobs: number;
  downtimeMinutes: number;
}

/** Jobs completed in the span, by group, month and kind. */
export async function readJobCounts(db: Queryable, question: ValueQuestion): Promise<JobCount[]> {
  const { by, span, scope, filters, mappings } = question;
  const condition = conditionOf(filters, scope, 2, mappings);
  const { rows } = await db.query<{
    values: (string | null)[];
    period: Period;
    kind: string;
    jobs: number;
    downtime: number;
  }>(
    `SELECT ${columnsOf(by)} AS values, period, kind, count(*)::integer AS jobs, sum(downtime_minutes)::float8 AS downtime
     FROM ${JOBS} WHERE completed_at >= $1 AND completed_at < $2 ${condition.sql} GROUP BY 1, 2, 3`,
    [isoOf(boundsOf(span.from).fromMs), isoOf(boundsOf(span.to).toMs), ...condition.values],
  );
  return rows.map(({ values, period, kind, jobs, downtime }) => ({
    key: keyOfPosted(by, values, mappings),
    period,
    kind,
    jobs,
    downtimeMinutes: downtime,
  }));
}
