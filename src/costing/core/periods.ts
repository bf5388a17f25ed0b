// Arithmetic of posting periods (`YYYY-MM`).
import type { Period } from '../../contracts/time.ts';

export function nextPeriod(period: Period): Period {
  const [year, month] = period.split('-').map(Number) as [number, number];
  return month === 12 ? `${year + 1}-01` : `${year}-${String(month + 1).padStart(2, '0')}`;
}

/** How many periods there are from `from` to `to`, both included. */
export function countOfPeriods(from: Period, to: Period): number {
  const monthsOf = (period: Period): number => Number(period.slice(0, 4)) * 12 + Number(period.slice(5));
  return monthsOf(to) - monthsOf(from) + 1;
}

/** Every period from `from` to `to`, both included. */
export function periodsBetween(from: Period, to: Period): Period[] {
  const periods: Period[] = [];
  for (let period = from; period <= to; period = nextPeriod(period)) periods.push(period);
  return periods;
}
