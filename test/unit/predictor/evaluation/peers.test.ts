// The peers from npm do what their names say on rows where the answer is known, and the same seed gives the same figures.
import { describe, expect, test } from 'vitest';
import { matrixOf } from '../../../../src/predictor/core/boosting/matrix.ts';
import { seededRandom } from '../../../../src/predictor/core/random.ts';
import { fitIsolationForest } from '../../../../src/predictor/evaluation/peers/isolation-forest.ts';
import { fitLogisticRegression } from '../../../../src/predictor/evaluation/peers/logistic-regression.ts';

const random = seededRandom(5);
const cloud = Array.from({ length: 400 }, () => [random() + random(), 1000 * (random() + random())]);

describe('isolation forest', () => {
  test('the one row far from the cloud is the most alone', () => {
    const rows = matrixOf(['a', 'b'], [...cloud, [9, -4000]]);
    const scores = fitIsolationForest(rows, 1)(rows);
    expect(scores.indexOf(Math.max(...scores))).toBe(cloud.length);
    expect(Math.min(...scores)).toBeGreaterThan(0);
    expect(Math.max(...scores)).toBeLessThan(1);
  });

  test('the same seed scores alike, another one otherwise, and the chance of others is given back', () => {
    const rows = matrixOf(['a', 'b'], cloud);
    const before = Math.random;
    const scores = fitIsolationForest(rows, 1)(rows);
    expect(fitIsolationForest(rows, 1)(rows)).toEqual(scores);
    expect(fitIsolationForest(rows, 2)(rows)).not.toEqual(scores);
    expect(Math.random).toBe(before);
  });
});

describe('logistic regression', () => {
  test('finds the odds of a line through columns of any scale, with an intercept and missing values', () => {
    const y = Float64Array.from(cloud, ([, b = 0]) => (random() < 1 / (1 + Math.exp(-(b - 1400) / 150)) ? 1 : 0));
    const rows = cloud.map(([a = 0, b = 0], index) => [index % 10 === 0 ? Number.NaN : a, b]);
    const probability = fitLogisticRegression(matrixOf(['a', 'b'], rows), y, 1);
    const [low = 1, middle = 0, high = 0] = probability(
      matrixOf(
        ['a', 'b'],
        [
          [1, 900],
          [Number.NaN, 1400],
          [1, 1900],
        ],
      ),
    );
    expect(low).toBeLessThan(0.1);
    expect(middle).toBeGreaterThan(0.3);
    expect(middle).toBeLessThan(0.7);
    expect(high).toBeGreaterThan(0.9);
  });
});
