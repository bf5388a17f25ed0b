// A budget pasted as a table: a head of dimensions and either `month` and `amount`, or one column a month. Every row is read or
// refused by name, whatever is wrong with the others. Pure.
import { wrongCostMonth } from '../../../contracts/cost-dates.ts';
import { DIMENSIONS } from '../../../contracts/costs.ts';
import type { Text } from '../../../contracts/text.ts';
import type { Period } from '../../../contracts/time.ts';
import type { DimensionFilters } from '../cost-query.ts';
import { DIMENSION_NAMES } from '../words.ts';
import { type Column, columnOf, writtenMonth } from './columns.ts';
import { partText } from './part.ts';
import { writtenAmount } from './written-amount.ts';

export interface BudgetAmount {
  part: string;
  period: Period;
  minor: bigint;
}

export interface TableLine extends BudgetAmount {
  row: number;
}

interface RowText {
  /** As a spreadsheet counts, the head is 1. */
  row: number;
  text: string;
}

export interface RefusedRow extends RowText {
  reason: Text;
}

export interface BudgetRows {
  lines: TableLine[];
  refused: RefusedRow[];
}

const SEPARATORS = ['\t', ';', ','] as const;

/** Cells of a line, wide punctuation as the narrow one; a quoted one may hold separators and doubled quotes. */
function cellsOf(written: string, separator: string): string[] {
  const line = written.normalize('NFKC');
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

interface Head {
  columns: Column[];
  separator: string;
}

const isSame = (a: Column, b: Column): boolean => JSON.stringify(a) === JSON.stringify(b);

function headOf(line: string, currency: string): Head | Text {
  const separator = SEPARATORS.find((one) => line.normalize('NFKC').includes(one)) ?? ',';
  const names = cellsOf(line, separator);
  const columns = names.map((name) => columnOf(name, currency));
  const unknown = names.find((_, i) => columns[i] === null);
  if (unknown !== undefined) {
    return {
      en: `"${unknown}" is no column; name dimensions (${DIMENSIONS.filter((one) => one !== 'period').join(', ')}), and month and amount, or months such as 2026-11`,
      zh: `“${unknown}”不是可用的列；请用维度（${DIMENSIONS.filter((one) => one !== 'period')
        .map((one) => DIMENSION_NAMES[one].zh)
        .join('、')}），加“月份”和“金额”两列，或每月一列（如 2026-11）`,
    };
  }
  const known = columns.filter((column) => column !== null);
  const has = (kind: Column['kind']): number => known.filter((column) => column.kind === kind).length;
  const twice = known.findIndex((column, i) => known.slice(0, i).some((one) => isSame(one, column)));
  if (twice >= 0) {
    return { en: `"${names[twice]}" is there twice; keep one column`, zh: `“${names[twice]}”出现了两次，请只留一列` };
  }
  const isLong = has('month-name') === 1 && has('amount') === 1 && has('month') === 0;
  const isWide = has('month') > 0 && has('month-name') === 0 && has('amount') === 0;
  if (isLong || isWide) return { columns: known, separator };
  return {
    en: 'The head needs month and amount, or one column a month (YYYY-MM), not both',
    zh: '表头需要“月份”和“金额”两列，或每月一列（如 2026-11），不能混用',
  };
}

function linesOf(row: RowText, { columns, separator }: Head, currency: string): TableLine[] | Text {
  const cells = cellsOf(row.text, separator);
  if (cells.length !== columns.length) {
    return {
      en: `${cells.length} cells where the head has ${columns.length}`,
      zh: `有 ${cells.length} 格，表头为 ${columns.length} 格`,
    };
  }
  const filters: DimensionFilters = {};
  const amounts: { month: string; cell: string }[] = [];
  let [month, amount] = ['', ''];
  for (const [i, column] of columns.entries()) {
    const cell = cells[i] ?? '';
    if (column.kind === 'dimension') {
      if (/[,:]/.test(cell)) return { en: `"${cell}" is not a code`, zh: `“${cell}”不是代码` };
      filters[column.dimension] = cell;
    } else if (column.kind === 'month') {
      if (cell !== '') amounts.push({ month: column.period, cell });
    } else if (column.kind === 'amount') amount = cell;
    else month = cell;
  }
  if (columns.some(({ kind }) => kind === 'amount')) amounts.push({ month, cell: amount });
  const part = partText(filters);
  const lines: TableLine[] = [];
  for (const { month: written, cell } of amounts) {
    const period = writtenMonth(written);
    if (period === null)
      return { en: `"${written}" is not a month; write it as 2026-11`, zh: `“${written}”不是月份，请写成 2026-11` };
    const wrongMonth = wrongCostMonth(period);
    if (wrongMonth) return wrongMonth;
    const minor = writtenAmount(cell, currency);
    if (typeof minor !== 'bigint') return minor;
    lines.push({ row: row.row, part, period, minor });
  }
  return lines;
}

export function readBudgetTable(text: string, currency: string): BudgetRows {
  const rows = text.split(/\r?\n/).map((line, i) => ({ row: i + 1, text: line }));
  const [first, ...rest] = rows.filter((row) => row.text.trim() !== '');
  if (!first) return { lines: [], refused: [] };
  const head = headOf(first.text, currency);
  if (!('columns' in head)) return { lines: [], refused: [{ ...first, reason: head }] };
  const lines: TableLine[] = [];
  const refused: RefusedRow[] = [];
  const seen = new Map<string, number>();
  for (const row of rest) {
    const found = linesOf(row, head, currency);
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
