// The principal directions of a small symmetric matrix by Jacobi rotations: always in the same order, so that the same numbers
// give the same directions bit for bit.

const MOST_SWEEPS = 30;
const NOTHING_LEFT = 1e-18;

/** Fills `directions` (one a row) and `spread` (variance along each), widest first; `matrix` is used up. */
export function principalOf(matrix: Float64Array, size: number, directions: Float64Array, spread: Float64Array): void {
  const turned = new Float64Array(size * size);
  for (let index = 0; index < size; index++) turned[index * size + index] = 1;
  for (let sweep = 0; sweep < MOST_SWEEPS && offDiagonal(matrix, size) > NOTHING_LEFT; sweep++) {
    for (let row = 0; row < size - 1; row++) {
      for (let column = row + 1; column < size; column++) rotate(matrix, turned, size, [row, column]);
    }
  }
  const order = Array.from({ length: size }, (_, index) => index).sort(
    (a, b) => (matrix[b * size + b] as number) - (matrix[a * size + a] as number) || a - b,
  );
  for (const [place, column] of order.entries()) {
    spread[place] = matrix[column * size + column] as number;
    for (let row = 0; row < size; row++) directions[place * size + row] = turned[row * size + column] as number;
  }
}

function offDiagonal(matrix: Float64Array, size: number): number {
  let sum = 0;
  for (let row = 0; row < size; row++) {
    for (let column = row + 1; column < size; column++) sum += (matrix[row * size + column] as number) ** 2;
  }
  return sum;
}

function rotate(matrix: Float64Array, turned: Float64Array, size: number, [p, q]: [number, number]): void {
  const apq = matrix[p * size + q] as number;
  if (apq === 0) return;
  const theta = ((matrix[q * size + q] as number) - (matrix[p * size + p] as number)) / (2 * apq);
  const tangent = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const cosine = 1 / Math.sqrt(tangent * tangent + 1);
  const sine = tangent * cosine;
  const turn = (values: Float64Array, at: number, by: number): void => {
    const one = values[at] as number;
    const other = values[by] as number;
    values[at] = cosine * one - sine * other;
    values[by] = sine * one + cosine * other;
  };
  for (let index = 0; index < size; index++) turn(matrix, index * size + p, index * size + q);
  for (let index = 0; index < size; index++) turn(matrix, p * size + index, q * size + index);
  for (let index = 0; index < size; index++) turn(turned, index * size + p, index * size + q);
}
