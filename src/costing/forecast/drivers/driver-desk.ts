// Joins what drives cost for one question: the installed base of its cells, beliefs about lives, jobs and cost by what they follow.
// Where a question has no installed base it says why.
import type { Scope } from '../../../contracts/access.ts';
import type { Dimension } from '../../../contracts/costs.ts';
import type { DriversMissing, ForecastDrivers } from '../../../contracts/http/forecast.ts';
import { moneyOf } from '../../../contracts/money.ts';
import type { EpochMs, Period } from '../../../contracts/time.ts';
import type { Database } from '../../../db/database.ts';
import type { DimensionFilters } from '../../core/cost-query.ts';
import {
  COST_SIDES,
  type CostSide,
  type DrivenSeries,
  driverBased,
  type DriverOutlook,
  driversAt,
} from '../../core/forecast/drivers/driver-model.ts';
import { type Forecaster, SEASON } from '../../core/forecast/models.ts';
import { walkStart } from '../../core/forecast/walk.ts';
import { readMappings } from '../../dimension-mappings.ts';
import { monthNumberOf, type MonthSeries, periodBefore } from '../month-series.ts';
import type { HazardBook } from './hazard-book.ts';
import { readInstalledBase } from './installed-base.ts';
import { type FinishedJobsOf, type JobsQuestion, readFinishedJobs } from './job-costs.ts';

const OF_UNITS: readonly Dimension[] = [
  'product-line',
  'product',
  'device',
  'customer',
  'customer-group',
  'contract',
  'contract-type',
  'region',
  'station',
];
/** They divide what a job costs, not the units. */
const OF_COST: readonly Dimension[] = ['element', 'maintenance-kind'];

export interface DriverSources {
  database: Database;
  hazards: HazardBook;
}

export interface CellsQuestion {
  by: readonly Dimension[];
  filters: DimensionFilters;
  openMonth: Period;
  nowMs: EpochMs;
}

export interface Cell {
  series: MonthSeries;
  costs: DrivenSeries['costs'];
  /** Names the cell among the others of the question. */
  keys: Readonly<Record<string, string | null>>;
}

export interface Driven {
  missing: DriversMissing | null;
  forecasters: readonly Forecaster[];
  /** As known now; of months ahead the mean. */
  view(horizon: number, currency: string): Promise<ForecastDrivers | null>;
}

/** Answers for any cell of the question. */
export type DrivenCells = (cell: Cell) => Promise<Driven>;

const without = (missing: DriversMissing): Driven => ({ missing, forecasters: [], view: async () => null });

export async function readDrivenCells(
  { database, hazards }: DriverSources,
  { by, filters, openMonth, nowMs }: CellsQuestion,
  scope: Scope,
): Promise<DrivenCells> {
  const asked = [...by, ...(Object.keys(filters) as Dimension[])];
  if (asked.some((dimension) => !OF_UNITS.includes(dimension) && !OF_COST.includes(dimension))) {
    return async () => without('dimension');
  }
  const own = by.filter((dimension) => OF_UNITS.includes(dimension));
  const ofUnits = Object.fromEntries(Object.entries(filters).filter(([name]) => OF_UNITS.includes(name as Dimension)));
  const mappings = await readMappings(database);
  const base = await readInstalledBase(database, { by: own, filters: ofUnits, scope, mappings, nowMs });
  if (base === null) return async () => without('too-many');
  const span = { from: periodBefore(openMonth, SEASON), to: periodBefore(openMonth, 1) };
  const jobsIn = finishedJobs(database, { by: own, span, filters, scope, mappings });
  return async ({ series, costs, keys }) => {
    const [first] = series.periods;
    if (first === undefined) return without('young');
    const cell = base.of(keys);
    if (cell.units.length === 0) return without('no-units');
    const firstMonth = monthNumberOf(first);
    const months = series.periods.length;
    const hazardsAt = await hazards.read(cell.products, firstMonth + walkStart(months), firstMonth + months);
    const driven: DrivenSeries = { firstMonth, costs, base: cell, hazardsAt };
    return {
      missing: driversAt(driven, months, 1) === null ? 'young' : null,
      forecasters: [driverBased(driven)],
      async view(horizon, currency) {
        const outlook = driversAt(driven, months, horizon);
        if (outlook === null) return null;
        const jobsOf = await jobsIn(currency);
        return driversView(outlook, (side) => jobsOf(side, keys, first), currency);
      },
    };
  };
}

/** Read when somebody looks at them, once for all cells of a question. */
function finishedJobs(database: Database, question: Omit<JobsQuestion, 'currency'>) {
  const known = new Map<string, Promise<FinishedJobsOf>>();
  return (currency: string): Promise<FinishedJobsOf> => {
    const jobs = known.get(currency) ?? readFinishedJobs(database, { ...question, currency });
    known.set(currency, jobs);
    return jobs;
  };
}

/** Of fewer, what a job costs is a story, not an estimate. */
export const LEAST_JOBS = 5;

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function driversView(
  outlook: DriverOutlook,
  jobsOf: (side: CostSide) => ReturnType<FinishedJobsOf>,
  currency: string,
): ForecastDrivers {
  const money = (minor: number) => moneyOf(BigInt(Math.round(minor)), currency);
  const { units, unitMonths, lookBack, pastFailures, failures, pastCost, expected } = outlook;
  /** Months ahead have so many jobs as the ones behind, times this. */
  const growth = (side: CostSide): number =>
    side === 'failure' && pastFailures > 0 ? meanOf(failures) / pastFailures : units / unitMonths;
  return {
    units,
    unitMonths,
    lookBackMonths: lookBack,
    lines: COST_SIDES.flatMap((side): ForecastDrivers['lines'] => {
      if (pastCost[side] === 0) return [];
      const all = meanOf(expected[side]);
      const line = { side, amount: money(all), job: null, rest: money(all) };
      // Shared cost and the like goes with the units, whatever jobs there were.
      if (side === 'other') return [{ ...line, finishedJobs: null }];
      const { n, minor } = jobsOf(side);
      if (n < LEAST_JOBS || minor === null) return [{ ...line, finishedJobs: n }];
      const aMonth = n * growth(side);
      const cost = Number(minor) / n;
      const job = { aMonth, perUnit: units === 0 ? 0 : aMonth / units, cost: money(cost), n };
      return [{ ...line, job, rest: money(Math.round(all) - Math.round(aMonth * cost)), finishedJobs: n }];
    }),
  };
}
