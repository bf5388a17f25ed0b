// Turns a summary into a table of two dimensions with totals. All sums are integers of minor units. Pure.
import { COST_ELEMENTS, type Dimension } from '../../../contracts/costs.ts';
import type { Summary } from '../../../contracts/http/costs.ts';
import { minorOf } from '../../../contracts/money.ts';
import type { Text } from '../../../contracts/text.ts';

export const MEASURES = ['total', 'direct', 'allocated'] as const;
export type Measure = (typeof MEASURES)[number];

/** `null` code: cost without this dimension. `rest`: several codes folded into one column, which has them all in `codes`. */
export interface PivotHead {
  key: string;
  code: string | null;
  codes: readonly (string | null)[];
  label: Text | null;
  rest: number;
  total: bigint;
}
export interface Pivot {
  rows: PivotHead[];
  columns: PivotHead[];
  /** By row key, then column key. */
  cells: ReadonlyMap<string, ReadonlyMap<string, bigint>>;
  total: bigint;
}

/** More columns than fit a screen are folded into one. */
export const MOST_COLUMNS = 8;
const REST = '\u0000rest';
const keyOf = (code: string | null | undefined): string => code ?? '\u0000none';

export function pivotOf(
  summary: Summary,
  rowDimension: Dimension,
  columnDimension: Dimension | null,
  measure: Measure,
): Pivot {
  const rows = new Map<string, PivotHead>();
  const columns = new Map<string, PivotHead>();
  const cells = new Map<string, Map<string, bigint>>();
  let total = 0n;
  for (const row of summary.rows) {
    const amount = minorOf(row[measure]) ?? 0n;
    const rowHead = headIn(rows, row, rowDimension);
    rowHead.total += amount;
    total += amount;
    if (columnDimension === null) continue;
    const columnHead = headIn(columns, row, columnDimension);
    columnHead.total += amount;
    const line = cells.get(rowHead.key) ?? new Map<string, bigint>();
    cells.set(rowHead.key, line.set(columnHead.key, (line.get(columnHead.key) ?? 0n) + amount));
  }
  const folded = foldColumns(sortHeads([...columns.values()], columnDimension), columnDimension, cells);
  return { rows: sortHeads([...rows.values()], rowDimension), columns: folded, cells, total };
}

function headIn(heads: Map<string, PivotHead>, row: Summary['rows'][number], dimension: Dimension): PivotHead {
  const code = row.keys[dimension] ?? null;
  const key = keyOf(code);
  const head = heads.get(key) ?? { key, code, codes: [code], label: row.labels[dimension] ?? null, rest: 0, total: 0n };
  heads.set(key, head);
  return head;
}

/** Elements in their fixed order, months in time, everything else by size. */
function sortHeads(heads: PivotHead[], dimension: Dimension | null): PivotHead[] {
  if (dimension === 'element') return heads.sort((a, b) => elementIndex(a.code) - elementIndex(b.code));
  if (dimension === 'period') return heads.sort((a, b) => a.key.localeCompare(b.key));
  return heads.sort((a, b) => (a.total === b.total ? a.key.localeCompare(b.key) : a.total > b.total ? -1 : 1));
}

const elementIndex = (code: string | null): number => {
  const index = COST_ELEMENTS.findIndex((element) => element === code);
  return index === -1 ? COST_ELEMENTS.length : index;
};

/** Only what is sorted by size may be folded: a month or an element keeps its own column. */
function foldColumns(
  heads: PivotHead[],
  dimension: Dimension | null,
  cells: Map<string, Map<string, bigint>>,
): PivotHead[] {
  if (heads.length <= MOST_COLUMNS || dimension === 'period' || dimension === 'element') return heads;
  const kept = heads.slice(0, MOST_COLUMNS - 1);
  const rest = heads.slice(MOST_COLUMNS - 1);
  for (const line of cells.values()) {
    line.set(
      REST,
      rest.reduce((sum, head) => sum + (line.get(head.key) ?? 0n), 0n),
    );
  }
  const total = rest.reduce((sum, head) => sum + head.total, 0n);
  const codes = rest.map(({ code }) => code);
  return [...kept, { key: REST, code: null, codes, label: null, rest: rest.length, total }];
}
