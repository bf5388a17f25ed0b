// Keeps the promised share of misses when the world moves (adaptive conformal inference by tracking the width, Gibbs and
// Candes 2021, Angelopoulos and others 2023): each outcome outside its interval widens the next ones, each inside narrows
// them a little, so that in the long run as many miss as was promised, whatever happens. Three numbers are its state.
import type { Interval } from './bands.ts';

export interface AdaptiveWidth {
  /** What the distance of each end from the middle is multiplied by. */
  stretch: number;
  outcomes: number;
  misses: number;
}

/** Weight of one outcome: ten misses in a row double the width. */
const PACE = 0.09;
const LEAST = 0.25;
const MOST = 8;

export const startAdaptive = (): AdaptiveWidth => ({ stretch: 1, outcomes: 0, misses: 0 });

/** After an outcome became known: was it outside the interval that was given for it? */
export function afterOutcome(state: AdaptiveWidth, isMissed: boolean, promised: number): AdaptiveWidth {
  const stretch = state.stretch * Math.exp(PACE * ((isMissed ? 1 : 0) - promised));
  return {
    stretch: Math.max(LEAST, Math.min(MOST, stretch)),
    outcomes: state.outcomes + 1,
    misses: state.misses + (isMissed ? 1 : 0),
  };
}

/** The interval about `middle` as what was realised asks for it; never below 0, nor above `cap`. */
export function stretched(
  { low, high }: Interval,
  middle: number,
  { stretch }: AdaptiveWidth,
  cap = Infinity,
): Interval {
  return {
    low: Math.max(0, middle - stretch * (middle - low)),
    high: Math.min(cap, middle + stretch * (high - middle)),
  };
}
