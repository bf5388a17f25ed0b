// What a model has seen of each column, and whether a new row is of that kind: a row from outside of it gets an answer with less
// confidence, and it is said which columns are strange.
import type { Matrix } from '../boosting/matrix.ts';
import type { BoostedTrees } from '../boosting/trees.ts';

export interface Ranges {
  low: Float32Array;
  high: Float32Array;
  /** 1 where the column was missing often enough to be nothing strange. */
  mayMiss: Uint8Array;
  /** The value in the middle of what was seen; NaN where nothing was. */
  typical: Float32Array;
}

/** Share of training rows without a value from which a missing value is an ordinary one. */
const ORDINARY_MISSING = 0.01;
/** How far beyond what was seen a value may lie, as a share of the range. */
const MARGIN = 0.1;

export function rangesOf(x: Matrix): Ranges {
  const width = x.columns.length;
  const low = new Float32Array(width).fill(Number.POSITIVE_INFINITY);
  const high = new Float32Array(width).fill(Number.NEGATIVE_INFINITY);
  const missing = new Float64Array(width);
  for (let row = 0; row < x.rows; row++) {
    for (let column = 0; column < width; column++) {
      const value = x.values[row * width + column] as number;
      if (Number.isNaN(value)) missing[column] = (missing[column] as number) + 1;
      else {
        if (value < (low[column] as number)) low[column] = value;
        if (value > (high[column] as number)) high[column] = value;
      }
    }
  }
  const mayMiss = Uint8Array.from(missing, (count) => (count > ORDINARY_MISSING * x.rows ? 1 : 0));
  return { low, high, mayMiss, typical: Float32Array.from(low, (_, column) => medianOf(x, column)) };
}

/** Rows looked at for a column's middle. */
const MIDDLE_ROWS = 2_000;

function medianOf({ columns, rows, values }: Matrix, column: number): number {
  const step = Math.max(1, Math.floor(rows / MIDDLE_ROWS));
  const seen: number[] = [];
  for (let row = 0; row < rows; row += step) {
    const value = values[row * columns.length + column] as number;
    if (!Number.isNaN(value)) seen.push(value);
  }
  return seen.sort((a, b) => a - b)[seen.length >> 1] ?? Number.NaN;
}

/** How much of the trees' questions go to each column, summing to 1: by the weight of the rows asked. */
export function sharesOf({ column, cover, columns }: BoostedTrees): Float64Array {
  const shares = new Float64Array(columns.length);
  let total = 0;
  for (let node = 0; node < column.length; node++) {
    const asked = column[node] as number;
    if (asked < 0) continue;
    shares[asked] = (shares[asked] as number) + (cover[node] as number);
    total += cover[node] as number;
  }
  return total === 0 ? shares : shares.map((share) => share / total);
}

/** Share of the trees' questions that this row answers from outside of what they have seen. */
export function strangeness({ low, high, mayMiss }: Ranges, shares: Float64Array, row: Float32Array): number {
  let strange = 0;
  for (let column = 0; column < shares.length; column++) {
    const share = shares[column] as number;
    if (share === 0) continue;
    const value = row[column] as number;
    const [least, most] = [low[column] as number, high[column] as number];
    const slack = MARGIN * (most - least);
    const isStrange = Number.isNaN(value) ? mayMiss[column] === 0 : !(value >= least - slack && value <= most + slack);
    if (isStrange) strange += share;
  }
  return strange;
}
