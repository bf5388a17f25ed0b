// Exponential smoothing with a damped trend, with or without an additive season (Holt-Winters). Its three rates and the damping
// are those of the smallest squared one-step error over the months so far.
import { type Forecaster, SEASON } from './models.ts';

const ALPHAS = [0.05, 0.1, 0.2, 0.35, 0.5, 0.8];
/** Without a rate of trend the trend it began with fades away. */
const TRENDS = [
  { beta: 0, phi: 0.9 },
  { beta: 0.02, phi: 0.8 },
  { beta: 0.02, phi: 0.97 },
  { beta: 0.1, phi: 0.8 },
  { beta: 0.1, phi: 0.97 },
] as const;
const GAMMAS = [0, 0.05, 0.2];
const NO_SEASON = [0];
const LEAST_WITHOUT_SEASON = 6;

interface Rates {
  alpha: number;
  beta: number;
  phi: number;
  gamma: number;
}

/** What is known before the first month. */
interface Start {
  level: number;
  trend: number;
  season: Float64Array;
  /** One-step errors count from here on: earlier months made the start. */
  judgedFrom: number;
}

interface End {
  level: number;
  trend: number;
  season: Float64Array;
  squaredError: number;
}

const meanOf = (values: readonly number[], from: number, to: number): number => {
  let sum = 0;
  for (let i = from; i < to; i += 1) sum += values[i] as number;
  return sum / (to - from);
};

/** Level, trend and season from the first two years. */
function seasonalStart(history: readonly number[]): Start {
  const first = meanOf(history, 0, SEASON);
  const second = meanOf(history, SEASON, 2 * SEASON);
  const trend = (second - first) / SEASON;
  const middle = (SEASON - 1) / 2;
  const season = new Float64Array(SEASON);
  for (let month = 0; month < SEASON; month += 1) {
    const line = trend * (month - middle);
    season[month] = ((history[month] ?? 0) - first + (history[month + SEASON] ?? 0) - second) / 2 - line;
  }
  return { level: first - trend * (middle + 1), trend, season, judgedFrom: SEASON };
}

const plainStart = (history: readonly number[]): Start => ({
  level: meanOf(history, 0, Math.min(3, history.length)),
  trend: 0,
  season: new Float64Array(SEASON),
  judgedFrom: 1,
});

function smooth(history: readonly number[], start: Start, { alpha, beta, phi, gamma }: Rates): End {
  const season = Float64Array.from(start.season);
  let { level, trend } = start;
  let squaredError = 0;
  let month = 0;
  for (let i = 0; i < history.length; i += 1) {
    const error = (history[i] as number) - level - phi * trend - (season[month] as number);
    if (i >= start.judgedFrom) squaredError += error * error;
    level += phi * trend + alpha * error;
    trend = phi * trend + beta * error;
    season[month] = (season[month] as number) + gamma * error;
    month = month + 1 === SEASON ? 0 : month + 1;
  }
  return { level, trend, season, squaredError };
}

function bestRates(history: readonly number[], start: Start, gammas: readonly number[]): Rates {
  let best: Rates = { alpha: 0.2, ...TRENDS[0], gamma: 0 };
  let least = Infinity;
  for (const alpha of ALPHAS) {
    for (const trend of TRENDS) {
      for (const gamma of gammas) {
        const rates = { alpha, ...trend, gamma };
        const { squaredError } = smooth(history, start, rates);
        if (squaredError < least) [best, least] = [rates, squaredError];
      }
    }
  }
  return best;
}

function continued({ level, trend, season }: End, phi: number, length: number, horizon: number): number[] {
  let slope = trend;
  let line = level;
  return Array.from({ length: horizon }, (_, step) => {
    slope *= phi;
    line += slope;
    return line + (season[(length + step) % SEASON] as number);
  });
}

/** Rates are looked for anew after this many more months; in between those of before serve. */
const REFIT_MONTHS = 6;

/**
 * One for each series: it remembers the rates it found for so and so many months, which a walk along the series asks for again
 * and again. They come from the first months alone, so that a longer history gives the same ones.
 */
function smoothing(
  model: Forecaster['model'],
  least: number,
  startOf: (h: readonly number[]) => Start,
  gammas: readonly number[],
) {
  return (): Forecaster => {
    const known = new Map<number, Rates>();
    return {
      model,
      forecast(history, horizon) {
        if (history.length < least) return null;
        const fitted = least + Math.floor((history.length - least) / REFIT_MONTHS) * REFIT_MONTHS;
        const start = startOf(history);
        let rates = known.get(fitted);
        if (!rates) {
          rates = bestRates(history.slice(0, fitted), start, gammas);
          known.set(fitted, rates);
        }
        return continued(smooth(history, start, rates), rates.phi, history.length, horizon);
      },
    };
  };
}

export const dampedTrend = smoothing('damped-trend', LEAST_WITHOUT_SEASON, plainStart, NO_SEASON);
export const holtWinters = smoothing('holt-winters', 2 * SEASON, seasonalStart, GAMMAS);
