// The region, customer and period every screen obeys: lives in the URL's query, so that a link shows the same thing.
import { lastMonths, parseRange, type PeriodRange, rangeText } from './periods.ts';

export interface ScopeFilter {
  region: string | null;
  customer: string | null;
  range: PeriodRange;
}
type Query = Readonly<Record<string, string | undefined>>;

/** What links carry along from screen to screen; everything else belongs to one screen. */
const CARRIED = ['region', 'customer', 'period'] as const;
const DEFAULT_MONTHS = 6;

export const scopeOf = (query: Query, nowMs: number): ScopeFilter => ({
  region: query['region'] ?? null,
  customer: query['customer'] ?? null,
  range: parseRange(query['period']) ?? lastMonths(DEFAULT_MONTHS, nowMs),
});

export const isInFilter = (filter: ScopeFilter, row: { region: string; customer: string }): boolean =>
  (filter.region === null || filter.region === row.region) &&
  (filter.customer === null || filter.customer === row.customer);

/** The scope as a filter of facts and summaries. */
export const costFilterOf = (filter: ScopeFilter, more: Readonly<Record<string, string>> = {}): string | null => {
  const pairs = {
    ...(filter.region === null ? {} : { region: filter.region }),
    ...(filter.customer === null ? {} : { customer: filter.customer }),
    ...more,
  };
  const text = Object.entries(pairs).map(([dimension, code]) => `${dimension}:${code}`);
  return text.length === 0 ? null : text.join(',');
};

export const rangeQuery = (filter: ScopeFilter): string => rangeText(filter.range);

/** A path with the carried filter and the screen's own query; `null` takes a key out. */
export function hrefWith(path: string, query: Query, changes: Readonly<Record<string, string | null>>): string {
  const params = new URLSearchParams();
  for (const key of CARRIED) {
    const value = query[key];
    if (value !== undefined) params.set(key, value);
  }
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) params.delete(key);
    else params.set(key, value);
  }
  const text = params.toString();
  return text === '' ? path : `${path}?${text}`;
}
