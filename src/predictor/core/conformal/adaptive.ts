// Keeps the promised share of misses when the world moves (adaptive conformal inference, Gibbs and Candes 2021): after each
// outcome the miss that is asked for moves towards what makes the realised misses right. Its state is three numbers.

export interface AdaptiveMiss {
  /** The miss that intervals are asked for now. */
  asked: number;
  outcomes: number;
  misses: number;
}

/** How far one outcome moves the level: about a hundred outcomes to cross from 0.2 to 0. */
const PACE = 0.02;
const LEAST = 0.01;
const MOST = 0.6;

export const startAdaptive = (promised: number): AdaptiveMiss => ({ asked: promised, outcomes: 0, misses: 0 });

/** After an outcome became known: was it outside the interval that was given for it? */
export function afterOutcome(state: AdaptiveMiss, isMissed: boolean, promised: number): AdaptiveMiss {
  const moved = state.asked + PACE * (promised - (isMissed ? 1 : 0));
  return {
    asked: Math.max(LEAST, Math.min(MOST, moved)),
    outcomes: state.outcomes + 1,
    misses: state.misses + (isMissed ? 1 : 0),
  };
}
