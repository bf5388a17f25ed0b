// Preventive against reactive, month by month, and what acting on predictions was worth (domain: measures). Planned
// costs are what the jobs really cost; what the failure would have cost is the estimate the trigger used.
import type { Scope } from '../contracts/access.ts';
import { type Dimension, PREVENTIVE_KINDS } from '../contracts/costs.ts';
import type { MaintenanceValue } from '../contracts/http/costs.ts';
import { moneyOf, scaleMinor } from '../contracts/money.ts';
import { Problem } from '../contracts/problems.ts';
import { boundsOf, HOUR_MS, isoOf, type EpochMs, type Period } from '../contracts/time.ts';
import type { Database, Queryable } from '../db/database.ts';
import { type DimensionFilters, parseFilter, type PeriodSpan, parsePeriods } from './core/cost-query.ts';
import { avoidanceOf, type PredictedJob } from './core/maintenance-economics.ts';
import { periodsBetween } from './core/periods.ts';
import { COST_LINES } from './cost-lines.ts';
import { conditionOf } from './dimension-columns.ts';
import type { Economics, FixEstimate } from './economics.ts';
import type { SummaryDefaults } from './summary.ts';

type Side = 'preventive' | 'reactive';
/** Kinds a failure caused; installations and field changes are neither side. */
const REACTIVE_KINDS = ['corrective', 'remote-support'];

interface SideSums {
  costMinor: bigint;
  jobs: number;
  downtimeMinutes: number;
}
const NOTHING: SideSums = { costMinor: 0n, jobs: 0, downtimeMinutes: 0 };
const add = (a: SideSums, b: SideSums): SideSums => ({
  costMinor: a.costMinor + b.costMinor,
  jobs: a.jobs + b.jobs,
  downtimeMinutes: a.downtimeMinutes + b.downtimeMinutes,
});

const SIDE = (kind: string): string =>
  `CASE WHEN ${kind} = ANY ($4) THEN 'preventive' WHEN ${kind} = ANY ($5) THEN 'reactive' END`;

interface Question {
  span: PeriodSpan;
  currency: string;
  scope: Scope;
  filters: DimensionFilters;
}

/** Jobs and devices under the column names of dimensions, so that one filter fits costs, jobs and devices. */
const JOBS = `(SELECT w.*, w.kind AS maintenance_kind, w.engineer_code AS engineer, w.id AS work_order_id, d.code AS device
  FROM work_order w JOIN device d ON d.id = w.device_id) job`;
const DEVICES = `(SELECT d.lifecycle, d.installed_on, d.code AS device, p.line_code AS product_line, p.code AS product,
    c.code AS customer, c.group_code AS customer_group, k.code AS contract, k.type AS contract_type, s.code AS station,
    s.region_code AS region
  FROM device d JOIN product p ON p.code = d.product_code JOIN customer c ON c.code = d.customer_code
  JOIN station s ON s.code = d.station_code LEFT JOIN contract k ON k.code = d.contract_code) device`;

/** Dimensions of a cost alone: a job has no one element, period or pool. */
const COST_ONLY = ['element', 'period', 'pool'] as const;
/** Dimensions of a job alone: hours of devices are not divided by them. */
const JOB_ONLY = ['component', 'service-type', 'maintenance-kind', 'engineer', 'work-order'] as const;

function without(filters: DimensionFilters, dimensions: readonly Dimension[]): DimensionFilters {
  return Object.fromEntries(Object.entries(filters).filter(([name]) => !dimensions.includes(name as Dimension)));
}

function refuseCostOnly(filters: DimensionFilters): void {
  const wrong = COST_ONLY.filter((dimension) => filters[dimension] !== undefined);
  if (wrong.length > 0) throw new Problem('validation-failed', `Maintenance cannot be compared by ${wrong.join(', ')}`);
}

/** Cost by period of posting, direct and allocated; jobs and downtime by the month they were completed in. */
async function sidesByMonth(db: Queryable, question: Question): Promise<Map<string, SideSums>> {
  const { span, currency, scope, filters } = question;
  const condition = conditionOf(filters, scope, 5);
  const kinds = [[...PREVENTIVE_KINDS], REACTIVE_KINDS];
  const costs = await db.query<{ period: Period; side: Side; cost: bigint }>(
    `SELECT period, ${SIDE('maintenance_kind')} AS side, sum(amount_minor)::bigint AS cost FROM ${COST_LINES}
     WHERE maintenance_kind = ANY ($4 || $5) ${condition.sql} GROUP BY 1, 2`,
    [span.from, span.to, currency, ...kinds, ...condition.values],
  );
  const jobs = await db.query<{ period: Period; side: Side; jobs: number; downtime: number }>(
    `SELECT to_char(completed_at, 'YYYY-MM') AS period, ${SIDE('kind')} AS side, count(*)::integer AS jobs,
            sum(downtime_minutes)::integer AS downtime
     FROM ${JOBS} WHERE completed_at >= $1 AND completed_at < $2 AND $3::text IS NOT NULL
       AND kind = ANY ($4 || $5) ${condition.sql} GROUP BY 1, 2`,
    [isoOf(boundsOf(span.from).fromMs), isoOf(boundsOf(span.to).toMs), currency, ...kinds, ...condition.values],
  );
  const sums = new Map<string, SideSums>();
  const gather = (key: string, part: Partial<SideSums>): void =>
    void sums.set(key, add(sums.get(key) ?? NOTHING, { ...NOTHING, ...part }));
  for (const row of costs.rows) gather(`${row.period} ${row.side}`, { costMinor: row.cost });
  for (const row of jobs.rows) {
    gather(`${row.period} ${row.side}`, { jobs: row.jobs, downtimeMinutes: row.downtime });
  }
  return sums;
}

