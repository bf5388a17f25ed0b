// Turns each column into ranks: at most 255 bins of about equal filling, with one more code for "missing". Trees are
// grown on these codes, so that only the order of a column's values matters and never its scale.
import type { Matrix } from './matrix.ts';

export const MOST_BINS = 255;
/** Cuts are taken from at most this many rows, evenly spread: more rows do not move a quantile that is worth a split. */
const ROWS_FOR_CUTS = 50_000;
const LARGEST = 3.4028234663852886e38;

export interface BinnedColumn {
  /** A value belongs to the first bin whose cut it does not exceed; the last bin has no cut. */
  readonly cuts: Float64Array;
  /** Bin of each row; `cuts.length + 1` is "missing". */
  readonly codes: Uint8Array;
}

/** Sorted present values of a column, infinities drawn in to the largest number there is. */
function sortedValues(x: Matrix, column: number): Float32Array {
  const width = x.columns.length;
  const stride = Math.max(1, Math.ceil(x.rows / ROWS_FOR_CUTS));
  const found = new Float32Array(Math.ceil(x.rows / stride));
  let count = 0;
  for (let row = 0; row < x.rows; row += stride) {
    const value = x.values[row * width + column] as number;
    if (!Number.isNaN(value)) found[count++] = Math.max(-LARGEST, Math.min(LARGEST, value));
  }
  return found.subarray(0, count).sort();
}

/** Halfway between two neighbours, but never so close to the upper one that it would swallow it. */
const between = (lower: number, upper: number): number => lower / 2 + upper / 2;

/** Cuts that give each bin about the same number of values; a value that fills a bin alone gets one of its own. */
function cutsOf(sorted: Float32Array, bins: number): Float64Array {
  const cuts: number[] = [];
  let inBin = 0;
  let left = sorted.length;
  const distinct = countDistinct(sorted);
  for (let index = 0; index + 1 < sorted.length; index++) {
    inBin += 1;
    const value = sorted[index] as number;
    const next = sorted[index + 1] as number;
    if (value === next || cuts.length + 1 >= bins) continue;
    const isFull = distinct <= bins || inBin >= left / (bins - cuts.length);
    if (!isFull) continue;
    cuts.push(between(value, next));
    left -= inBin;
    inBin = 0;
  }
  return Float64Array.from(cuts);
}

function countDistinct(sorted: Float32Array): number {
  let distinct = sorted.length === 0 ? 0 : 1;
  for (let index = 1; index < sorted.length; index++) if (sorted[index] !== sorted[index - 1]) distinct += 1;
  return distinct;
}

function codesOf(x: Matrix, column: number, cuts: Float64Array): Uint8Array {
  const width = x.columns.length;
  const codes = new Uint8Array(x.rows);
  const missing = cuts.length + 1;
  for (let row = 0, at = column; row < x.rows; row++, at += width) {
    const value = x.values[at] as number;
    if (Number.isNaN(value)) {
      codes[row] = missing;
      continue;
    }
    let low = 0;
    let high = cuts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (value <= (cuts[middle] as number)) high = middle;
      else low = middle + 1;
    }
    codes[row] = low;
  }
  return codes;
}

export function binColumns(x: Matrix, bins: number): BinnedColumn[] {
  return x.columns.map((_, column) => {
    const cuts = cutsOf(sortedValues(x, column), Math.min(MOST_BINS, bins));
    return { cuts, codes: codesOf(x, column, cuts) };
  });
}
