// Series of the API as columns for a chart: gaps become nulls (a line is never drawn over missing time), and live
// readings are added at the end. Pure.
import type { LatestValue, Series } from '../../contracts/http/devices.ts';
import { gapsIn } from '../../contracts/series-gaps.ts';

export interface Columns {
  /** Seconds, as the chart wants them. */
  at: number[];
  mean: (number | null)[];
  min: (number | null)[];
  max: (number | null)[];
}

export function columnsOf(series: Series, expectedIntervalMs: number): Columns {
  const gaps = gapsIn(series.at, Math.max(series.bucketMs, expectedIntervalMs));
  const columns: Columns = { at: [], mean: [], min: [], max: [] };
  for (const [index, at] of series.at.entries()) {
    if (gaps.has(index)) push(columns, ((series.at[index - 1] ?? at) + at) / 2, null, null, null);
    push(columns, at, series.mean[index] ?? null, series.min[index] ?? null, series.max[index] ?? null);
  }
  return columns;
}

/** Indices of values without a neighbour: no line reaches them, so each is drawn as a dot. */
export const isolatedIn = (values: ArrayLike<number | null | undefined>): number[] => {
  const isValue = (index: number): boolean => (values[index] ?? null) !== null;
  return Array.from({ length: values.length }, (_, index) => index).filter(
    (index) => isValue(index) && !isValue(index - 1) && !isValue(index + 1),
  );
};

function push(columns: Columns, at: number, mean: number | null, min: number | null, max: number | null): void {
  columns.at.push(at / 1000);
  columns.mean.push(mean);
  columns.min.push(min);
  columns.max.push(max);
}

/**
 * The series with one more reading: a new point, or part of the newest bucket (its lowest and highest move; the mean of
 * a bucket is left to the server, which knows how many readings it holds). What is not newer changes nothing.
 */
export function withReading(series: Series, { at: atText, value }: LatestValue): Series {
  const at = Date.parse(atText);
  const last = series.at.length - 1;
  const lastAt = series.at[last];
  if (lastAt !== undefined && at <= lastAt) return series;
  if (lastAt !== undefined && at < lastAt + series.bucketMs) {
    return {
      ...series,
      min: replaceLast(series.min, Math.min(series.min[last] ?? value, value)),
      max: replaceLast(series.max, Math.max(series.max[last] ?? value, value)),
    };
  }
  const bucketAt = series.bucketMs > 0 ? Math.floor(at / series.bucketMs) * series.bucketMs : at;
  return {
    ...series,
    at: [...series.at, bucketAt],
    mean: [...series.mean, value],
    min: [...series.min, value],
    max: [...series.max, value],
  };
}

const replaceLast = (values: readonly number[], value: number): number[] => [...values.slice(0, -1), value];

/**
 * The span of the value axis: what was measured with some air, stretched to an edge of the normal band when that is
 * near. A far band must not flatten the drift that the chart is for.
 */
export function valueRange(
  measured: { min: number; max: number },
  normal: { min: number; max: number } | null,
): [number, number] {
  const bandWidth = normal === null ? 0 : normal.max - normal.min;
  const span = Math.max(measured.max - measured.min, bandWidth * 0.15, Math.abs(measured.max) * 1e-3, 1e-9);
  let [low, high] = [measured.min - 0.12 * span, measured.max + 0.12 * span];
  if (normal !== null) {
    if (normal.min < low && normal.min > low - span) low = normal.min - 0.06 * span;
    if (normal.max > high && normal.max < high + span) high = normal.max + 0.06 * span;
  }
  return [low, high];
}

export function extentOf(columns: Columns): { min: number; max: number } | null {
  let extent: { min: number; max: number } | null = null;
  for (const [index, low] of columns.min.entries()) {
    const high = columns.max[index];
    if (low === null || high === null || high === undefined) continue;
    extent =
      extent === null ? { min: low, max: high } : { min: Math.min(extent.min, low), max: Math.max(extent.max, high) };
  }
  return extent;
}
