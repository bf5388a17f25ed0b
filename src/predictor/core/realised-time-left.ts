// Time left as it is told: by a trained model of the component where there is one, else by the line through its signs; and
// as wide as what came of earlier ones asks for.
import { afterOutcome, startAdaptive, stretched, type AdaptiveWidth } from './conformal/adaptive.ts';
import type { TimeLeft } from './trend.ts';

/** Time left as it was told, and how long it then was. */
export interface RealisedTimeLeft {
  p10: number;
  p90: number;
  /** Set: more than that was said, and nothing beyond. */
  moreThan: number | null;
  hours: number;
}

/** Share of failures outside P10 to P90. */
export const PROMISED_MISS = 0.2;

export const isMissed = ({ p10, p90, moreThan, hours }: RealisedTimeLeft): boolean =>
  hours < p10 || (hours > p90 && moreThan === null);

/** Outcomes in order of time. */
export const widthAfter = (outcomes: readonly RealisedTimeLeft[]): AdaptiveWidth =>
  outcomes.reduce((width, outcome) => afterOutcome(width, isMissed(outcome), PROMISED_MISS), startAdaptive());

export function realisedTimeLeft(left: TimeLeft | null, width: AdaptiveWidth): TimeLeft | null {
  if (left === null) return null;
  const { low, high } = stretched({ low: left.p10, high: left.p90 }, left.p50, width);
  return { ...left, p10: low, p90: high };
}
