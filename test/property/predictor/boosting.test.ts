// The laws of the boosted trees: the same seed gives the same trees, only ranks matter, a weight counts like repeated
// rows, contributions sum to the answer, and what cannot be learned from or read back is refused with its reason.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contributionsOf } from '../../../src/predictor/core/boosting/explain.ts';
import { matrixOf, rowsAt, type Matrix } from '../../../src/predictor/core/boosting/matrix.ts';
import { fromStored, toStored } from '../../../src/predictor/core/boosting/stored-trees.ts';
import { trainTrees, type BoostOptions } from '../../../src/predictor/core/boosting/train.ts';
import { predictAll, predictRow, type BoostedTrees } from '../../../src/predictor/core/boosting/trees.ts';
import { seededRandom } from '../../../src/predictor/core/random.ts';

const OPTIONS: BoostOptions = {
  objective: 'squared',
  rounds: 8,
  learningRate: 0.3,
  maxLeaves: 8,
  minLeafWeight: 2,
  lambda: 1,
  rowShare: 1,
  columnShare: 1,
  bins: 64,
  seed: 7,
};
const RUNS = { seed: 11, numRuns: 40 };

/** Small whole numbers with gaps, so that a monotone rescaling is exact and ties are frequent. */
const tables = fc
  .record({ rows: fc.integer({ min: 5, max: 60 }), seed: fc.integer({ min: 0, max: 1e6 }) })
  .map(({ rows, seed }) => {
    const random = seededRandom(seed);
    const cells = Array.from({ length: rows }, () =>
      Array.from({ length: 4 }, () => (random() < 0.15 ? Number.NaN : Math.floor(random() * 21) - 10)),
    );
    const y = Float64Array.from(
      cells,
      ([a, b]) => (a === b ? 3 : (a as number) > 2 ? 1 : 0) + Math.floor(random() * 4),
    );
    return { x: matrixOf(['a', 'b', 'c', 'd'], cells), y, random };
  });

const asClasses = (y: Float64Array): Float64Array => {
  const classes = y.map((value) => (value > 2 ? 1 : 0));
  classes[0] = 0;
  classes[1] = 1;
  return classes;
};

const mapped = (x: Matrix, change: (value: number) => number): Matrix => ({ ...x, values: x.values.map(change) });

