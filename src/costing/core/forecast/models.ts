// The simple forecasters: last year again, and the mean of the last months. A forecaster sees the months so far and says the next
// ones, or null where it would need more of them.
import type { ForecastModel } from '../../../contracts/http/forecast.ts';

/** Months a season has. */
export const SEASON = 12;

export interface Forecaster {
  model: ForecastModel;
  /** Only `history` and what was known with it may be looked at; the numbers are estimates, never postings. */
  forecast(history: readonly number[], horizon: number): number[] | null;
}

const LEAST_FOR_MEAN = 3;

export const seasonalNaive: Forecaster = {
  model: 'seasonal-naive',
  forecast(history, horizon) {
    if (history.length < SEASON) return null;
    const last = history.slice(-SEASON);
    return Array.from({ length: horizon }, (_, step) => last[step % SEASON] ?? 0);
  },
};

export const recentMean: Forecaster = {
  model: 'mean',
  forecast(history, horizon) {
    if (history.length < LEAST_FOR_MEAN) return null;
    const recent = history.slice(-SEASON);
    const mean = recent.reduce((sum, value) => sum + value, 0) / recent.length;
    return Array.from({ length: horizon }, () => mean);
  },
};
