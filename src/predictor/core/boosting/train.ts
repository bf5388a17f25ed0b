// Trains boosted trees: round by round one tree on the slope of the loss, with sampled rows and columns, until the rounds
// are done or the validation part has stopped to improve. The same rows, options and seed give the same trees.
import { sampleOf, seededRandom } from '../random.ts';
import { binColumns, MOST_BINS, type BinnedColumn } from './bins.ts';
import { Grower, type GrownTree } from './grow.ts';
import type { Matrix } from './matrix.ts';
import { lossOf, weightedQuantile, type Loss, type Objective } from './objective.ts';
import { addTree, type BoostedTrees } from './trees.ts';

export interface BoostOptions {
  objective: Objective;
  rounds: number;
  learningRate: number;
  maxLeaves: number;
  /** Least curvature of a leaf: rows for squared and quantile, sum of p(1-p) for logistic. */
  minLeafWeight: number;
  lambda: number;
  /** Share of the rows and of the columns that each tree sees. */
  rowShare: number;
  columnShare: number;
  /** Most bins a column is divided into, at most 255. */
  bins: number;
  seed: number;
  /** Stop when the validation loss has not fallen for `patience` rounds; the best round is the last one kept. */
  validation?: { x: Matrix; y: Float64Array; weights?: Float64Array; patience: number };
  /** `loss` is that of the validation part where there is one, else of the training part. */
  onRound?: (round: number, loss: number) => void;
}

/** Throws with the reason when there is nothing to learn from. */
export function trainTrees(x: Matrix, y: Float64Array, options: BoostOptions, weights?: Float64Array): BoostedTrees {
  const rowWeights = weights ?? new Float64Array(y.length).fill(1);
  checkTraining(x, y, rowWeights, options);
  const loss = lossOf(options.objective);
  const base = loss.base(y, rowWeights);
  const random = seededRandom(options.seed);
  const columns = binColumns(x, options.bins);
  const grower = new Grower(columns, x.rows, options);
  const margins = new Float64Array(x.rows).fill(base);
  const gradient = new Float64Array(x.rows);
  const curvature = new Float64Array(x.rows);
  const usedColumns = Math.max(1, Math.round(options.columnShare * x.columns.length));
  const watch = startWatch(options, loss, base);
  const trees: BoostedTrees[] = [];
  for (let round = 0; round < options.rounds; round++) {
    loss.slopes(margins, y, rowWeights, gradient, curvature);
    const rows = chooseRows(x.rows, options.rowShare, random);
    const sample = rows.slice();
    const grown = grower.grow(sample, gradient, curvature, sampleOf(x.columns.length, usedColumns, random));
    const values = leafValues(grown, sample, loss, { margins, y, weights: rowWeights }, options);
    addToMargins(grown, values, columns, margins);
    const tree = flatTree(grown, values, columns, x.columns, options.objective);
    trees.push(tree);
    if (watch.isDone(round, tree, () => loss.mean(margins, y, rowWeights))) break;
  }
  return join(trees.slice(0, watch.kept()), x.columns, options.objective, base);
}

function checkTraining(x: Matrix, y: Float64Array, weights: Float64Array, options: BoostOptions): void {
  if (x.rows === 0 || x.columns.length === 0) throw new Error('There are no rows to train on.');
  if (y.length !== x.rows || weights.length !== x.rows) {
    throw new Error(
      `There are ${x.rows} rows, ${y.length} targets and ${weights.length} weights: they must be as many.`,
    );
  }
  if (options.bins < 2 || options.bins > MOST_BINS) throw new Error(`bins must be from 2 to ${MOST_BINS}.`);
  if (!weights.every((weight) => weight >= 0 && weight < Infinity) || !weights.some((weight) => weight > 0)) {
    throw new Error('Weights must be numbers from 0 on, and one of them above 0.');
  }
  if (!y.every(Number.isFinite)) throw new Error('A target is not a number.');
  if (options.objective !== 'logistic') return;
  if (!y.every((target) => target === 0 || target === 1)) throw new Error('A logistic target is neither 0 nor 1.');
  const has = (target: number): boolean => y.some((value, row) => value === target && (weights[row] as number) > 0);
  if (!has(0) || !has(1)) throw new Error(`All targets are ${y[0]}: both classes are needed to learn a probability.`);
}

function chooseRows(total: number, share: number, random: () => number): Int32Array {
  if (share >= 1) return Int32Array.from({ length: total }, (_, row) => row);
  const rows = new Int32Array(total);
  let count = 0;
  for (let row = 0; row < total; row++) if (random() < share) rows[count++] = row;
  return count === 0 ? Int32Array.of(Math.floor(random() * total)) : rows.subarray(0, count);
}

interface Rows {
  margins: Float64Array;
  y: Float64Array;
  weights: Float64Array;
}