describe('training', () => {
  test.each(['squared', 'logistic', { quantile: 0.8 }] as const)(
    'the same seed gives the same trees bit for bit, with sampled rows and columns (%j)',
    (objective) => {
      fc.assert(
        fc.property(tables, ({ x, y }) => {
          const targets = objective === 'logistic' ? asClasses(y) : y;
          const options = { ...OPTIONS, objective, rowShare: 0.7, columnShare: 0.5 };
          expect(trainTrees(x, targets, options)).toEqual(trainTrees(x, targets, options));
        }),
        RUNS,
      );
    },
  );

  test('only the order of the values matters: a monotone rescaling changes no answer', () => {
    fc.assert(
      fc.property(tables, ({ x, y }) => {
        const stretched = mapped(x, (value) => value ** 3 * 4 + 1000);
        const plain = predictAll(trainTrees(x, y, OPTIONS), x);
        expect(predictAll(trainTrees(stretched, y, OPTIONS), stretched)).toEqual(plain);
      }),
      RUNS,
    );
  });

  test('a constant target gives that constant', () => {
    fc.assert(
      fc.property(tables, fc.double({ min: -1e6, max: 1e6, noNaN: true }), ({ x, y }, constant) => {
        for (const objective of ['squared', { quantile: 0.3 }] as const) {
          const model = trainTrees(
            x,
            y.map(() => constant),
            { ...OPTIONS, objective },
          );
          expect(new Set(predictAll(model, x))).toEqual(new Set([constant]));
        }
      }),
      RUNS,
    );
  });

  test('a weight of two counts like the row twice, a weight of none like no row', () => {
    fc.assert(
      fc.property(tables, ({ x, y, random }) => {
        const weights = y.map(() => Math.floor(random() * 3));
        weights[0] = 1;
        // Targets without ties: of two splits of equal gain, rounding would choose.
        const target = y.map((value) => value + random());
        const places = [...weights].flatMap((weight, row) => Array.from({ length: weight }, () => row));
        const repeated = trainTrees(
          rowsAt(x, places),
          Float64Array.from(places, (row) => target[row] as number),
          {
            ...OPTIONS,
            bins: 255,
          },
        );
        const weighted = trainTrees(x, target, { ...OPTIONS, bins: 255 }, weights);
        const expected = predictAll(repeated, rowsAt(x, places));
        predictAll(weighted, rowsAt(x, places)).forEach((answer, row) => {
          expect(answer).toBeCloseTo(expected[row] as number, 8);
        });
      }),
      RUNS,
    );
  });

  test('every round lowers the training loss', () => {
    fc.assert(
      fc.property(tables, ({ x, y }) => {
        const losses: number[] = [];
        trainTrees(x, asClasses(y), { ...OPTIONS, objective: 'logistic', onRound: (_, loss) => losses.push(loss) });
        losses.slice(1).forEach((loss, index) => expect(loss).toBeLessThanOrEqual((losses[index] as number) + 1e-12));
      }),
      RUNS,
    );
  });

  test('the rounds end where the validation part stops to improve, and the best one is kept', () => {
    const random = seededRandom(5);
    const noise = (rows: number): { x: Matrix; y: Float64Array } => ({
      x: matrixOf(
        ['a'],
        Array.from({ length: rows }, () => [random()]),
      ),
      y: Float64Array.from({ length: rows }, () => random()),
    });
    const training = noise(200);
    const validation = noise(200);
    const losses: number[] = [];
    const model = trainTrees(training.x, training.y, {
      ...OPTIONS,
      rounds: 300,
      validation: { ...validation, patience: 5 },
      onRound: (_, loss) => losses.push(loss),
    });
    const best = losses.indexOf(Math.min(...losses));
    expect(losses.length).toBeLessThan(300);
    expect(model.roots.length).toBe(best + 1);
    expect(losses.length).toBe(best + 1 + 5);
  });

  test('learns an interaction with missing values, and quantiles that split the targets as asked', () => {
    const random = seededRandom(3);
    const cells = Array.from({ length: 4000 }, () => [random() < 0.1 ? Number.NaN : random(), random()]);
    const x = matrixOf(['a', 'b'], cells);
    const truth = cells.map(([a, b]) => (Number.isNaN(a) ? 5 : (a as number) > 0.5 === (b as number) > 0.5 ? 2 : 0));
    const y = Float64Array.from(truth, (value) => value + random());
    const options = { ...OPTIONS, rounds: 60, learningRate: 0.2 };
    const mean = predictAll(trainTrees(x, y, options), x);
    const error = mean.reduce((sum, value, row) => sum + (value - (truth[row] as number) - 0.5) ** 2, 0) / x.rows;
    expect(Math.sqrt(error)).toBeLessThan(0.15);
    const p90 = predictAll(trainTrees(x, y, { ...options, objective: { quantile: 0.9 } }), x);
    const below = y.filter((value, row) => value <= (p90[row] as number)).length / x.rows;
    expect(below).toBeGreaterThan(0.88);
    expect(below).toBeLessThan(0.93);
  });

  test('what cannot be learned from is refused with its reason', () => {
    const x = matrixOf(['a'], [[1], [2]]);
    const empty = matrixOf(['a'], []);
    expect(() => trainTrees(empty, new Float64Array(0), OPTIONS)).toThrow('no rows');
    expect(() => trainTrees(x, Float64Array.of(1, 1), { ...OPTIONS, objective: 'logistic' })).toThrow('both classes');
    expect(() => trainTrees(x, Float64Array.of(0, 2), { ...OPTIONS, objective: 'logistic' })).toThrow(
      'neither 0 nor 1',
    );
    expect(() => trainTrees(x, Float64Array.of(0, Number.NaN), OPTIONS)).toThrow('not a number');
    expect(() => trainTrees(x, Float64Array.of(0), OPTIONS)).toThrow('as many');
    expect(() => trainTrees(x, Float64Array.of(0, 1), OPTIONS, Float64Array.of(0, 0))).toThrow('Weights');
  });
});

