// Arithmetic on posting periods (`YYYY-MM`) and inclusive ranges of them, for the period filter and comparisons.
import { isPeriod, type Period, periodOf } from '../../contracts/time.ts';

export interface PeriodRange {
  from: Period;
  to: Period;
}

export function shiftPeriod(period: Period, months: number): Period {
  const [year, month] = period.split('-').map(Number) as [number, number];
  return periodOf(Date.UTC(year, month - 1 + months));
}

export const monthsBetween = ({ from, to }: PeriodRange): number => indexOf(to) - indexOf(from) + 1;

export const monthsOf = (range: PeriodRange): Period[] =>
  Array.from({ length: Math.max(0, monthsBetween(range)) }, (_, index) => shiftPeriod(range.from, index));

/** The range of the same length that ends just before this one. */
export function rangeBefore(range: PeriodRange): PeriodRange {
  const length = monthsBetween(range);
  return { from: shiftPeriod(range.from, -length), to: shiftPeriod(range.to, -length) };
}

export const lastMonths = (count: number, nowMs: number): PeriodRange => {
  const to = periodOf(nowMs);
  return { from: shiftPeriod(to, 1 - count), to };
};

export const rangeText = ({ from, to }: PeriodRange): string => (from === to ? from : `${from}..${to}`);

/** `2026-11` or `2026-06..2026-11`; `null` when it is neither or runs backwards. */
export function parseRange(text: string | undefined): PeriodRange | null {
  const [from, to = from] = (text ?? '').split('..');
  if (from === undefined || to === undefined || !isPeriod(from) || !isPeriod(to)) return null;
  return from <= to ? { from, to } : null;
}

const indexOf = (period: Period): number => {
  const [year, month] = period.split('-').map(Number) as [number, number];
  return year * 12 + month;
};
