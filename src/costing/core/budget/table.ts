// A budget pasted as a table: a head of dimensions and either `month` and `amount`, or one column a month. Every row is read or
// refused by name, whatever is wrong with the others. Pure.
import { wrongCostMonth } from '../../../contracts/cost-dates.ts';
import { DIMENSIONS, type Dimension } from '../../../contracts/costs.ts';
import { minorOf, WRITTEN_AMOUNT_PATTERN } from '../../../contracts/money.ts';
import type { Text } from '../../../contracts/text.ts';
import { isPeriod, type Period } from '../../../contracts/time.ts';
import type { DimensionFilters } from '../cost-query.ts';
import { partText } from './part.ts';

export interface TableLine {
  part: string;
  period: Period;
  minor: bigint;
}

export interface RefusedRow {
  /** As a spreadsheet counts, the head is 1. */
  row: number;
  text: string;
  reason: Text;
}

export interface BudgetRows {
  lines: TableLine[];
  refused: RefusedRow[];
}

type Column =
  | { kind: 'dimension'; dimension: Dimension }
  | { kind: 'month-name' }
  | { kind: 'amount' }
  | { kind: 'month'; period: Period };

const SEPARATORS = ['\t', ';', ','] as const;

/** Cells of a line; a quoted one may hold separators and doubled quotes. */
function cellsOf(line: string, separator: string): string[] {
  const cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (let i = 0; i < line.length; i += 1) {
    const char = line[i];
    if (isQuoted) {
      if (char !== '"') cell += char;
      else if (line[i + 1] === '"') cell += line[(i += 1)];
      else isQuoted = false;
    } else if (char === '"' && cell.trim() === '') [cell, isQuoted] = ['', true];
    else if (char === separator) {
      cells.push(cell.trim());
      cell = '';
    } else cell += char;
  }
  return [...cells, cell.trim()];
}

function columnOf(name: string): Column | null {
  const word = name.toLowerCase();
  if (word === 'month' || word === 'period') return { kind: 'month-name' };
  if (word === 'amount') return { kind: 'amount' };
  if (isPeriod(word)) return { kind: 'month', period: word };
  const dimension = DIMENSIONS.find((one) => one === word && one !== 'period');
  return dimension ? { kind: 'dimension', dimension } : null;
}

/** `1,234,567.80` in a cell of its own is a number as spreadsheets write it. */
const plainNumber = (cell: string): string =>
  /^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(cell) ? cell.replaceAll(',', '') : cell;

function amountOf(cell: string, currency: string): bigint | Text {
  const text = plainNumber(cell);
  const minor = new RegExp(WRITTEN_AMOUNT_PATTERN).test(text) ? minorOf({ amount: text, currency }) : null;
  if (minor === null)
    return { en: `"${cell}" is not an amount in ${currency}`, zh: `"${cell}" 不是有效的 ${currency} 金额` };
  return minor >= 0n ? minor : { en: `${cell}: a budget is not below zero`, zh: `${cell}：预算不能为负` };
}

interface Head {
  columns: Column[];
  separator: string;
}

function headOf(line: string): Head | Text {
  const separator = SEPARATORS.find((one) => line.includes(one)) ?? ',';
  const names = cellsOf(line, separator);
  const columns = names.map(columnOf);
  const unknown = names.find((_, i) => columns[i] === null);
  if (unknown !== undefined) {
    return {
      en: `"${unknown}" is no column; name dimensions (${DIMENSIONS.filter((one) => one !== 'period').join(', ')}), and month and amount, or months as YYYY-MM`,
      zh: `“${unknown}”不是可用的列；请用维度代码，加 month 和 amount 两列，或每月一列（YYYY-MM）`,
    };
  }
  const known = columns.filter((column) => column !== null);
  const has = (kind: Column['kind']): number => known.filter((column) => column.kind === kind).length;
  const isLong = has('month-name') === 1 && has('amount') === 1 && has('month') === 0;
  const isWide = has('month') > 0 && has('month-name') === 0 && has('amount') === 0;
  if (isLong || isWide) return { columns: known, separator };
  return {
    en: 'The head needs month and amount, or one column a month (YYYY-MM), not both',
    zh: '表头需要 month 和 amount 两列，或每月一列（YYYY-MM），不能混用',
  };
}

function linesOf(cells: readonly string[], columns: readonly Column[], currency: string): TableLine[] | Text {
  if (cells.length !== columns.length) {
    return {
      en: `${cells.length} cells where the head has ${columns.length}`,
      zh: `有 ${cells.length} 格，表头为 ${columns.length} 格`,
    };
  }
  const filters: DimensionFilters = {};
  const amounts: { period: string; cell: string }[] = [];
  let [month, amount] = ['', ''];
  for (const [i, column] of columns.entries()) {
    const cell = cells[i] ?? '';
    if (column.kind === 'dimension') {
      if (/[,:]/.test(cell)) return { en: `"${cell}" is not a code`, zh: `“${cell}”不是代码` };
      filters[column.dimension] = cell;
    } else if (column.kind === 'month') {
      if (cell !== '') amounts.push({ period: column.period, cell });
    } else if (column.kind === 'amount') amount = cell;
    else month = cell;
  }
  if (columns.some(({ kind }) => kind === 'amount')) amounts.push({ period: month, cell: amount });
  const part = partText(filters);
  const lines: TableLine[] = [];
  for (const { period, cell } of amounts) {
    if (!isPeriod(period))
      return { en: `"${period}" is not a month; write YYYY-MM`, zh: `“${period}”不是月份，请写 YYYY-MM` };
    const wrongMonth = wrongCostMonth(period);
    if (wrongMonth) return wrongMonth;
    const minor = amountOf(cell, currency);
    if (typeof minor !== 'bigint') return minor;
    lines.push({ part, period, minor });
  }
  return lines;
}

export function readBudgetTable(text: string, currency: string): BudgetRows {
  const rows = text.split(/\r?\n/).map((line, i) => ({ row: i + 1, text: line }));
  const [first, ...rest] = rows.filter((row) => row.text.trim() !== '');
  if (!first) return { lines: [], refused: [] };
  const head = headOf(first.text);
  if (!('columns' in head)) return { lines: [], refused: [{ ...first, reason: head }] };
  const lines: TableLine[] = [];
  const refused: RefusedRow[] = [];
  const seen = new Map<string, number>();
  for (const row of rest) {
    const found = linesOf(cellsOf(row.text, head.separator), head.columns, currency);
    if (!Array.isArray(found)) {
      refused.push({ ...row, reason: found });
      continue;
    }
    const twice = found.find(({ part, period }) => seen.has(`${part} ${period}`));
    if (twice) {
      const before = seen.get(`${twice.part} ${twice.period}`);
      refused.push({
        ...row,
        reason: {
          en: `${twice.period} of the same part is in row ${before}`,
          zh: `同一维度的 ${twice.period} 已在第 ${before} 行`,
        },
      });
      continue;
    }
    for (const { part, period } of found) seen.set(`${part} ${period}`, row.row);
    lines.push(...found);
  }
  return { lines, refused };
}
