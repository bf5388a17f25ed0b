// The two sides of the comparison, preventive and reactive, month by month: their cost by element, jobs and downtime, and
// the hours of devices they are divided by.
import { COST_ELEMENTS, type CostElement, PREVENTIVE_KINDS } from '../contracts/costs.ts';
import { boundsOf, HOUR_MS, isoOf, type EpochMs, type Period } from '../contracts/time.ts';
import type { Queryable } from '../db/database.ts';
import { COST_LINES } from './cost-lines.ts';
import { conditionOf } from './dimension-columns.ts';
import { DEVICES, filtersOfDevices, JOBS, type ValueQuestion } from './maintenance-jobs.ts';

export const SIDES = ['preventive', 'reactive'] as const;
export type Side = (typeof SIDES)[number];
/** Kinds a failure caused; installations and field changes are neither side. */
const REACTIVE_KINDS = ['corrective', 'remote-support'];

export interface SideSums {
  minorByElement: ReadonlyMap<CostElement, bigint>;
  jobs: number;
  downtimeMinutes: number;
}
export const NO_SIDE: SideSums = { minorByElement: new Map(), jobs: 0, downtimeMinutes: 0 };

export const addSides = (a: SideSums, b: SideSums): SideSums => ({
  minorByElement: new Map(
    COST_ELEMENTS.flatMap((element): [CostElement, bigint][] => {
      const parts = [a.minorByElement.get(element), b.minorByElement.get(element)].filter((part) => part !== undefined);
      return parts.length === 0 ? [] : [[element, parts.reduce((sum, part) => sum + part, 0n)]];
    }),
  ),
  jobs: a.jobs + b.jobs,
  downtimeMinutes: a.downtimeMinutes + b.downtimeMinutes,
});

export const costOf = ({ minorByElement }: SideSums): bigint =>
  [...minorByElement.values()].reduce((sum, minor) => sum + minor, 0n);

const SIDE_OF = (kind: string): string =>
  `CASE WHEN ${kind} = ANY ($4) THEN 'preventive' WHEN ${kind} = ANY ($5) THEN 'reactive' END`;

export type SidesByMonth = (period: Period, side: Side) => SideSums;

/** Cost by period of posting, direct and allocated; jobs and downtime by the month they were completed in. */
export async function readSides(db: Queryable, question: ValueQuestion): Promise<SidesByMonth> {
  const { span, currency, scope, filters } = question;
  const condition = conditionOf(filters, scope, 5);
  const kinds = [[...PREVENTIVE_KINDS], REACTIVE_KINDS];
  const costs = await db.query<{ period: Period; side: Side; element: CostElement; cost: bigint }>(
    `SELECT period, ${SIDE_OF('maintenance_kind')} AS side, element, sum(amount_minor)::bigint AS cost
     FROM ${COST_LINES} WHERE maintenance_kind = ANY ($4 || $5) ${condition.sql} GROUP BY 1, 2, 3`,
    [span.from, span.to, currency, ...kinds, ...condition.values],
  );
  const jobs = await db.query<{ period: Period; side: Side; jobs: number; downtime: number }>(
    `SELECT period, ${SIDE_OF('kind')} AS side, count(*)::integer AS jobs, sum(downtime_minutes)::integer AS downtime
     FROM ${JOBS} WHERE completed_at >= $1 AND completed_at < $2 AND $3::text IS NOT NULL
       AND kind = ANY ($4 || $5) ${condition.sql} GROUP BY 1, 2`,
    [isoOf(boundsOf(span.from).fromMs), isoOf(boundsOf(span.to).toMs), currency, ...kinds, ...condition.values],
  );
  const sums = new Map<string, SideSums>();
  const gather = (key: string, part: Partial<SideSums>): void =>
    void sums.set(key, addSides(sums.get(key) ?? NO_SIDE, { ...NO_SIDE, ...part }));
  for (const { period, side, element, cost } of costs.rows) {
    gather(`${period} ${side}`, { minorByElement: new Map([[element, cost]]) });
  }
  for (const row of jobs.rows) gather(`${row.period} ${row.side}`, { jobs: row.jobs, downtimeMinutes: row.downtime });
  return (period, side) => sums.get(`${period} ${side}`) ?? NO_SIDE;
}

/** Hours devices were installed and in service, month by month, up to now. */
export async function deviceHours(
  db: Queryable,
  periods: readonly Period[],
  { scope, filters }: ValueQuestion,
  now: EpochMs,
): Promise<number[]> {
  const condition = conditionOf(filtersOfDevices(filters), scope, 0);
  const { rows } = await db.query<{ installed: Date | null }>(
    `SELECT installed_on::timestamptz AS installed FROM ${DEVICES} WHERE lifecycle = 'in-service' ${condition.sql}`,
    condition.values,
  );
  return periods.map((period) => {
    const { fromMs, toMs } = boundsOf(period);
    const endMs = Math.min(toMs, now);
    const spanMs = (installed: Date | null): number =>
      Math.max(0, endMs - Math.max(fromMs, installed?.getTime() ?? fromMs));
    return rows.reduce((sum, { installed }) => sum + spanMs(installed), 0) / HOUR_MS;
  });
}
