// The chance that a component fails by its age alone, from the lives of its kind.
import { type EpochMs, HOUR_MS } from '../../../contracts/time.ts';
import type { Ageing } from '../probability.ts';
import type { WeibullFit } from './fit.ts';
import { failureWithin } from './weibull.ts';

/** Failures from which age alone is believed enough to move a probability. */
export const FEWEST_FAILURES = 3;

export function ageingOf(fit: WeibullFit, { ageMs, horizonHours }: { ageMs: EpochMs; horizonHours: number }): Ageing {
  const age = Math.max(0, ageMs) / HOUR_MS;
  const value = failureWithin(fit, age, horizonHours);
  // The younger and the older end of what the failures allow.
  const atScale = (scale: number): number => failureWithin({ shape: fit.shape, scale }, age, horizonHours);
  return { value, low: Math.min(value, atScale(fit.scaleHigh)), high: Math.max(value, atScale(fit.scaleLow)) };
}
