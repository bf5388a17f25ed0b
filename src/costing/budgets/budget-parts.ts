// The parts of the cost a budget is for, with their amounts by month: lines of values that were merged count as one part, under the
// value that stands for them.
import type { Dimension } from '../../contracts/costs.ts';
import type { Period } from '../../contracts/time.ts';
import { partText } from '../core/budget/part.ts';
import { type DimensionFilters, parseFilter, type PeriodSpan } from '../core/cost-query.ts';
import type { ValueMappings } from '../core/value-mapping.ts';
import type { StoredLine } from './budget-versions.ts';

export interface PartBudget {
  part: string;
  filters: DimensionFilters;
  /** The parts as they were written, where they were others. */
  written: string[];
  byMonth: Map<Period, bigint>;
}

function standIns(filters: DimensionFilters, mappings: ValueMappings): DimensionFilters {
  return Object.fromEntries(
    Object.entries(filters).map(([dimension, code]) => [dimension, mappings.standFor(dimension as Dimension, code)]),
  );
}

export function partsOf(lines: readonly StoredLine[], { from, to }: PeriodSpan, mappings: ValueMappings): PartBudget[] {
  const parts = new Map<string, PartBudget>();
  for (const { part: written, period, amount_minor } of lines) {
    if (period < from || period > to) continue;
    const filters = standIns(parseFilter(written), mappings);
    const part = partText(filters);
    const one = parts.get(part) ?? { part, filters, written: [], byMonth: new Map<Period, bigint>() };
    if (written !== part && !one.written.includes(written)) one.written.push(written);
    one.byMonth.set(period, (one.byMonth.get(period) ?? 0n) + amount_minor);
    parts.set(part, one);
  }
  return [...parts.values()];
}
