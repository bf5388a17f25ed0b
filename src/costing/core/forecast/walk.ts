// Walks along a series: at each month every forecaster says the months after it from what was there by then, and is measured by
// what came (rolling origin). Nothing it keeps of a month looks past that month.
import { type Forecaster, SEASON } from './models.ts';

/** What one forecaster said at one month, and what came. */
export interface Said {
  /** Months that were there. */
  origin: number;
  expected: number[];
  /** What came less what was expected, by step; as many as have come. */
  errors: number[];
}

export interface Walk {
  forecaster: Forecaster;
  /** Months there were when it began. */
  start: number;
  said: Said[];
  /** Running sums of the sizes of errors, by months since the start. */
  absolute: readonly { sum: number; n: number }[];
}

/** Months a walk leaves to learn from before it begins to measure. */
export function walkStart(months: number): number {
  if (months >= 3 * SEASON) return 2 * SEASON;
  return months >= 2 * SEASON ? SEASON : Math.max(3, Math.floor(months / 2));
}

/** Forecasters that cannot speak from the first month of the walk on are left out: all are measured by the same months. */
export function walkAlong(series: readonly number[], forecasters: readonly Forecaster[], horizon: number): Walk[] {
  const start = walkStart(series.length);
  return forecasters.flatMap((forecaster) => {
    const said: Said[] = [];
    for (let origin = start; origin < series.length; origin += 1) {
      const expected = forecaster.forecast(series.slice(0, origin), horizon);
      if (expected === null) return [];
      const came = series.slice(origin, origin + horizon);
      said.push({ origin, expected, errors: came.map((value, step) => value - (expected[step] ?? 0)) });
    }
    return [{ forecaster, start, said, absolute: absoluteErrors(said) }];
  });
}

/** Mean size of the change against the same month a year before, or against the month before where there are not two years. */
export function scaleOf(series: readonly number[]): number {
  const lag = series.length >= 2 * SEASON ? SEASON : 1;
  let sum = 0;
  for (let i = lag; i < series.length; i += 1) sum += Math.abs((series[i] as number) - (series[i - lag] as number));
  return sum / Math.max(1, series.length - lag);
}

/** Mean size of the errors of what had come by `until` months; null when nothing had. */
export function meanAbsoluteError({ absolute, start }: Walk, until: number): number | null {
  const { sum, n } = absolute[until - start] ?? { sum: 0, n: 0 };
  return n === 0 ? null : sum / n;
}

/** By months that had come since the start of the walk: the errors they showed, summed up. */
function absoluteErrors(said: readonly Said[]): Walk['absolute'] {
  const byMonth = Array.from({ length: said.length + 1 }, () => ({ sum: 0, n: 0 }));
  said.forEach(({ errors }, index) => {
    errors.forEach((error, step) => {
      const month = byMonth[index + step + 1];
      if (!month) return;
      month.sum += Math.abs(error);
      month.n += 1;
    });
  });
  for (let i = 1; i < byMonth.length; i += 1) {
    const [before, month] = [byMonth[i - 1], byMonth[i]];
    if (!before || !month) continue;
    month.sum += before.sum;
    month.n += before.n;
  }
  return byMonth;
}

/** The forecaster with the smallest errors by `until`; the first of equal ones, and the first where nothing is known yet. */
export function chosenBy(walks: readonly Walk[], until: number): Walk | null {
  let best: Walk | null = null;
  let least = Infinity;
  for (const walk of walks) {
    const error = meanAbsoluteError(walk, until);
    if (best === null || (error !== null && error < least)) [best, least] = [walk, error ?? Infinity];
  }
  return best;
}
