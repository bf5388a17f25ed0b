// What the cost screens ask for: their pivot settings in the URL, the summaries of the API, read again when costs move.
import { useEffect, useState } from 'preact/hooks';
import { type Dimension, DIMENSIONS } from '../../../contracts/costs.ts';
import type { Summary } from '../../../contracts/http/costs.ts';
import { useApp } from '../../app-context.ts';
import { type PeriodRange, rangeText } from '../../state/periods.ts';
import { costFilterOf } from '../../state/scope-filter.ts';
import { type Resource, useResource } from '../../state/use-resource.ts';
import { useScope } from '../../state/use-scope.ts';
import { type Measure, MEASURES } from './pivot.ts';

/** Costs may move many times a second while history is filled in; a person reads once in this time. */
const REREAD_MS = 1000;

/** Follows the version of the costs, at most once in a while, and always arrives at the newest. */
export function useCostsVersion(): number {
  const { costsVersion } = useApp();
  const newest = costsVersion.value;
  const [shown, setShown] = useState(newest);
  const isBehind = shown !== newest;
  useEffect(() => {
    if (!isBehind) return undefined;
    const timer = setTimeout(() => setShown(costsVersion.peek()), REREAD_MS);
    return () => clearTimeout(timer);
  }, [isBehind]);
  return shown;
}

export function useSummary(by: readonly Dimension[], range: PeriodRange): Resource<Summary> {
  const { api } = useApp();
  const { filter } = useScope();
  const version = useCostsVersion();
  const query = { by: by.join(','), period: rangeText(range), filter: costFilterOf(filter) };
  return useResource(
    `summary ${JSON.stringify(query)} ${version}`,
    (signal) => api.get<Summary>('/costs/summary', query, signal),
    true,
  );
}

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
