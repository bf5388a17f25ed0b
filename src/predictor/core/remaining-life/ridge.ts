// Linear least squares with a penalty on the weights, by Cholesky: how the sensors are fused into one index of life left.

/** Gathers rows; `solve` gives the offset and a weight a column. Missing values count as the column's mean, 0. */
export class Ridge {
  readonly #size: number;
  readonly #products: Float64Array;
  readonly #targets: Float64Array;
  readonly #row: Float64Array;
  #rows = 0;

  constructor(columns: number) {
    this.#size = columns + 1;
    this.#products = new Float64Array(this.#size * this.#size);
    this.#targets = new Float64Array(this.#size);
    this.#row = new Float64Array(this.#size);
    this.#row[0] = 1;
  }

  add(valueAt: (column: number) => number, target: number): void {
    const row = this.#row;
    for (let column = 1; column < this.#size; column++) {
      const value = valueAt(column - 1);
      row[column] = Number.isNaN(value) ? 0 : value;
    }
    for (let i = 0; i < this.#size; i++) {
      const value = row[i] as number;
      this.#targets[i] = (this.#targets[i] as number) + value * target;
      for (let j = 0; j <= i; j++) {
        const at = i * this.#size + j;
        this.#products[at] = (this.#products[at] as number) + value * (row[j] as number);
      }
    }
    this.#rows += 1;
  }

  /** `penalty` a row, in units of a column's own variance of 1. */
  solve(penalty: number): number[] {
    const size = this.#size;
    const a = this.#products.slice();
    for (let i = 1; i < size; i++) a[i * size + i] = (a[i * size + i] as number) + penalty * this.#rows;
    for (let j = 0; j < size; j++) {
      for (let i = j; i < size; i++) {
        let sum = a[i * size + j] as number;
        for (let k = 0; k < j; k++) sum -= (a[i * size + k] as number) * (a[j * size + k] as number);
        a[i * size + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / (a[j * size + j] as number);
      }
    }
    const x = this.#targets.slice();
    for (let i = 0; i < size; i++) {
      for (let k = 0; k < i; k++) x[i] = (x[i] as number) - (a[i * size + k] as number) * (x[k] as number);
      x[i] = (x[i] as number) / (a[i * size + i] as number);
    }
    for (let i = size - 1; i >= 0; i--) {
      for (let k = i + 1; k < size; k++) x[i] = (x[i] as number) - (a[k * size + i] as number) * (x[k] as number);
      x[i] = (x[i] as number) / (a[i * size + i] as number);
    }
    return [...x];
  }
}
