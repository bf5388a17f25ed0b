// Turns a summary into a table of two dimensions with totals. All sums are integers of minor units. Pure.
import { COST_ELEMENTS, type Dimension } from '../../../contracts/costs.ts';
import type { Summary } from '../../../contracts/http/costs.ts';
import { minorOf } from '../../../contracts/money.ts';
import type { Text } from '../../../contracts/text.ts';

export const MEASURES = ['total', 'direct', 'allocated'] as const;
export type Measure = (typeof MEASURES)[number];

/** Shared cost that nobody carries: it has no value of a dimension of receivers, and stands apart from cost that has none. */
export const UNCARRIED = ['unallocated', 'unused'] as const;
export type Uncarried = (typeof UNCARRIED)[number];

/** Of several currencies each has its own ways down. */
export const isOfOneCurrency = ({ exchange, notConverted }: Summary): boolean =>
  exchange.length === 0 && notConverted.length === 0;

/** Where on the way down what a head has of its cell begins; `null`: the cell is all its own; `closed`: it is of several ways. */
export type HeadWay = 'direct' | 'allocated' | Uncarried | 'closed' | null;

/** `null` code: cost without this dimension. `rest`: several codes folded into one column, which has them all in `codes`. */
export interface PivotHead {
  key: string;
  way: HeadWay;
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
    for (const { way, amount } of partsOf(row, measure)) {
      const rowHead = headIn(rows, row, rowDimension, way);
      rowHead.total += amount;
      total += amount;
      if (columnDimension === null) continue;
      const columnHead = headIn(columns, row, columnDimension, way);
      columnHead.total += amount;
      const line = cells.get(rowHead.key) ?? new Map<string, bigint>();
      cells.set(rowHead.key, line.set(columnHead.key, (line.get(columnHead.key) ?? 0n) + amount));
    }
  }
  const folded = foldColumns(sortHeads([...columns.values()], columnDimension), columnDimension, cells);
  return { rows: sortHeads([...rows.values()], rowDimension), columns: folded, cells, total };
}

type Row = Summary['rows'][number];
interface RowPart {
  way: HeadWay;
  amount: bigint;
}

/** All of a row, or what somebody carries of it and what nobody does. */
function partsOf(row: Row, measure: Measure): RowPart[] {
  if (measure !== 'total') return [{ way: null, amount: minorOf(row[measure]) ?? 0n }];
  const uncarried = UNCARRIED.map((way) => ({ way, amount: minorOf(row[way]) ?? 0n })).filter(
    ({ amount }) => amount !== 0n,
  );
  if (uncarried.length === 0) return [{ way: null, amount: minorOf(row.total) ?? 0n }];
  const [direct, allocated] = [minorOf(row.direct) ?? 0n, minorOf(row.allocated) ?? 0n];
  if (direct === 0n && allocated === 0n) return uncarried;
  const way = allocated === 0n ? 'direct' : direct === 0n ? 'allocated' : 'closed';
  return [{ way, amount: direct + allocated }, ...uncarried];
}

const isUncarried = (way: HeadWay): way is Uncarried => UNCARRIED.some((one) => one === way);

/** Smaller values that the answer has as one: they cannot be opened, nobody knows which they are. */
function othersIn(heads: Map<string, PivotHead>, rest: number): PivotHead {
  const head = heads.get(REST) ?? { key: REST, way: 'closed', code: null, codes: [], label: null, rest, total: 0n };
  heads.set(REST, head);
  return head;
}

function headIn(heads: Map<string, PivotHead>, row: Row, dimension: Dimension, partWay: HeadWay): PivotHead {
  const smaller = row.others?.[dimension];
  if (smaller !== undefined) return othersIn(heads, smaller);
  const code = row.keys[dimension] ?? null;
  // A pool, an element, a month has what nobody carries as its own.
  const way = code === null ? partWay : null;
  const key = isUncarried(way) ? `\u0000${way}` : keyOf(code);
  const label = row.labels[dimension] ?? null;
  const head = heads.get(key) ?? { key, way, code, codes: [code], label, rest: 0, total: 0n };
  if (head.way !== way) head.way = 'closed';
  heads.set(key, head);
  return head;
}

/** Elements in their fixed order, months in time, everything else by size. */
function sortHeads(heads: PivotHead[], dimension: Dimension | null): PivotHead[] {
  if (dimension === 'element') return heads.sort((a, b) => elementIndex(a.code) - elementIndex(b.code));
  if (dimension === 'period') return heads.sort((a, b) => a.key.localeCompare(b.key));
  const last = ({ way, rest }: PivotHead): number => (isUncarried(way) ? 2 : Number(rest > 0));
  return heads.sort(
    (a, b) => last(a) - last(b) || (a.total === b.total ? a.key.localeCompare(b.key) : a.total > b.total ? -1 : 1),
  );
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
  const apart = heads.filter(({ way }) => isUncarried(way));
  const most = MOST_COLUMNS - 1 - apart.length;
  const carried = heads.slice(0, heads.length - apart.length);
  const kept = carried.slice(0, most);
  const rest = carried.slice(most);
  for (const line of cells.values()) {
    line.set(
      REST,
      rest.reduce((sum, head) => sum + (line.get(head.key) ?? 0n), 0n),
    );
  }
  const total = rest.reduce((sum, head) => sum + head.total, 0n);
  const codes = rest.map(({ code }) => code);
  const way = rest.some((head) => head.way !== null) ? ('closed' as const) : null;
  const count = rest.reduce((sum, head) => sum + Math.max(1, head.rest), 0);
  return [...kept, { key: REST, way, code: null, codes, label: null, rest: count, total }, ...apart];
}
