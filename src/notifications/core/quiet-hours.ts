// The hours in which somebody is told of critical alerts only, on the wall clock of their time zone. Pure.
import type { EpochMs } from '../../contracts/time.ts';

export interface QuietHours {
  from: string;
  to: string;
}

const MINUTE_MS = 60_000;
/** Longer than any day with a change of the clocks. */
const LONGEST_SEARCH_MINUTES = 26 * 60;

const minutesOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));

/** Minutes since midnight on the wall there. */
export function wallMinutes(atMs: EpochMs, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
    .formatToParts(atMs)
    .filter(({ type }) => type === 'hour' || type === 'minute');
  return Number(parts[0]?.value) * 60 + Number(parts[1]?.value);
}

export function isTimeZone(name: string): boolean {
  try {
    return wallMinutes(0, name) >= 0;
  } catch {
    return false;
  }
}

function isQuiet(minutes: number, { from, to }: QuietHours): boolean {
  const [start, end] = [minutesOf(from), minutesOf(to)];
  return start <= end ? minutes >= start && minutes < end : minutes >= start || minutes < end;
}

/** When the quiet hours that hold now are over; `null` when none hold. From = to: never quiet. */
export function quietUntilMs(quiet: QuietHours | null, timeZone: string, nowMs: EpochMs): EpochMs | null {
  if (quiet === null || !isQuiet(wallMinutes(nowMs, timeZone), quiet)) return null;
  const minuteStartMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
  const left = (minutesOf(quiet.to) - wallMinutes(nowMs, timeZone) + 1440) % 1440;
  // Right on every day but those on which the clocks change; there the wall says when.
  for (let minutes = Math.max(1, left - 120); minutes < LONGEST_SEARCH_MINUTES; minutes++) {
    const atMs = minuteStartMs + minutes * MINUTE_MS;
    if (!isQuiet(wallMinutes(atMs, timeZone), quiet)) return atMs;
  }
  return minuteStartMs + LONGEST_SEARCH_MINUTES * MINUTE_MS;
}
