// The forecast of one series of months: the forecaster that did best along the series, its 80 % intervals from its own errors,
// and how often such intervals held when they were made with what was known then. Pure.
import type { ForecastModel } from '../../../contracts/http/forecast.ts';
import { type Forecaster, recentMean, seasonalNaive, SEASON } from './models.ts';
import { dampedTrend, holtWinters } from './smoothing.ts';
import { type Errors, errorsBy, type Spread, spreadsOf } from './spread.ts';
import { chosenBy, meanAbsoluteError, scaleOf, type Walk, walkAlong, walkStart } from './walk.ts';

/** With fewer months nothing is said. */
export const LEAST_MONTHS = 6;
/** A series with fewer months than this share at work is intermittent. */
const BUSY_SHARE = 0.5;

export interface ForecastStep {
  low: number;
  expected: number;
  high: number;
}

export interface ModelScore {
  model: ForecastModel;
  /** Mean absolute error against the usual change from year to year; null where the series never changed. */
  mase: number | null;
}

export interface SeriesForecast {
  model: ForecastModel;
  isIntermittent: boolean;
  scores: ModelScore[];
  monthly: ForecastStep[];
  /** The months up to each step together: less uncertain than the months one by one. */
  summed: ForecastStep[];
  /** Errors of the chosen one along the series. */
  errors: Errors;
  coverage: { held: number; n: number };
}

/** The simplest first: of equal ones it is chosen. */
export const usualForecasters = (): Forecaster[] => [seasonalNaive, recentMean, dampedTrend(), holtWinters()];

const stepsOf = (expected: readonly number[], spreads: readonly Spread[], floor: number): ForecastStep[] =>
  expected.map((value, step) => {
    const { low, high } = spreads[step] ?? { low: 0, high: 0 };
    const middle = Math.max(floor, value);
    return {
      low: Math.max(floor, middle + low),
      expected: middle,
      high: middle + high,
    };
  });

const runningSum = (values: readonly number[]): number[] => {
  let sum = 0;
  return values.map((value) => (sum += value));
};

/** Cost that was never below zero is not forecast below it. */
const floorOf = (series: readonly number[]): number => (series.every((value) => value >= 0) ? 0 : -Infinity);

/** At each month: the choice and the interval as they would have been made then, against what came. */
function coverageOf(series: readonly number[], walks: readonly Walk[], horizon: number): SeriesForecast['coverage'] {
  const start = walkStart(series.length);
  let held = 0;
  let n = 0;
  // Half a year of errors first: an interval from less is the widest there is.
  for (let origin = start + SEASON / 2; origin < series.length; origin += 1) {
    const walk = chosenBy(walks, origin);
    const said = walk?.said[origin - start];
    if (!walk || !said) continue;
    const { monthly } = spreadsOf(errorsBy(walk.said, horizon, origin));
    const steps = stepsOf(said.expected, monthly, floorOf(series.slice(0, origin)));
    said.errors.forEach((error, step) => {
      const came = (said.expected[step] ?? 0) + error;
      const { low, high } = steps[step] ?? { low: 0, high: 0 };
      n += 1;
      if (came >= low && came <= high) held += 1;
    });
  }
  return { held, n };
}

/** `null`: too little history. */
export function forecastSeries(
  series: readonly number[],
  horizon: number,
  forecasters: readonly Forecaster[] = usualForecasters(),
): SeriesForecast | null {
  if (series.length < LEAST_MONTHS) return null;
  const walks = walkAlong(series, forecasters, horizon);
  const chosen = chosenBy(walks, series.length);
  const expected = chosen?.forecaster.forecast(series, horizon);
  if (!chosen || !expected) return null;
  const scale = scaleOf(series);
  const errors = errorsBy(chosen.said, horizon, series.length);
  const floor = floorOf(series);
  const spreads = spreadsOf(errors);
  const monthly = stepsOf(expected, spreads.monthly, floor);
  return {
    model: chosen.forecaster.model,
    isIntermittent: series.filter((value) => value !== 0).length < BUSY_SHARE * series.length,
    scores: walks.map((walk) => {
      const error = meanAbsoluteError(walk, series.length);
      return { model: walk.forecaster.model, mase: error === null || scale === 0 ? null : error / scale };
    }),
    monthly,
    summed: stepsOf(runningSum(monthly.map((step) => step.expected)), spreads.summed, floor),
    errors,
    coverage: coverageOf(series, walks, horizon),
  };
}
