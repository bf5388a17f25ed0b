// Answers what cost will be: each group's months and the whole, forecast by the model that did best along its own months.
import type { Scope } from '../../contracts/access.ts';
import type { Forecast, ForecastQuery, ForecastSeries } from '../../contracts/http/forecast.ts';
import { moneyOf } from '../../contracts/money.ts';
import { Problem } from '../../contracts/problems.ts';
import { type Clock, periodOf } from '../../contracts/time.ts';
import { LEAST_MONTHS } from '../core/forecast/forecast.ts';
import { parseDimensions } from '../core/cost-query.ts';
import { type MonthSeries, type ReadSummary, readMonthSeries } from './month-series.ts';
import { type Ahead, bandOf, project } from './projection.ts';

/** Groups that are forecast, the dearest; the rest is in the whole. */
export const FORECAST_GROUPS_LIMIT = 150;
const HORIZON = 12;
/** Recent months that say which groups are the dearest. */
const RECENT = 12;

export interface ForecastSources {
  summary: ReadSummary;
  clock: Clock;
}

function toView(series: MonthSeries, ahead: Ahead, currency: string): ForecastSeries {
  const projection = project(series, ahead);
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
  };
}

const recentCost = ({ minor, postedMinor }: MonthSeries): bigint =>
  minor.slice(-RECENT).reduce((sum, amount) => sum + amount, postedMinor);
const dearestFirst = (a: MonthSeries, b: MonthSeries): number => {
  const [costA, costB] = [recentCost(a), recentCost(b)];
  return costA === costB ? 0 : costA > costB ? -1 : 1;
};
const nothing = (): MonthSeries => ({ keys: {}, labels: {}, periods: [], minor: [], postedMinor: 0n });

export async function costForecast(
  { summary, clock }: ForecastSources,
  { by: asked = '', filter, currency, horizon = HORIZON }: ForecastQuery,
  scope: Scope,
): Promise<Forecast> {
  const by = parseDimensions(asked);
  if (by.includes('period'))
    throw new Problem('validation-failed', 'A forecast is by month already; leave period out of by');
  const nowMs = clock.now();
  const openMonth = periodOf(nowMs);
  const ahead = { openMonth, nowMs, horizon };
  const whole = await readMonthSeries(summary, { by: [], filter, currency, openMonth }, scope);
  const parts = by.length === 0 ? null : await readMonthSeries(summary, { by, filter, currency, openMonth }, scope);
  const own = whole.summary.currency;
  const groups = (parts?.series ?? []).sort(dearestFirst);
  return {
    by,
    currency: own,
    openMonth,
    horizon,
    leastMonths: LEAST_MONTHS,
    total: toView(whole.series[0] ?? nothing(), ahead, own),
    groups: groups.slice(0, FORECAST_GROUPS_LIMIT).map((series) => toView(series, ahead, own)),
    leftOut: Math.max(0, groups.length - FORECAST_GROUPS_LIMIT),
    notConverted: whole.summary.notConverted,
    position: whole.summary.position,
  };
}
