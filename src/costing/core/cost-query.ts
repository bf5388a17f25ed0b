// The words of a cost question as they come in a URL (`by=product,element`, `period=2026-01..2026-03`,
// `filter=product:mri-15`) turned into values, or a Problem that says what to write instead.
import { DIMENSIONS, type Dimension } from '../../contracts/costs.ts';
import { Problem } from '../../contracts/problems.ts';
import { isPeriod, type Period } from '../../contracts/time.ts';

export type DimensionFilters = Partial<Record<Dimension, string>>;

export interface PeriodSpan {
  from: Period;
  to: Period;
}

function dimensionOf(word: string): Dimension {
  const found = DIMENSIONS.find((dimension) => dimension === word);
  if (found) return found;
  throw new Problem('validation-failed', `"${word}" is not a dimension; use any of ${DIMENSIONS.join(', ')}`);
}

export function parseDimensions(by: string): Dimension[] {
  const words = by.split(',').map((word) => word.trim());
  return [...new Set(words.filter((word) => word !== '').map(dimensionOf))];
}

/** The codes a filter admits: several stand with `|` between them (no code has it), an empty one is cost without the dimension. */
export const codesOf = (filter: string): string[] => [...new Set(filter.split('|').map((code) => code.trim()))];

/** A value may hold `:` (codes do), a comma separates pairs (codes have none). */
export function parseFilter(filter: string | undefined): DimensionFilters {
  const filters: DimensionFilters = {};
  for (const pair of (filter ?? '').split(',')) {
    if (pair.trim() === '') continue;
    const colon = pair.indexOf(':');
    if (colon < 0) throw new Problem('validation-failed', `"${pair}" is not a filter; write dimension:code`);
    const dimension = dimensionOf(pair.slice(0, colon).trim());
    if (filters[dimension] !== undefined) {
      throw new Problem('validation-failed', `filter: ${dimension} is there twice; write ${dimension}:one|other`);
    }
    const value = pair.slice(colon + 1).trim();
    if (dimension === 'period' && !isPeriod(value)) {
      throw new Problem('validation-failed', 'filter: one month, as period:YYYY-MM; for several ask with `period`');
    }
    filters[dimension] = value;
  }
  return filters;
}

/** One period or an inclusive range; `otherwise` when nothing was asked for. */
export function parsePeriods(text: string | undefined, otherwise: Period): PeriodSpan {
  const [from, to = from] = (text ?? otherwise).split('..');
  if (from === undefined || to === undefined || !isPeriod(from) || !isPeriod(to) || to < from) {
    throw new Problem('validation-failed', `"${text}" is not a period; write YYYY-MM or YYYY-MM..YYYY-MM`);
  }
  return { from, to };
}
