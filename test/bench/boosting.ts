// Boosted trees: rows a second in training, nanoseconds a row and microseconds an explanation in answering, beside trees of the
// same options written the plain way: arrays of numbers, every threshold tried by sorting.
import { contributionsOf } from '../../src/predictor/core/boosting/explain.ts';
import { matrixOf, type Matrix } from '../../src/predictor/core/boosting/matrix.ts';
import { type BoostOptions, trainTrees } from '../../src/predictor/core/boosting/train.ts';
import { predictRow } from '../../src/predictor/core/boosting/trees.ts';
import { seededRandom } from '../../src/predictor/core/random.ts';

const OPTIONS: BoostOptions = {
  objective: 'squared',
  rounds: 20,
  learningRate: 0.1,
  maxLeaves: 16,
  minLeafWeight: 20,
  lambda: 1,
  rowShare: 1,
  columnShare: 1,
  bins: 64,
  seed: 1,
};
const EXPLAINED = 200;

interface PlainNode {
  column: number;
  threshold: number;
  value: number;
  left?: PlainNode;
  right?: PlainNode;
}

export async function run(args: readonly string[]): Promise<void> {
  const option = (name: string, fallback: number): number =>
    args.includes(name) ? Number(args[args.indexOf(name) + 1]) : fallback;
  const rows = option('--rows', 40_000);
  const columns = option('--columns', 40);
  const { x, y } = tableOf(rows, columns);
  const trained = timed(() => trainTrees(x, y, OPTIONS));
  const model = trained.result;
  const width = x.columns.length;
  let sum = 0;
  const asked = timed(() => {
    for (let row = 0; row < x.rows; row++) sum += predictRow(model, x.values, row * width);
  });
  const explained = timed(() => {
    for (let row = 0; row < EXPLAINED; row++) contributionsOf(model, x.values.slice(row * width, (row + 1) * width));
  });
  const fewer = Math.min(rows, 4000);
  const plain = timed(() => plainTrees(x, y, fewer));
  const work = (count: number, ms: number): number => (count * columns * OPTIONS.rounds) / (ms / 1000);
  console.log(
    JSON.stringify({
      bench: 'boosting',
      rows,
      columns,
      trees: OPTIONS.rounds,
      trainingRowsColumnsTreesPerSecond: Math.round(work(rows, trained.ms)),
      plainRowsColumnsTreesPerSecond: Math.round(work(fewer, plain.ms)),
      answerNsPerRowAndTree: (asked.ms * 1e6) / rows / OPTIONS.rounds,
      explanationUsPerTree: (explained.ms * 1000) / EXPLAINED / OPTIONS.rounds,
      answersSum: sum,
      plainMean: plain.result,
    }),
  );
}

function tableOf(rows: number, columns: number): { x: Matrix; y: Float64Array } {
  const random = seededRandom(1);
  const cells = Array.from({ length: rows }, () => Array.from({ length: columns }, () => random()));
  const names = Array.from({ length: columns }, (_, column) => `c${column}`);
  const y = Float64Array.from(
    cells,
    ([a, b, c]) => 4 * (a as number) * (b as number) + ((c as number) > 0.6 ? 1 : 0) + random(),
  );
  return { x: matrixOf(names, cells), y };
}

function timed<T>(work: () => T): { result: T; ms: number } {
  const from = performance.now();
  return { result: work(), ms: performance.now() - from };
}

/** Returns the mean answer, so that the work is not for nothing. */
function plainTrees(x: Matrix, y: Float64Array, rows: number): number {
  const width = x.columns.length;
  const cells = Array.from({ length: rows }, (_, row) => [...x.values.subarray(row * width, (row + 1) * width)]);
  const residual = [...y.subarray(0, rows)];
  const depth = Math.log2(OPTIONS.maxLeaves);
  let total = 0;
  for (let round = 0; round < OPTIONS.rounds; round++) {
    const tree = plainNode(cells, residual, [...cells.keys()], depth);
    cells.forEach((cell, row) => {
      const answer = OPTIONS.learningRate * plainAnswer(tree, cell);
      residual[row] = (residual[row] as number) - answer;
      total += answer;
    });
  }
  return total / rows;
}

function plainNode(cells: number[][], residual: number[], rows: number[], depth: number): PlainNode {
  const mean = rows.reduce((sum, row) => sum + (residual[row] as number), 0) / rows.length;
  const leaf = { column: -1, threshold: 0, value: mean };
  if (depth === 0 || rows.length < 2 * OPTIONS.minLeafWeight) return leaf;
  let best = { gain: 0, column: -1, threshold: 0 };
  for (let column = 0; column < (cells[0] as number[]).length; column++) {
    const at = (row: number): number => (cells[row] as number[])[column] as number;
    const sorted = [...rows].sort((a, b) => at(a) - at(b));
    let left = 0;
    for (let index = 1; index < sorted.length; index++) {
      left += (residual[sorted[index - 1] as number] as number) - mean;
      if (index < OPTIONS.minLeafWeight || sorted.length - index < OPTIONS.minLeafWeight) continue;
      const gain = (left * left) / index + (left * left) / (sorted.length - index);
      if (gain > best.gain) best = { gain, column, threshold: at(sorted[index - 1] as number) };
    }
  }
  if (best.column < 0) return leaf;
  const goesLeft = (row: number): boolean => ((cells[row] as number[])[best.column] as number) <= best.threshold;
  return {
    ...best,
    value: mean,
    left: plainNode(cells, residual, rows.filter(goesLeft), depth - 1),
    right: plainNode(
      cells,
      residual,
      rows.filter((row) => !goesLeft(row)),
      depth - 1,
    ),
  };
}

function plainAnswer(node: PlainNode, cell: readonly number[]): number {
  if (node.left === undefined || node.right === undefined) return node.value;
  return plainAnswer((cell[node.column] as number) <= node.threshold ? node.left : node.right, cell);
}
