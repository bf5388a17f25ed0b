// Exact solution of a square system of integer equations (Bareiss' fraction-free elimination): no float touches money.

export interface ExactSolution {
  /** The unknowns are `numerators[i] / denominator`; the denominator is positive. */
  numerators: bigint[];
  denominator: bigint;
}

/** Solves `matrix x = constants`; `null` when the system is singular. */
export function solveExactly(
  matrix: readonly (readonly bigint[])[],
  constants: readonly bigint[],
): ExactSolution | null {
  const size = constants.length;
  const rows = matrix.map((row, i) => [...row, constants[i] ?? 0n]);
  const at = (i: number, j: number): bigint => rows[i]?.[j] ?? 0n;
  let previous = 1n;
  for (let pivot = 0; pivot < size; pivot += 1) {
    const source = rows.findIndex((row, i) => i >= pivot && row[pivot] !== 0n);
    if (source < 0) return null;
    const pivotRow = rows[source] as bigint[];
    rows[source] = rows[pivot] as bigint[];
    rows[pivot] = pivotRow;
    for (let i = 0; i < size; i += 1) {
      if (i === pivot) continue;
      const factor = at(i, pivot);
      rows[i] = (rows[i] as bigint[]).map((value, j) => (value * at(pivot, pivot) - factor * at(pivot, j)) / previous);
    }
    previous = at(pivot, pivot);
  }
  const sign = previous < 0n ? -1n : 1n;
  return { numerators: rows.map((row) => sign * (row[size] ?? 0n)), denominator: sign * previous };
}
