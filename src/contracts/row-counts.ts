// What a report keeps of refused rows: how many of each reason, the first lines, one example. Bounded whatever the file
// holds. Pure.
import { Type, type Static } from 'typebox';

const LINES_KEPT = 5;

export const RefusedRows = Type.Object({
  reason: Type.String(),
  rows: Type.Integer(),
  /** The first few lines of the file. */
  lines: Type.Array(Type.Integer()),
  /** What was found in the first of them. */
  example: Type.String(),
});
export type RefusedRows = Static<typeof RefusedRows>;

/** The counts with one more row; reasons are few and known, so the list stays short. */
export function withRefused(
  counts: readonly RefusedRows[],
  { line, refused, detail }: { line: number; refused: string; detail: string },
): RefusedRows[] {
  if (!counts.some(({ reason }) => reason === refused))
    return [...counts, { reason: refused, rows: 1, lines: [line], example: detail }];
  return counts.map((count) =>
    count.reason === refused
      ? { ...count, rows: count.rows + 1, lines: [...count.lines, line].slice(0, LINES_KEPT) }
      : count,
  );
}

export const refusedTotal = (counts: readonly RefusedRows[]): number => counts.reduce((sum, { rows }) => sum + rows, 0);
