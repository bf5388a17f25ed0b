// Where cost of a budget's months will end and when it passes the budget: months that are over as they were, the open one and those
// to come as the forecast expects them. Pure.
import type { Period } from '../../../contracts/time.ts';
import type { ForecastStep } from '../forecast/forecast.ts';
import { chanceAbove } from '../forecast/spread.ts';
import { crossingDay, type MonthCost } from './crossing.ts';

/** The months ahead of a budget among those a forecast speaks of. */
export interface Window {
  /** Months from the open one on that come before the first of these. */
  skipped: number;
  periods: readonly Period[];
}

export interface Crossing {
  expected: string | null;
  earliest: string | null;
  latest: string | null;
}

export interface Outlook {
  /** At the end of the months; null: they are not all known or expected. */
  projected: ForecastStep | null;
  /** That the budget does not suffice. */
  probability: number | null;
  crossing: Crossing;
}

/**
 * Sums from the first month of the window on. What comes before it is left away from what is expected, not from what may be off: a
 * little wider than need be.
 */
export function sumsOf(summed: readonly ForecastStep[], { skipped, periods }: Window): ForecastStep[] {
  const before = skipped === 0 ? 0 : (summed[skipped - 1]?.expected ?? 0);
  return periods.flatMap((_, i) => {
    const whole = summed[skipped + i];
    if (!whole) return [];
    const expected = whole.expected - before;
    const low = expected - (whole.expected - whole.low);
    return [{ low: whole.low >= 0 ? Math.max(0, low) : low, expected, high: expected + (whole.high - whole.expected) }];
  });
}

/** The path of expected, least or most cost: by month, whatever the sum up to it says. */
function pathOf(
  past: readonly MonthCost[],
  ahead: readonly Period[],
  sums: readonly ForecastStep[],
  side: keyof ForecastStep,
) {
  let before = 0;
  return [
    ...past,
    ...ahead.map((period, step) => {
      const upTo = sums[step]?.[side] ?? before;
      const amount = upTo - before;
      before = upTo;
      return { period, amount };
    }),
  ];
}

export interface Course {
  past: readonly MonthCost[];
  /** In the open month so far, where it is among the months. */
  posted: number;
  window: Window;
  /** null: too little history. */
  summed: readonly ForecastStep[] | null;
}

const sumOf = (months: readonly MonthCost[]): number => months.reduce((sum, { amount }) => sum + amount, 0);

/** Without a forecast only what is known can have passed the budget. */
function knownOutlook({ past, posted, window: { periods } }: Course, budget: number): Outlook {
  const spent = sumOf(past);
  const isOver = periods.length === 0;
  const known = [...past, ...periods.slice(0, 1).map((period) => ({ period, amount: posted }))];
  const day = crossingDay(known, budget);
  return {
    projected: isOver ? { low: spent, expected: spent, high: spent } : null,
    probability: isOver ? (spent > budget ? 1 : 0) : null,
    crossing: { expected: day, earliest: day, latest: day },
  };
}

export function outlookOf(course: Course, budget: number): Outlook {
  const { past, posted, window, summed } = course;
  const sums = summed === null ? [] : sumsOf(summed, window);
  const last = sums.at(-1);
  if (last === undefined || sums.length < window.periods.length) return knownOutlook(course, budget);
  const spent = sumOf(past);
  const dayOn = (side: keyof ForecastStep) => crossingDay(pathOf(past, window.periods, sums, side), budget);
  return {
    projected: { low: spent + last.low, expected: spent + last.expected, high: spent + last.high },
    probability: spent + posted > budget ? 1 : chanceAbove(last, budget - spent),
    crossing: { expected: dayOn('expected'), earliest: dayOn('high'), latest: dayOn('low') },
  };
}
