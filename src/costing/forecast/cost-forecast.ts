// Answers what cost will be: each group's months and the whole, forecast by the model that did best along its own months.
import type { Scope } from '../../contracts/access.ts';
import type { Forecast, ForecastQuery, ForecastSeries } from '../../contracts/http/forecast.ts';
import { moneyOf } from '../../contracts/money.ts';
import { Problem } from '../../contracts/problems.ts';
import { type Clock, type EpochMs, periodOf } from '../../contracts/time.ts';
import { LEAST_MONTHS } from '../core/forecast/forecast.ts';
import { parseDimensions, parseFilter } from '../core/cost-query.ts';
import { readCostSides } from './drivers/cost-sides.ts';
import { type Driven, type DriverSources, readDrivenCells } from './drivers/driver-desk.ts';
import {
  type MonthSeries,
  type ReadSummary,
  readMonthSeries,
  type SeriesAnswer,
  type SeriesQuestion,
} from './month-series.ts';
import { type Ahead, bandOf, project } from './projection.ts';

/** Groups that are forecast, the dearest; the rest is in the whole. */
export const FORECAST_GROUPS_LIMIT = 150;
const HORIZON = 12;
/** Recent months that say which groups are the dearest. */
const RECENT = 12;

export interface ForecastSources extends DriverSources {
  summary: ReadSummary;
  clock: Clock;
}

async function toView(series: MonthSeries, driven: Driven, ahead: Ahead, currency: string): Promise<ForecastSeries> {
  const projection = project(series, ahead, driven.forecasters);
  const last = projection?.summed.at(-1);
  return {
    keys: series.keys,
    labels: series.labels,
    history: series.periods.map((period, i) => ({ period, amount: moneyOf(series.minor[i] ?? 0n, currency) })),
    posted: moneyOf(series.postedMinor, currency),
    forecast:
      projection && last
        ? {
            model: projection.series.model,
            isIntermittent: projection.series.isIntermittent,
            scores: projection.series.scores,
            months: projection.months.map(({ period, ...step }) => ({ period, ...bandOf(step, currency) })),
            total: bandOf(last, currency),
            coverage: projection.series.coverage,
          }
        : null,
    drivers: await driven.view(ahead.horizon, currency),
    driversMissing: driven.missing,
  };
}

const recentCost = ({ minor, postedMinor }: MonthSeries): bigint =>
  minor.slice(-RECENT).reduce((sum, amount) => sum + amount, postedMinor);
const dearestFirst = (a: MonthSeries, b: MonthSeries): number => {
  const [costA, costB] = [recentCost(a), recentCost(b)];
  return costA === costB ? 0 : costA > costB ? -1 : 1;
};
const nothing = (): MonthSeries => ({ keys: {}, labels: {}, periods: [], minor: [], postedMinor: 0n });

/** Groups of a question, or the whole: the series and what drives each. */
async function readDriven(
  sources: ForecastSources,
  question: SeriesQuestion & { nowMs: EpochMs },
  scope: Scope,
): Promise<SeriesAnswer & { drivenOf: (series: MonthSeries) => Promise<Driven> }> {
  const { by, openMonth, nowMs } = question;
  const answer = await readMonthSeries(sources.summary, question, scope);
  const filters = parseFilter(question.filter);
  const cells = await readDrivenCells(sources, { by, filters, openMonth, nowMs }, scope);
  const sidesOf = await readCostSides(sources.summary, question, scope);
  return { ...answer, drivenOf: (series) => cells({ series, costs: sidesOf(series), keys: series.keys }) };
}

export async function costForecast(
  sources: ForecastSources,
  { by: asked = '', filter, currency, horizon = HORIZON }: ForecastQuery,
  scope: Scope,
): Promise<Forecast> {
  const by = parseDimensions(asked);
  if (by.includes('period'))
    throw new Problem('validation-failed', 'A forecast is by month already; leave period out of by');
  const nowMs = sources.clock.now();
  const openMonth = periodOf(nowMs);
  const ahead = { openMonth, nowMs, horizon };
  const asking = { filter, currency, openMonth, nowMs };
  const whole = await readDriven(sources, { by: [], ...asking }, scope);
  const parts = by.length === 0 ? null : await readDriven(sources, { by, ...asking }, scope);
  const own = whole.summary.currency;
  const groups = (parts?.series ?? []).sort(dearestFirst);
  const viewOf = async ({ drivenOf }: typeof whole, series: MonthSeries) =>
    toView(series, await drivenOf(series), ahead, own);
  const views: ForecastSeries[] = [];
  if (parts !== null)
    for (const series of groups.slice(0, FORECAST_GROUPS_LIMIT)) views.push(await viewOf(parts, series));
  return {
    by,
    currency: own,
    openMonth,
    horizon,
    leastMonths: LEAST_MONTHS,
    total: await viewOf(whole, whole.series[0] ?? nothing()),
    groups: views,
    leftOut: Math.max(0, groups.length - FORECAST_GROUPS_LIMIT),
    notConverted: whole.summary.notConverted,
    position: whole.summary.position,
  };
}
