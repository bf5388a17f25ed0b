// The part of the cost a budget line is for: dimension:code pairs in one order, so that the same part has one name. Pure.
import { DIMENSIONS } from '../../../contracts/costs.ts';
import { Problem } from '../../../contracts/problems.ts';
import { type DimensionFilters, parseFilter } from '../cost-query.ts';

export function partText(filters: DimensionFilters): string {
  return DIMENSIONS.flatMap((dimension) => {
    const code = filters[dimension];
    return code === undefined || code === '' ? [] : [`${dimension}:${code}`];
  }).join(',');
}

export function partOf(filter: string): string {
  const filters = parseFilter(filter);
  if (filters.period !== undefined)
    throw new Problem('validation-failed', 'period is not a part of the cost; each line has its month');
  return partText(filters);
}
