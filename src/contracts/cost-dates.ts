// The days that cost can have happened on, so that a year typed wrong makes no month a thousand years away.
import type { Text } from './text.ts';
import { dayOf, type EpochMs, type Period } from './time.ts';

/** Nothing the service of today's devices costs is older; history that is brought over begins later. */
export const FIRST_COST_DAY = '2000-01-01';
const FIRST_COST_MONTH: Period = FIRST_COST_DAY.slice(0, 7);
/** How far ahead a bill may be dated: a year that is paid for in advance. */
export const COST_MONTHS_AHEAD = 12;

/** The last day that cost may have, seen from an instant. */
function lastCostDay(now: EpochMs): string {
  const today = new Date(now);
  return dayOf(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + COST_MONTHS_AHEAD + 1, 0));
}

/** What is wrong with a day that cost cannot have happened on, and what to do; `null`: it can. */
export function wrongCostDay(day: string, now: EpochMs): string | null {
  if (day < FIRST_COST_DAY) return `${day} lies before ${FIRST_COST_DAY}, the first day cost can have; check the year`;
  const last = lastCostDay(now);
  if (day > last)
    return `${day} lies more than ${COST_MONTHS_AHEAD} months ahead, after ${last}; check the year, or post it when it is nearer`;
  return null;
}

/** The same of a month that cost is planned for; `null`: it can be. */
export const wrongCostMonth = (period: Period): Text | null =>
  period < FIRST_COST_MONTH
    ? {
        en: `${period} lies before ${FIRST_COST_MONTH}, the first month cost can have; check the year`,
        zh: `${period} 早于 ${FIRST_COST_MONTH}（成本最早的月份），请检查年份`,
      }
    : null;
