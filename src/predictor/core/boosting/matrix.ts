// The table that trees are trained on and asked with: named columns, rows one after another, NaN where a value is missing.

export interface Matrix {
  readonly columns: readonly string[];
  readonly rows: number;
  /** Row-major: value of (row, column) at row x columns + column. */
  readonly values: Float32Array;
}

/** A matrix of the given rows, or an error that names the first row of another length. */
export function matrixOf(columns: readonly string[], rows: readonly ArrayLike<number>[]): Matrix {
  const values = new Float32Array(rows.length * columns.length);
  rows.forEach((row, index) => {
    if (row.length !== columns.length) {
      throw new Error(`Row ${index} has ${row.length} values, the matrix has ${columns.length} columns.`);
    }
    values.set(row, index * columns.length);
  });
  return { columns, rows: rows.length, values };
}

/** The rows at these places, in this order; a place may be named more than once. */
export function rowsAt(matrix: Matrix, places: ArrayLike<number>): Matrix {
  const width = matrix.columns.length;
  const values = new Float32Array(places.length * width);
  for (let index = 0; index < places.length; index++) {
    const from = (places[index] as number) * width;
    values.set(matrix.values.subarray(from, from + width), index * width);
  }
  return { columns: matrix.columns, rows: places.length, values };
}
