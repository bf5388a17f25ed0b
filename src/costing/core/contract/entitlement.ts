// How much of what a contract year includes is used, and when it will be gone at that pace; with the interval a count of jobs allows.
import type { DayNumber } from './days.ts';

export interface EntitlementUse {
  used: number;
  included: number;
  /** Jobs behind the use. */
  n: number;
  /** Day it is gone at today's pace, earliest and latest with 80 %; null: not before the year ends. */
  gone: { day: DayNumber | null; earliest: DayNumber | null; latest: DayNumber | null };
  /** Use of the whole year at today's pace, and its 80 % interval. */
  atEnd: { expected: number; low: number; high: number };
}

interface Year {
  fromDay: DayNumber;
  today: DayNumber;
  toDay: DayNumber;
}

/** Quantile of the 80 % interval of a normal. */
const Z80 = 1.2816;
/** Bounds of a Poisson mean by Byar's approximation of the chi-square. */
const byar = (n: number, z: number): number => (n <= 0 ? 0 : n * (1 - 1 / (9 * n) + z / (3 * Math.sqrt(n))) ** 3);
export const countBounds = (n: number): { low: number; high: number } => ({
  low: byar(n, -Z80),
  high: byar(n + 1, Z80),
});

export function entitlementUse(used: number, included: number, n: number, year: Year): EntitlementUse {
  const elapsed = Math.max(1, year.today - year.fromDay);
  const { low, high } = countBounds(n);
  const dayAt = (factor: number): DayNumber | null => {
    if (used >= included) return year.today;
    const perDay = (used / elapsed) * factor;
    const day = perDay <= 0 ? Number.POSITIVE_INFINITY : year.today + Math.ceil((included - used) / perDay);
    return day < year.toDay ? day : null;
  };
  const gone =
    n === 0
      ? { day: null, earliest: null, latest: null }
      : { day: dayAt(1), earliest: dayAt(high / n), latest: dayAt(low / n) };
  const left = (used / elapsed) * Math.max(0, year.toDay - year.today);
  const atEnd =
    n === 0
      ? { expected: used, low: used, high: used }
      : { expected: used + left, low: used + left * (low / n), high: used + left * (high / n) };
  return { used, included, n, gone, atEnd };
}
