// How often the demo's devices speak: coarse far back and coarser before it, finer in the last day, every few seconds while one watches.
import { HOUR_MS } from '../../contracts/time.ts';

/** What their products declare: a device that speaks more seldom than this has a gap. */
export const FAR_STEP_MS = 3 * HOUR_MS;
/** In the months before the history, which nobody looks at reading by reading. */
export const PAST_STEP_MS = 6 * HOUR_MS;
export const NEAR_STEP_MS = 15 * 60_000;
export const NEAR_DAYS = 1;
