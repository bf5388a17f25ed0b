// A cell of a pivot as the URL holds it: `dimension:code` pairs, the month among them as a period of its own.
import { type Dimension, DIMENSIONS } from '../../../../contracts/costs.ts';
import { parseRange, rangeText } from '../../../state/periods.ts';
import { costFilterOf, type ScopeFilter } from '../../../state/scope-filter.ts';

export const pairsOf = (cell: string): [Dimension, string][] =>
  cell.split(',').flatMap((pair) => {
    const [name, ...code] = pair.split(':');
    const dimension = DIMENSIONS.find((one) => one === name);
    return dimension === undefined ? [] : [[dimension, code.join(':')]];
  });

export interface CellQuery {
  cell: string | null;
  period: string;
}

/** The cell within the scope of the screen. */
export function cellQueryOf(cell: string, filter: ScopeFilter): CellQuery {
  const pairs = pairsOf(cell);
  const month = parseRange(pairs.find(([dimension]) => dimension === 'period')?.[1]);
  const codes = Object.fromEntries(pairs.filter(([dimension]) => dimension !== 'period'));
  return { cell: costFilterOf(filter, codes), period: rangeText(month ?? filter.range) };
}
