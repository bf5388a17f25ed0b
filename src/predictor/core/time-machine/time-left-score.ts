// Time left, as a model would have told it, held against the failures that came: error of the middle, share inside P10 to P90. Each
// interval is as wide as the outcomes known by then ask for, as live.
import { type EpochMs, HOUR_MS } from '../../../contracts/time.ts';
import { stretched } from '../conformal/adaptive.ts';
import { isMissed, type RealisedTimeLeft, widthAfter } from '../realised-time-left.ts';
import { type MeasuredShare, shareOf } from '../scoring/tally.ts';

/** One answer as the model gives it, before its interval is made wider or narrower. */
export interface SaidTimeLeft {
  device: string;
  component: string;
  atMs: EpochMs;
  p10: number;
  p50: number;
  p90: number;
  moreThan: number | null;
  isFamiliar: boolean;
  cap: number;
  horizonHours: number;
}

export interface LifeEnd {
  device: string;
  component: string;
  failedMs: EpochMs;
  /** When its job was done, and it was known for certain. */
  knownMs: EpochMs;
}

export interface TimeLeftScore {
  answers: number;
  /** Mean absolute error over failures of which more than "more than" was told. */
  errorHours: number | null;
  errorN: number;
  coverage: MeasuredShare;
}

/** What was told in the last quarter of the horizon is too easy to be a test; what was told long before it is of another life. */
const LATEST_SHARE = 0.25;
const EARLIEST_HORIZONS = 4;

export function scoreTimeLeft(said: readonly SaidTimeLeft[], ends: readonly LifeEnd[]): TimeLeftScore {
  const byComponent = new Map<string, SaidTimeLeft[]>();
  for (const one of said) {
    const key = `${one.device} ${one.component}`;
    const known = byComponent.get(key) ?? [];
    byComponent.set(key, known);
    known.push(one);
  }
  const outcomes: (RealisedTimeLeft & { knownMs: EpochMs; error: number })[] = [];
  for (const { device, component, failedMs, knownMs } of [...ends].sort((a, b) => a.knownMs - b.knownMs)) {
    const before = byComponent.get(`${device} ${component}`)?.findLast(({ atMs, horizonHours, isFamiliar }) => {
      const leftHours = (failedMs - atMs) / HOUR_MS;
      return isFamiliar && leftHours >= horizonHours * LATEST_SHARE && leftHours < horizonHours * EARLIEST_HORIZONS;
    });
    if (before === undefined) continue;
    const { atMs, p10, p50, p90, moreThan, cap } = before;
    const width = widthAfter(outcomes.filter((one) => one.knownMs <= atMs));
    const { low, high } = stretched({ low: p10, high: p90 }, p50, width, cap);
    const hours = (failedMs - atMs) / HOUR_MS;
    outcomes.push({ p10: low, p90: high, moreThan, hours, knownMs, error: Math.abs(p50 - hours) });
  }
  const told = outcomes.filter(({ moreThan }) => moreThan === null);
  return {
    answers: said.length,
    errorHours: told.length === 0 ? null : told.reduce((sum, { error }) => sum + error, 0) / told.length,
    errorN: told.length,
    coverage: shareOf(outcomes.filter((one) => !isMissed(one)).length, outcomes.length),
  };
}