/** What each leaf of `grown.leaves` adds, learning rate included. */
function leafValues(grown: GrownTree, sample: Int32Array, loss: Loss, rows: Rows, options: BoostOptions): number[] {
  const { leafQuantile } = loss;
  return grown.leaves.map(({ node, begin, end }) => {
    const { gradient, curvature } = grown.sums[node] as { gradient: number; curvature: number };
    if (leafQuantile === null) return (-gradient / (curvature + options.lambda)) * options.learningRate;
    const mine = sample.subarray(begin, end);
    const residuals = Float64Array.from(mine, (row) => (rows.y[row] as number) - (rows.margins[row] as number));
    const weights = Float64Array.from(mine, (row) => rows.weights[row] as number);
    return weightedQuantile(residuals, weights, leafQuantile) * options.learningRate;
  });
}

/** Rows that were not sampled are led through the tree by their codes, like the others. */
function addToMargins(
  grown: GrownTree,
  values: readonly number[],
  columns: readonly BinnedColumn[],
  margins: Float64Array,
): void {
  const column = Int32Array.from(grown.column);
  const bin = Int32Array.from(grown.bin);
  const left = Int32Array.from(grown.left);
  const added = new Float64Array(column.length);
  grown.leaves.forEach(({ node }, index) => (added[node] = values[index] as number));
  for (let row = 0; row < margins.length; row++) {
    let node = 0;
    for (let asked = column[0] as number; asked >= 0; asked = column[node] as number) {
      const { codes, cuts } = columns[asked] as BinnedColumn;
      const code = codes[row] as number;
      const goesLeft = code > cuts.length ? grown.missingLeft[node] === 1 : code <= (bin[node] as number);
      node = (left[node] as number) + (goesLeft ? 0 : 1);
    }
    margins[row] = (margins[row] as number) + (added[node] as number);
  }
}

/** Above every number: for a split of "has a value" against "has none". */
const LARGEST = Number.MAX_VALUE;

function flatTree(
  grown: GrownTree,
  values: readonly number[],
  binned: readonly BinnedColumn[],
  columns: readonly string[],
  objective: Objective,
): BoostedTrees {
  const value = new Float64Array(grown.column.length);
  grown.leaves.forEach(({ node }, index) => (value[node] = values[index] as number));
  return {
    format: 1,
    columns,
    objective,
    base: 0,
    roots: Int32Array.of(0),
    column: Int32Array.from(grown.column),
    threshold: Float64Array.from(grown.column, (column, node) =>
      column < 0 ? 0 : (binned[column]?.cuts[grown.bin[node] as number] ?? LARGEST),
    ),
    left: Int32Array.from(grown.left),
    missingLeft: Uint8Array.from(grown.missingLeft),
    value,
    cover: Float64Array.from(grown.sums, (sums) => sums.curvature),
  };
}

interface Watch {
  isDone(round: number, tree: BoostedTrees, trainingLoss: () => number): boolean;
  kept(): number;
}

/** Follows the validation loss; without a validation part every round is kept. */
function startWatch({ validation, onRound, rounds }: BoostOptions, loss: Loss, base: number): Watch {
  let best = Number.POSITIVE_INFINITY;
  let bestRounds = rounds;
  const margins = new Float64Array(validation?.x.rows ?? 0).fill(base);
  const weights = validation?.weights ?? new Float64Array(margins.length).fill(1);
  return {
    kept: () => bestRounds,
    isDone: (round, tree, trainingLoss) => {
      if (!validation) {
        onRound?.(round, trainingLoss());
        return false;
      }
      addTree(tree, 0, validation.x, margins);
      const now = loss.mean(margins, validation.y, weights);
      onRound?.(round, now);
      if (now < best) {
        best = now;
        bestRounds = round + 1;
      }
      return round + 1 - bestRounds >= validation.patience;
    },
  };
}

/** Trees of one shape after another in one set of arrays. */
function join(
  trees: readonly BoostedTrees[],
  columns: readonly string[],
  objective: Objective,
  base: number,
): BoostedTrees {
  const nodes = trees.reduce((sum, tree) => sum + tree.column.length, 0);
  const all = {
    roots: new Int32Array(trees.length),
    column: new Int32Array(nodes),
    threshold: new Float64Array(nodes),
    left: new Int32Array(nodes),
    missingLeft: new Uint8Array(nodes),
    value: new Float64Array(nodes),
    cover: new Float64Array(nodes),
  };
  let at = 0;
  trees.forEach((tree, index) => {
    all.roots[index] = at;
    all.column.set(tree.column, at);
    all.threshold.set(tree.threshold, at);
    tree.left.forEach((left, node) => (all.left[at + node] = left < 0 ? -1 : left + at));
    all.missingLeft.set(tree.missingLeft, at);
    all.value.set(tree.value, at);
    all.cover.set(tree.cover, at);
    at += tree.column.length;
  });
  return { format: 1, columns, objective, base, ...all };
}
