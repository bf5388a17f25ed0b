// How complete the data of a device is on a day: readings received of those its metrics' intervals make one expect while
// it was in service. Pure.
import type { DayCompleteness } from '../../contracts/http/quality.ts';
import { DAY_MS, dayOf, type EpochMs } from '../../contracts/time.ts';

export interface OwingDevice {
  installedAtMs: EpochMs;
  /** Registered or commissioned devices owe nothing yet. */
  hasServed: boolean;
  metrics: readonly { code: string; expectedIntervalS: number }[];
}

/** Readings of one metric on the day (UTC) that begins at `dayMs`. */
export interface DayCount {
  metric: string;
  dayMs: EpochMs;
  n: number;
}

export interface DaySpan {
  /** Midnights (UTC) of the first and the last day, both included. */
  firstMs: EpochMs;
  lastMs: EpochMs;
  /** The day that runs counts up to now. */
  nowMs: EpochMs;
}

/**
 * Every day of the span, in order. In service from the installation, or from the first day with readings when that is
 * earlier. A metric counts at most what was expected of it, so that one that speaks too often does not hide one that is
 * silent.
 */
export function completenessOf(device: OwingDevice, counts: readonly DayCount[], span: DaySpan): DayCompleteness[] {
  const { firstMs, lastMs, nowMs } = span;
  const countOf = new Map(counts.map(({ metric, dayMs, n }) => [`${dayMs} ${metric}`, n]));
  // The day of the installation itself is counted from its hour, whatever came before it.
  const begun = counts.map(({ dayMs }) => dayMs).filter((dayMs) => dayMs + DAY_MS <= device.installedAtMs);
  const beginsMs = Math.min(device.installedAtMs, ...begun);
  const days: DayCompleteness[] = [];
  for (let dayMs = firstMs; dayMs <= lastMs; dayMs += DAY_MS) {
    const servedMs = device.hasServed ? Math.min(dayMs + DAY_MS, nowMs) - Math.max(dayMs, beginsMs) : 0;
    let expected = 0;
    let received = 0;
    for (const { code, expectedIntervalS } of device.metrics) {
      const owed = Math.floor(Math.max(0, servedMs) / 1000 / expectedIntervalS);
      expected += owed;
      received += Math.min(owed, countOf.get(`${dayMs} ${code}`) ?? 0);
    }
    days.push({ day: dayOf(dayMs), expected, received, share: expected === 0 ? null : received / expected });
  }
  return days;
}
