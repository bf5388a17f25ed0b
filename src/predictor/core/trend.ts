// The line through a developing shift and what it says about time left. A weighted least-squares line since the onset;
// its error is widened by the autocorrelation of the residuals, because readings seconds apart are not new evidence, and
// by what no line knows: wear does not go straight, and parts do not fail at exactly the catalogue's value.
import { HOUR_MS, type EpochMs } from '../../contracts/time.ts';
import type { Trend } from './state.ts';

export interface TimeLeft {
  p10: number;
  p50: number;
  p90: number;
  /** P(the level reaches failure within the horizon), as the line sees it. */
  withinHorizon: number;
}

/** 90 % point of the standard normal distribution. */
const Z90 = 1.2815515655446004;
const FEWEST_READINGS = 6;
/** Relative error of a straight line as a picture of wear, and of `failsAt` as a share of the way from normal to it. */
const PACE_DOUBT = 0.25;
const LIMIT_DOUBT = 0.15;
/** Ten years: beyond it a time left says no more than "long". */
const LONGEST_HOURS = 87_600;

export function startTrend(atMs: EpochMs, side: 1 | -1, level: number, stepMs: number): Trend {
  const trend: Trend = {
    sinceMs: atMs,
    side,
    readings: 0,
    weight: 0,
    x: 0,
    y: 0,
    xx: 0,
    xy: 0,
    yy: 0,
    error: 0,
    errorSquared: 0,
    errorProduct: 0,
  };
  extendTrend(trend, atMs, level, stepMs);
  return trend;
}

/** Adds one reading in place. Sums are kept about running means, which stays exact over months of readings. */
export function extendTrend(trend: Trend, atMs: EpochMs, level: number, stepMs: number): void {
  const hours = (atMs - trend.sinceMs) / HOUR_MS;
  const weight = stepMs / HOUR_MS;
  if (trend.readings >= 2 && trend.xx > 0) {
    const expected = trend.y + (trend.xy / trend.xx) * (hours - trend.x);
    const error = level - expected;
    trend.errorProduct += error * trend.error;
    trend.errorSquared += error * error;
    trend.error = error;
  }
  trend.readings += 1;
  trend.weight += weight;
  const share = weight / trend.weight;
  const dx = hours - trend.x;
  const dy = level - trend.y;
  trend.x += share * dx;
  trend.y += share * dy;
  trend.xx += weight * dx * (hours - trend.x);
  trend.xy += weight * dx * (level - trend.y);
  trend.yy += weight * dy * (level - trend.y);
}

/** Slope per hour with its standard error, `null` while there are too few readings for a line. */
export function slopeOf(trend: Trend): { slope: number; error: number } | null {
  if (trend.readings < FEWEST_READINGS || trend.xx <= 0) return null;
  const slope = trend.xy / trend.xx;
  const residual = Math.max(0, trend.yy - slope * trend.xy) / trend.weight;
  const correlation = trend.errorSquared === 0 ? 0 : trend.errorProduct / trend.errorSquared;
  const kept = Math.min(0.99, Math.max(0, correlation));
  const independent = Math.max(3, (trend.readings * (1 - kept)) / (1 + kept));
  return { slope, error: Math.sqrt(residual / (trend.xx / trend.weight) / (independent - 2)) };
}

/**
 * Time until the level reaches `failsAt` along the line, log-normal about distance / slope: P10, P50, P90 in hours. `null`
 * when the line does not lead there with 90 % confidence. `normal` is where the level started from.
 */
export function timeLeft(
  trend: Trend,
  levels: { normal: number; now: number; failsAt: number },
  horizonHours: number,
): TimeLeft | null {
  const distance = (levels.failsAt - levels.now) * trend.side;
  if (distance <= 0) return { p10: 0, p50: 0, p90: 0, withinHorizon: 1 };
  const line = slopeOf(trend);
  if (line === null) return null;
  const slope = line.slope * trend.side;
  if (slope - Z90 * line.error <= 0) return null;
  const limitDoubt = (LIMIT_DOUBT * Math.abs(levels.failsAt - levels.normal)) / distance;
  const doubt = Math.hypot(PACE_DOUBT, limitDoubt, line.error / slope);
  const hours = distance / slope;
  const after = (z: number): number => Math.min(LONGEST_HOURS, hours * Math.exp(z * doubt));
  return {
    p10: after(-Z90),
    p50: after(0),
    p90: after(Z90),
    withinHorizon: normalCdf(Math.log(horizonHours / hours) / doubt),
  };
}

/** Standard normal distribution function (Abramowitz and Stegun 26.2.17, error below 7.5e-8). */
export function normalCdf(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = Math.exp((-z * z) / 2) * 0.3989422804014327 * series;
  return z >= 0 ? 1 - tail : tail;
}
