// A cell as the URL holds it: `dimension:code` pairs, the months among them as a period of its own. A cell of several codes has
// `|` between them; an empty code is cost without the dimension. Pure.
import { type Dimension, DIMENSIONS } from '../../../../contracts/costs.ts';
import { parseRange, rangeText } from '../../../state/periods.ts';
import { costFilterOf, type ScopeFilter } from '../../../state/scope-filter.ts';

/** `null`: cost without the dimension. */
export type CellKeys = Readonly<Partial<Record<Dimension, string | null | readonly (string | null)[]>>>;

export const cellOf = (keys: CellKeys): string =>
  DIMENSIONS.flatMap((dimension) => {
    const codes = keys[dimension];
    if (codes === undefined) return [];
    const all = typeof codes === 'string' || codes === null ? [codes] : codes;
    return [`${dimension}:${all.map((code) => code ?? '').join('|')}`];
  }).join(',');

export const pairsOf = (cell: string): [Dimension, string][] =>
  cell.split(',').flatMap((pair) => {
    const [name, ...code] = pair.split(':');
    const dimension = DIMENSIONS.find((one) => one === name);
    return dimension === undefined ? [] : [[dimension, code.join(':')]];
  });

/** Codes of a pair; `null`: cost without the dimension. */
export const codesIn = (text: string): (string | null)[] => text.split('|').map((code) => (code === '' ? null : code));

export interface CellQuery {
  cell: string | null;
  period: string;
}

const EVERYWHERE = { region: null, customer: null };

/** The cell within the scope of the screen, or without it where the screen's numbers are. */
export function cellQueryOf(cell: string, filter: ScopeFilter, isWhole: boolean): CellQuery {
  const pairs = pairsOf(cell);
  const months = parseRange(pairs.find(([dimension]) => dimension === 'period')?.[1]);
  const codes = Object.fromEntries(pairs.filter(([dimension]) => dimension !== 'period'));
  return {
    cell: costFilterOf(isWhole ? { ...filter, ...EVERYWHERE } : filter, codes),
    period: rangeText(months ?? filter.range),
  };
}
