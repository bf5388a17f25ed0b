// Which device times are believed. A clock that runs ahead would hide every later reading behind it, and seconds sent as
// milliseconds would land in 1970; both are refused with a reason instead of stored.
import { isoOf, type EpochMs } from '../../contracts/time.ts';
import { type Refusal, refuse } from './decoded.ts';

export interface TimingLimits {
  /** How far a device's clock may run ahead of the server's. */
  maxAheadMs: number;
  /** Nothing was measured before this. */
  earliestMs: EpochMs;
}

export const DEFAULT_TIMING: TimingLimits = { maxAheadMs: 5 * 60_000, earliestMs: Date.UTC(2000, 0, 1) };

/** Beyond it `Date` and PostgreSQL's years part ways. */
const LATEST_MS = Date.UTC(9999, 11, 31);

export function faultOfTime(measuredAtMs: EpochMs, nowMs: EpochMs, limits: TimingLimits): Refusal | null {
  if (measuredAtMs < limits.earliestMs || measuredAtMs > LATEST_MS) {
    return refuse(
      'ts-out-of-range',
      `ts ${measuredAtMs} is not a believable time in milliseconds since 1970 (seconds?)`,
    );
  }
  if (measuredAtMs > nowMs + limits.maxAheadMs) {
    return refuse(
      'clock-in-future',
      `measured at ${isoOf(measuredAtMs)}, which is ahead of the server by ${measuredAtMs - nowMs} ms`,
    );
  }
  return null;
}