describe('explanation', () => {
  test('base and contributions sum to the answer of every row, missing values and infinities included', () => {
    fc.assert(
      fc.property(tables, ({ x, y }) => {
        const model = trainTrees(x, asClasses(y), { ...OPTIONS, objective: 'logistic', minLeafWeight: 0.2 });
        const rows = Array.from({ length: x.rows }, (_, row) => x.values.slice(row * 4, row * 4 + 4));
        rows.push(Float32Array.of(Number.NaN, Infinity, -Infinity, 0));
        for (const row of rows) {
          const { base, byColumn } = contributionsOf(model, row);
          expect(base + byColumn.reduce((sum, value) => sum + value, 0)).toBeCloseTo(predictRow(model, row), 9);
        }
      }),
      RUNS,
    );
  });

  test('equals the Shapley values of the tree game, computed subset by subset', () => {
    fc.assert(
      fc.property(tables, ({ x, y }) => {
        const model = trainTrees(x, y, { ...OPTIONS, rounds: 3, minLeafWeight: 1, maxLeaves: 12 });
        const row = x.values.slice(0, 4);
        const { base, byColumn } = contributionsOf(model, row);
        expect(base).toBeCloseTo(expectedOf(model, row, 0), 8);
        byColumn.forEach((value, column) => expect(value).toBeCloseTo(shapley(model, row, column), 8));
      }),
      RUNS,
    );
  });
});

/** The margin when only the columns in `known` (a bit each) are known: other splits go both ways by their cover. */
function expectedOf(model: BoostedTrees, row: Float32Array, known: number): number {
  const walk = (node: number): number => {
    const column = model.column[node] as number;
    if (column < 0) return model.value[node] as number;
    const left = model.left[node] as number;
    const value = row[column] as number;
    const threshold = model.threshold[node] as number;
    const isLeft = Number.isNaN(value) ? model.missingLeft[node] === 1 : value <= threshold;
    if (known & (1 << column)) return walk(isLeft ? left : left + 1);
    const share = (model.cover[left] as number) / (model.cover[node] as number);
    return share * walk(left) + (1 - share) * walk(left + 1);
  };
  return [...model.roots].reduce((sum, root) => sum + walk(root), model.base);
}

function shapley(model: BoostedTrees, row: Float32Array, column: number): number {
  const weights = [1 / 4, 1 / 12, 1 / 12, 1 / 4];
  let sum = 0;
  for (let known = 0; known < 16; known++) {
    if (known & (1 << column)) continue;
    const size = [0, 1, 2, 3].filter((bit) => known & (1 << bit)).length;
    sum += (weights[size] as number) * (expectedOf(model, row, known | (1 << column)) - expectedOf(model, row, known));
  }
  return sum;
}

describe('stored trees', () => {
  const random = seededRandom(9);
  const x = matrixOf(
    ['a', 'b'],
    Array.from({ length: 80 }, () => [random(), random()]),
  );
  const model = trainTrees(x, x.values.filter((_, at) => at % 2 === 0) as unknown as Float64Array, OPTIONS);
  const stored = (): Record<string, unknown> => JSON.parse(JSON.stringify(toStored(model))) as Record<string, unknown>;

  test('come back through JSON bit for bit', () => {
    expect(fromStored(stored())).toEqual(model);
  });

  test.each<[string, (json: Record<string, unknown>) => void]>([
    ['format 2', (json) => (json.format = 2)],
    ['columns', (json) => (json.columns = [])],
    ['objective', (json) => (json.objective = 'absolute')],
    ['base', (json) => (json.base = null)],
    ['value must be numbers', (json) => ((json.value as unknown[])[0] = 'x')],
    ['cover has another length', (json) => (json.cover as unknown[]).pop()],
    ['asks no column', (json) => ((json.column as number[])[0] = 99)],
    ['has no children', (json) => ((json.left as number[])[0] = 0)],
    ['is not a tree', (json) => ((json.left as number[])[0] = 2)],
    ['sends missing values nowhere', (json) => ((json.missingLeft as number[])[0] = 7)],
  ])('are refused when damaged: %s', (reason, damage) => {
    const json = stored();
    damage(json);
    expect(() => fromStored(json)).toThrow(reason);
  });

  test('are refused when they are no object', () => {
    for (const json of [null, 7, 'x', []]) expect(() => fromStored(json)).toThrow('cannot be used');
  });
});
