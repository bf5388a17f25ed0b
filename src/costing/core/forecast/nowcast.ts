// The month that is still open: what is posted so far, and of its forecast the part that is still to come. Pure.
import type { ForecastStep } from './forecast.ts';

/**
 * `left`: the share of the month that is still to come. What comes in it is off by the root of that share, as the sum of many
 * small and independent costs would be.
 */
export function nowcast(posted: number, forecast: ForecastStep, left: number): ForecastStep {
  const share = Math.min(1, Math.max(0, left));
  const root = Math.sqrt(share);
  const rest = share * forecast.expected;
  const low = rest - root * (forecast.expected - forecast.low);
  return {
    low: posted + (forecast.low >= 0 ? Math.max(0, low) : low),
    expected: posted + rest,
    high: posted + rest + root * (forecast.high - forecast.expected),
  };
}
