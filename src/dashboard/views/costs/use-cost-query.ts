// What the cost screens ask for: their pivot settings in the URL, the summaries of the API, read again when costs move.
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Dimension, DIMENSIONS } from '../../../contracts/costs.ts';
import type { Summary } from '../../../contracts/http/costs.ts';
import { useApp } from '../../app-context.ts';
import { type PeriodRange, rangeText } from '../../state/periods.ts';
import { costFilterOf } from '../../state/scope-filter.ts';
import { type Resource, useResource } from '../../state/use-resource.ts';
import { useScope } from '../../state/use-scope.ts';
import { type Measure, MEASURES } from './pivot.ts';

/** A change is read this soon: a fact and the allocation that follows it are on screen within a second. */
const FIRST_MS = 100;
/** Costs may move many times a second while history is filled in; then a person reads once in this time. */
const MOST_MS = 1000;

/** Follows the version of the costs: soon after a quiet moment, less and less often while changes keep coming, always to the newest. */
export function useCostsVersion(): number {
  const { costsVersion } = useApp();
  const newest = costsVersion.value;
  const [shown, setShown] = useState(newest);
  const pauseMs = useRef(FIRST_MS);
  const isBehind = shown !== newest;
  useEffect(() => {
    const read = (): void => {
      pauseMs.current = Math.min(2 * pauseMs.current, MOST_MS);
      setShown(costsVersion.peek());
    };
    const rest = (): void => {
      pauseMs.current = FIRST_MS;
    };
    const timer = isBehind ? setTimeout(read, pauseMs.current) : setTimeout(rest, MOST_MS);
    return () => clearTimeout(timer);
  }, [isBehind]);
  return shown;
}

/** `top`: how many values of each dimension stand by themselves; without it all do. */
export function useSummary(
  by: readonly Dimension[],
  range: PeriodRange,
  top: readonly number[] = [],
): Resource<Summary> {
  const { api } = useApp();
  const { filter } = useScope();
  const version = useCostsVersion();
  const query = { by: by.join(','), period: rangeText(range), filter: costFilterOf(filter), ...topOf(top) };
  return useResource(
    `summary ${JSON.stringify(query)} ${version}`,
    (signal) => api.get<Summary>('/costs/summary', query, signal),
    true,
  );
}

const topOf = (top: readonly number[]): { top?: string } => (top.length === 0 ? {} : { top: top.join(',') });

const dimensionOf = (text: string | undefined): Dimension | null => DIMENSIONS.find((one) => one === text) ?? null;

export interface PivotSettings {
  rows: Dimension;
  columns: Dimension | null;
  measure: Measure;
}
export function pivotSettingsOf(query: Readonly<Record<string, string | undefined>>): PivotSettings {
  const rows = dimensionOf(query['rows']) ?? 'product';
  const asked = query['columns'] === 'none' ? null : (dimensionOf(query['columns']) ?? 'element');
  return {
    rows,
    columns: asked === rows ? null : asked,
    measure: MEASURES.find((one) => one === query['measure']) ?? 'total',
  };
}
