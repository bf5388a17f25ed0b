// A forecast of one series of cost as money by month: the open month as posted and still to come, the months after it, and the
// running sum of them all. Estimates are computed in floating point and rounded once; what was posted stays exact.
import type { ForecastBand } from '../../contracts/http/forecast.ts';
import { moneyOf } from '../../contracts/money.ts';
import { boundsOf, type EpochMs, type Period } from '../../contracts/time.ts';
import { forecastSeries, type ForecastStep, type SeriesForecast, usualForecasters } from '../core/forecast/forecast.ts';
import type { Forecaster } from '../core/forecast/models.ts';
import { nowcast } from '../core/forecast/nowcast.ts';
import { nextPeriod } from '../core/periods.ts';
import type { MonthSeries } from './month-series.ts';

export interface Projection {
  series: SeriesForecast;
  months: (ForecastStep & { period: Period })[];
  /** From the open month on, what is posted in it among them. */
  summed: ForecastStep[];
}

export interface Ahead {
  openMonth: Period;
  nowMs: EpochMs;
  horizon: number;
}

/** Share of the open month that is still to come. */
function shareLeft(openMonth: Period, nowMs: EpochMs): number {
  const { fromMs, toMs } = boundsOf(openMonth);
  return Math.min(1, Math.max(0, (toMs - nowMs) / (toMs - fromMs)));
}

/** `drivers`: forecasters that know what drives this series; they are chosen by the same measure as the others. */
export function project(
  { minor, postedMinor }: MonthSeries,
  { openMonth, nowMs, horizon }: Ahead,
  drivers: readonly Forecaster[],
): Projection | null {
  const series = forecastSeries(minor.map(Number), horizon, [...usualForecasters(), ...drivers]);
  const [open, ...later] = series?.monthly ?? [];
  if (!series || !open) return null;
  const posted = Number(postedMinor);
  const now = nowcast(posted, open, shareLeft(openMonth, nowMs));
  let period = openMonth;
  const months = [{ ...now, period }, ...later.map((step) => ({ ...step, period: (period = nextPeriod(period)) }))];
  let expected = 0;
  const summed = months.map((month, step): ForecastStep => {
    expected += month.expected;
    const whole = series.summed[step];
    if (step === 0 || !whole) return { low: now.low, expected: now.expected, high: now.high };
    // What was off along the series includes whole first months: a little wider than need be, never narrower.
    return {
      low: Math.max(Math.min(posted, expected), expected - (whole.expected - whole.low)),
      expected,
      high: expected + (whole.high - whole.expected),
    };
  });
  return { series, months, summed };
}

export const bandOf = ({ low, expected, high }: ForecastStep, currency: string): ForecastBand => {
  const money = (minor: number) => moneyOf(BigInt(Math.round(minor)), currency);
  return { low: money(low), expected: money(expected), high: money(high) };
};
