// The isolation forest from npm (ml-isolation-forest, MIT) as a peer: what a user would get who puts it behind the same
// rows. The package takes its chance from Math.random; here it is lent a seeded one, so that a figure can be had again.
import { IsolationForest } from 'ml-isolation-forest';
import type { Matrix } from '../../core/boosting/matrix.ts';
import { sampleOf, seededRandom } from '../../core/random.ts';

/** Sizes of the paper (Liu, Ting and Zhou 2008). */
const TREES = 100;
const ROWS_A_TREE = 256;

function withChance<T>(random: () => number, work: () => T): T {
  const before = Math.random;
  Math.random = random;
  try {
    return work();
  } finally {
    Math.random = before;
  }
}

function plainRows(x: Matrix, places: Iterable<number>): number[][] {
  const width = x.columns.length;
  return Array.from(places, (row) =>
    Array.from(x.values.subarray(row * width, (row + 1) * width), (value) => (Number.isNaN(value) ? 0 : value)),
  );
}

/** Learns what is usual from `x`; the answer scores rows from 0 (usual) to 1 (alone). A missing value is taken as 0. */
export function fitIsolationForest(x: Matrix, seed: number): (rows: Matrix) => Float64Array {
  const random = seededRandom(seed);
  // The package gives every tree all rows; the method wants a sample for each, so a tree is a forest of its own.
  const trees = Array.from({ length: TREES }, () => {
    const tree = new IsolationForest({ nEstimators: 1 });
    const sample = plainRows(x, sampleOf(x.rows, Math.min(ROWS_A_TREE, x.rows), random));
    withChance(random, () => tree.train(sample));
    return tree;
  });
  return (rows) => {
    const plain = plainRows(rows, Array(rows.rows).keys());
    // A score is 2 to the minus mean depth: the mean of depths is the mean of logarithms.
    const logarithms = new Float64Array(rows.rows);
    for (const tree of trees) {
      tree.predict(plain).forEach((score, row) => (logarithms[row] = (logarithms[row] as number) + Math.log2(score)));
    }
    return logarithms.map((sum) => 2 ** (sum / TREES));
  };
}