/** Hours devices were installed and in service, month by month, up to now. */
async function deviceHours(
  db: Queryable,
  periods: readonly Period[],
  { scope, filters }: Question,
  now: EpochMs,
): Promise<number[]> {
  const condition = conditionOf(without(filters, JOB_ONLY), scope, 0);
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

interface OutcomeRow {
  device: string;
  component: string | null;
  failure_mode: string | null;
  confirmed: boolean | null;
  /** `null`: nothing was captured on the job. */
  cost: bigint | null;
}

async function predictedOutcomes(db: Queryable, question: Question): Promise<OutcomeRow[]> {
  const { span, currency, scope, filters } = question;
  const condition = conditionOf(filters, scope, 3);
  const { rows } = await db.query<OutcomeRow>(
    `SELECT device, component, failure_mode, finding_confirmed AS confirmed,
            (SELECT sum(f.amount_minor)::bigint FROM cost_fact f WHERE f.work_order_id = job.id AND f.currency = $3) AS cost
     FROM ${JOBS} WHERE kind = 'predictive' AND completed_at >= $1 AND completed_at < $2 ${condition.sql} ORDER BY id`,
    [isoOf(boundsOf(span.from).fromMs), isoOf(boundsOf(span.to).toMs), currency, ...condition.values],
  );
  return rows;
}

/** Jobs without an outcome, or without an estimate to hold it against, are censored: left out and counted. */
async function avoidance(outcomes: readonly OutcomeRow[], economics: Economics, currency: string) {
  const judged: PredictedJob[] = [];
  const estimates = new Map<string, Promise<FixEstimate | null>>();
  const estimateOf = (device: string, component: string, failureMode: string): Promise<FixEstimate | null> => {
    const key = [device, component, failureMode].join(' ');
    const known = estimates.get(key) ?? economics(device, component, failureMode);
    estimates.set(key, known);
    return known;
  };
  for (const { device, component, failure_mode, confirmed, cost } of outcomes) {
    if (confirmed === null) continue;
    const estimate = await estimateOf(device, component ?? '', failure_mode ?? '');
    if (!estimate || estimate.currency !== currency) continue;
    const estimated = confirmed ? estimate.plannedMinor : estimate.needlessMinor;
    judged.push({ isConfirmed: confirmed, unplannedMinor: estimate.unplannedMinor, actualMinor: cost ?? estimated });
  }
  return { ...avoidanceOf(judged), censored: outcomes.length - judged.length };
}

export interface MaintenanceValueOptions {
  database: Database;
  economics: Economics;
  defaults: SummaryDefaults;
  nowMs: EpochMs;
}

export async function maintenanceValue(
  query: { period?: string; currency?: string; filter?: string },
  scope: Scope,
  { database, economics, defaults, nowMs }: MaintenanceValueOptions,
): Promise<MaintenanceValue> {
  const span = parsePeriods(query.period, defaults.period);
  const currency = query.currency ?? defaults.currency;
  const filters = parseFilter(query.filter);
  refuseCostOnly(filters);
  const question = { span, currency, scope, filters };
  const sums = await sidesByMonth(database, question);
  const periods = periodsBetween(span.from, span.to);
  const hours = await deviceHours(database, periods, question, nowMs);
  const money = (minor: bigint) => moneyOf(minor, currency);
  const view = (side: SideSums, overHours: number) => ({
    cost: money(side.costMinor),
    jobs: side.jobs,
    downtimeHours: side.downtimeMinutes / 60,
    costPerDeviceHour: overHours < 1 ? null : money(scaleMinor(side.costMinor, 1n, BigInt(Math.round(overHours)))),
  });
  const sideOf = (period: Period, side: Side): SideSums => sums.get(`${period} ${side}`) ?? NOTHING;
  const totalOf = (side: Side): SideSums => periods.map((period) => sideOf(period, side)).reduce(add, NOTHING);
  const totalHours = hours.reduce((sum, value) => sum + value, 0);
  const worth = await avoidance(await predictedOutcomes(database, question), economics, currency);
  return {
    currency,
    months: periods.map((period, index) => ({
      period,
      preventive: view(sideOf(period, 'preventive'), hours[index] ?? 0),
      reactive: view(sideOf(period, 'reactive'), hours[index] ?? 0),
    })),
    preventive: view(totalOf('preventive'), totalHours),
    reactive: view(totalOf('reactive'), totalHours),
    avoidance: {
      gross: money(worth.grossMinor),
      falseAlarmCost: money(worth.needlessMinor),
      net: money(worth.netMinor),
      truePositives: worth.truePositives,
      falsePositives: worth.falsePositives,
      censored: worth.censored,
    },
  };
}
