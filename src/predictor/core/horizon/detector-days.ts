// What the detectors said of a device on each day (UTC) by measured time: the loudest of the day that is on, and the days that are
// over. A day is over when something is measured after its midnight; from then on nothing changes it. Unknown is null, never 0.
import { DAY_MS, type EpochMs } from '../../../contracts/time.ts';

/** What is kept of a day, in the order of its columns. */
export const DAY_MEASURES = ['channel', 'gauges', 'drift', 'joint'] as const;
export type DayMeasure = (typeof DAY_MEASURES)[number];

/** Days back a model is told the loudest of: the last one, a week, four weeks. */
export const DAY_WINDOWS = [1, 7, 28] as const;
const DAYS_KEPT = DAY_WINDOWS[2];

/**
 * `channel`: highest score of a gauge by its own past, 0 to 1; `gauges`: how many were unusual at some time of it; `drift`: farthest
 * from normal, 1 at the limit; `joint`: bits of the gauges taken together.
 */
export type DetectorDay = Record<DayMeasure, number | null> & {
  /** Days since 1970. */
  day: number;
  /** What was measured then ended it: before it nobody knew the day. */
  closedMs: EpochMs;
};

export interface OpenDay extends Record<Exclude<DayMeasure, 'gauges'>, number | null> {
  day: number;
  unusual: string[];
}

/** Plain JSON; part of a device's state. */
export interface DetectorDays {
  open: OpenDay;
  /** Oldest first, as many as a model may ask for. */
  closed: DetectorDay[];
}

export interface DaysKeeper {
  days?: DetectorDays;
}

export const dayOf = (atMs: EpochMs): number => Math.floor(atMs / DAY_MS);

const newDay = (day: number): OpenDay => ({ day, channel: null, unusual: [], drift: null, joint: null });

/** The day that is over now that something was measured at `atMs`; `null`: none is, or nothing was known of it. */
export function closeDay(keeper: DaysKeeper, atMs: EpochMs): DetectorDay | null {
  const today = dayOf(atMs);
  keeper.days ??= { open: newDay(today), closed: [] };
  const { open, closed } = keeper.days;
  if (today <= open.day) return null;
  keeper.days.open = newDay(today);
  const day = closedDay(open, atMs);
  keeper.days.closed = [...closed, ...(day === null ? [] : [day])].filter((one) => one.day >= today - DAYS_KEPT);
  return day;
}

/** Where a finding of that instant counts; `null` when its day is over: what comes late changes nothing that was said. */
export function openDayAt({ days }: DaysKeeper, atMs: EpochMs): OpenDay | null {
  return days !== undefined && days.open.day === dayOf(atMs) ? days.open : null;
}

export function noteLoudest(open: OpenDay, measure: Exclude<DayMeasure, 'gauges'>, value: number): void {
  const before = open[measure];
  if (before === null || value > before) open[measure] = value;
}

function closedDay({ day, channel, unusual, drift, joint }: OpenDay, closedMs: EpochMs): DetectorDay | null {
  const gauges = channel === null && unusual.length === 0 ? null : unusual.length;
  if (gauges === null && drift === null && joint === null) return null;
  return { day, closedMs, channel: rounded(channel), gauges, drift: rounded(drift), joint: rounded(joint) };
}

/** As it is stored, so that what is learned from is what was asked with. */
const rounded = (value: number | null): number | null => (value === null ? null : Math.round(value * 1000) / 1000);
