// A question answered from what is in memory: the cells in the currency asked for, and those of every other currency by
// period, so that each can be converted at its own rate.
import type { Period } from '../../contracts/time.ts';
import type { Amounts } from '../core/origins.ts';
import type { CubeView, Segment } from './cost-cube.ts';
import { partOfLines, partOfPlaced, receiverKeysOf } from './parts.ts';
import { type Part, pivot } from './pivot.ts';
import { type CubeQuestion, planQuestion } from './question.ts';

export interface CellRow {
  /** Dimension -> value; null where the cost has none. */
  keys: Record<string, string | null>;
  amounts: Amounts;
  lines: number;
}

export interface Cells {
  currency: string;
  /** Of one period, or of all of them: then nothing depends on it. */
  period: Period | null;
  rows: CellRow[];
}

type Asked = Omit<CubeQuestion, 'currency' | 'periods'>;

function pass(view: CubeView, question: CubeQuestion, limit: number): CellRow[] {
  const { dictionaries, receivers, segments } = view;
  const plan = planQuestion(question, dictionaries);
  const { stages } = plan;
  const receiverKeys = receiverKeysOf(receivers.lines, stages);
  const partsOf = (period: Period, { direct, placed, unallocated, unused }: Segment): Part[] => {
    const base = plan.baseOf(period);
    return [
      partOfLines('direct', direct, stages, base),
      partOfLines('unallocated', unallocated, stages, base),
      partOfLines('unused', unused, stages, base),
      ...[...placed.values()].map((each) => partOfPlaced(each, { stages, receiverKeys, dictionaries }, base)),
    ];
  };
  const parts = question.periods.flatMap((period) => partsOf(period, segments.get(period) as Segment));
  return pivot(parts, { stages, limit }).map(({ keys, lines, sums }) => ({
    keys: plan.valuesOf(keys),
    amounts: sums,
    lines,
  }));
}

/** Currencies that occur in a segment, other than one. */
function othersIn({ direct, placed, unallocated, unused }: Segment, currency: string, view: CubeView): string[] {
  const dictionary = view.dictionaries.currency;
  const found = new Set([...placed.values()].map((each) => each.currency));
  for (const lines of [direct, unallocated, unused]) {
    const present = new Uint8Array(dictionary.size());
    const { codes } = lines.columns.currency;
    for (let i = 0; i < lines.length; i += 1) present[codes[i] as number] = 1;
    present.forEach((is, code) => is === 1 && found.add(dictionary.textOf(code) ?? ''));
  }
  found.delete(currency);
  return [...found].sort();
}

/** Throws `TooManyGroups` past the limit. */
export function readCells(view: CubeView, asked: Asked, currency: string, limit: number): Cells[] {
  const periods = [...view.segments.keys()];
  const cells: Cells[] = [{ currency, period: null, rows: pass(view, { ...asked, currency, periods }, limit) }];
  if (view.dictionaries.currency.size() <= 2 && view.dictionaries.currency.find(currency)) return cells;
  for (const period of periods) {
    for (const other of othersIn(view.segments.get(period) as Segment, currency, view)) {
      const rows = pass(view, { ...asked, currency: other, periods: [period] }, limit);
      if (rows.length > 0) cells.push({ currency: other, period, rows });
    }
  }
  return cells;
}
