// Cost month by month for forecasts, as the pivot answers it: whole months from the first with cost on, and the open month so far.
import type { Dimension } from '../../contracts/costs.ts';
import type { Scope } from '../../contracts/access.ts';
import type { Summary, SummaryQuery } from '../../contracts/http/costs.ts';
import { minorOf } from '../../contracts/money.ts';
import type { Text } from '../../contracts/text.ts';
import type { Period } from '../../contracts/time.ts';
import { periodsBetween } from '../core/periods.ts';

export type ReadSummary = (query: SummaryQuery, scope: Scope) => Promise<Summary>;

/** Older months say nothing of the next ones that newer ones do not. */
export const HISTORY_MONTHS = 60;

export interface MonthSeries {
  keys: Record<string, string | null>;
  labels: Record<string, Text>;
  periods: Period[];
  minor: bigint[];
  postedMinor: bigint;
}

export interface SeriesQuestion {
  by: readonly Dimension[];
  filter?: string | undefined;
  currency?: string | undefined;
  openMonth: Period;
}

export interface SeriesAnswer {
  series: MonthSeries[];
  summary: Summary;
}

/** Months counted from one zero, and back. */
export const monthNumberOf = (period: Period): number => Number(period.slice(0, 4)) * 12 + Number(period.slice(5)) - 1;
export const periodOfMonth = (month: number): Period =>
  `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;

/** `months` before a period. */
export const periodBefore = (period: Period, months: number): Period => periodOfMonth(monthNumberOf(period) - months);

export async function readMonthSeries(
  summary: ReadSummary,
  { by, filter, currency, openMonth }: SeriesQuestion,
  scope: Scope,
): Promise<SeriesAnswer> {
  const from = periodBefore(openMonth, HISTORY_MONTHS);
  const answer = await summary(
    {
      by: [...by, 'period'].join(','),
      period: `${from}..${openMonth}`,
      ...(filter ? { filter } : {}),
      ...(currency ? { currency } : {}),
    },
    scope,
  );
  const found = new Map<string, MonthSeries & { cells: Map<Period, bigint> }>();
  for (const { keys, labels, total } of answer.rows) {
    const { period, ...own } = keys;
    const key = JSON.stringify(by.map((dimension) => own[dimension] ?? null));
    let one = found.get(key);
    if (!one) {
      const { period: _, ...names } = labels;
      one = { keys: own, labels: names, periods: [], minor: [], postedMinor: 0n, cells: new Map() };
      found.set(key, one);
    }
    one.cells.set(period ?? '', minorOf(total) ?? 0n);
  }
  const whole = periodsBetween(from, periodBefore(openMonth, 1));
  const series = [...found.values()].map(({ cells, ...one }): MonthSeries => {
    const first = whole.findIndex((period) => (cells.get(period) ?? 0n) !== 0n);
    const periods = first < 0 ? [] : whole.slice(first);
    return {
      ...one,
      periods,
      minor: periods.map((period) => cells.get(period) ?? 0n),
      postedMinor: cells.get(openMonth) ?? 0n,
    };
  });
  return { series, summary: answer };
}
