// How long a metric may be silent before nothing of now follows from its last value.
import { HOUR_MS } from '../../contracts/time.ts';

/** Intervals the catalogue expects between two readings. */
const INTERVALS = 3;
/** A device that is switched off over a shift is not forgotten. */
const LEAST_MS = 6 * HOUR_MS;

export const staleAfterMs = ({ expectedIntervalS }: { expectedIntervalS: number }): number =>
  Math.max(LEAST_MS, INTERVALS * expectedIntervalS * 1000);
