// The largest values of each dimension by themselves, and all smaller ones as one value, "others": so many values, and all of their
// cost, so that rows go on adding up. Cost without the dimension is no value, and always stands by itself. Pure.
import type { Dimension } from '../contracts/costs.ts';
import { plus, totalOf } from './core/origins.ts';
import type { CellRow } from './cube/cells.ts';

/** Dimension -> how many values the row stands for. */
export type Others = Readonly<Partial<Record<Dimension, number>>>;
export interface FoldedRow extends CellRow {
  others: Others;
}

/** How many smaller values of the dimension stand together, and which they are. */
function smallerOf(rows: readonly CellRow[], dimension: Dimension, top: number): ReadonlySet<string> {
  const totals = new Map<string, bigint>();
  for (const { keys, amounts } of rows) {
    const code = keys[dimension];
    if (code != null) totals.set(code, (totals.get(code) ?? 0n) + totalOf(amounts));
  }
  const largestFirst = [...totals].sort(([codeA, a], [codeB, b]) =>
    a === b ? (codeA < codeB ? -1 : 1) : a > b ? -1 : 1,
  );
  return new Set(largestFirst.slice(top).map(([code]) => code));
}

/** `tops` goes with `by`: a dimension without one keeps all of its values. */
export function foldSmaller(rows: readonly CellRow[], by: readonly Dimension[], tops: readonly number[]): FoldedRow[] {
  const smaller = by.map((dimension, i) => {
    const top = tops[i];
    return { dimension, codes: top === undefined ? new Set<string>() : smallerOf(rows, dimension, top) };
  });
  const folded = new Map<string, FoldedRow>();
  for (const row of rows) {
    const isOther = ({ dimension, codes }: (typeof smaller)[number]): boolean => codes.has(row.keys[dimension] ?? '');
    const others = Object.fromEntries(smaller.filter(isOther).map(({ dimension, codes }) => [dimension, codes.size]));
    const keys = Object.fromEntries(
      Object.entries(row.keys).map(([dimension, code]) => [dimension, dimension in others ? null : code]),
    );
    const key = JSON.stringify([keys, others]);
    const before = folded.get(key);
    if (before) {
      before.amounts = plus(before.amounts, row.amounts);
      before.lines += row.lines;
    } else folded.set(key, { keys, others, amounts: row.amounts, lines: row.lines });
  }
  return [...folded.values()];
}
