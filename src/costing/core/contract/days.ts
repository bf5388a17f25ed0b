// Calendar days as whole numbers since 1970 (UTC), and the anniversaries contracts run by.
import { DAY_MS, dayOf } from '../../../contracts/time.ts';

export type DayNumber = number;

export const dayNumberOf = (day: string): DayNumber => Math.round(Date.parse(`${day}T00:00:00Z`) / DAY_MS);
export const dayTextOf = (day: DayNumber): string => dayOf(day * DAY_MS);

/** The same day of a month `months` later; the last of that month where it has no such day. */
export function addMonths(day: DayNumber, months: number): DayNumber {
  const at = new Date(day * DAY_MS);
  const first = Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + months);
  const lastDate = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + months + 1, 0)).getUTCDate();
  return Math.round(first / DAY_MS) + Math.min(at.getUTCDate(), lastDate) - 1;
}

export interface Cycle {
  index: number;
  fromDay: DayNumber;
  toDay: DayNumber;
}

/** The cycle of `months` since `startDay` that `day` lies in; `day` is not before the start. */
export function cycleOf(startDay: DayNumber, months: number, day: DayNumber): Cycle {
  // Never too far ahead: a month has 31 days at most.
  let index = Math.floor((day - startDay) / (31 * months));
  while (addMonths(startDay, (index + 1) * months) <= day) index += 1;
  return { index, fromDay: addMonths(startDay, index * months), toDay: addMonths(startDay, (index + 1) * months) };
}
