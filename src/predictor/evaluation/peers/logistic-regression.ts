// Logistic regression from npm (ml-logistic-regression, MIT) as a peer: what a user would get who puts it behind the same
// features. The package descends the whole gradient with a fixed step and knows no intercept, missing values or scales, so
// rows are brought into the shape it wants, as any user would have to.
import LogisticRegression from 'ml-logistic-regression';
import { Matrix as PlainMatrix } from 'ml-matrix';
import { type Matrix, rowsAt } from '../../core/boosting/matrix.ts';
import { sampleOf, seededRandom } from '../../core/random.ts';

/** The package computes with plain arrays: more rows cost minutes and move the coefficients little. */
const MOST_ROWS = 10_000;
const STEPS = 400;
/** On standardised columns and the mean gradient. */
const LEARNING_RATE = 0.5;

interface Scale {
  means: Float64Array;
  spreads: Float64Array;
}

function scaleOf(x: Matrix): Scale {
  const width = x.columns.length;
  const means = new Float64Array(width);
  const spreads = new Float64Array(width).fill(1);
  for (let column = 0; column < width; column++) {
    let [count, sum, squares] = [0, 0, 0];
    for (let row = 0; row < x.rows; row++) {
      const value = x.values[row * width + column] as number;
      if (Number.isNaN(value)) continue;
      count++;
      sum += value;
      squares += value * value;
    }
    if (count === 0) continue;
    means[column] = sum / count;
    spreads[column] = Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2)) || 1;
  }
  return { means, spreads };
}

/** Standardised, an unknown value at the mean, and a column of ones in front for the intercept. */
function plainMatrix(x: Matrix, { means, spreads }: Scale): PlainMatrix {
  const width = x.columns.length;
  const plain = new PlainMatrix(x.rows, width + 1);
  for (let row = 0; row < x.rows; row++) {
    plain.set(row, 0, 1);
    for (let column = 0; column < width; column++) {
      const value = x.values[row * width + column] as number;
      const standard = (value - (means[column] as number)) / (spreads[column] as number);
      plain.set(row, column + 1, Number.isNaN(standard) ? 0 : standard);
    }
  }
  return plain;
}

/** Learns labels of 0 and 1; the answer gives the probability of 1. */
export function fitLogisticRegression(x: Matrix, y: Float64Array, seed: number): (rows: Matrix) => Float64Array {
  const places = sampleOf(x.rows, Math.min(MOST_ROWS, x.rows), seededRandom(seed));
  const sample = rowsAt(x, places);
  const scale = scaleOf(sample);
  // The package adds the rows' gradients up: its step is the rate of the mean gradient divided by the rows.
  const model = new LogisticRegression({ numSteps: STEPS, learningRate: LEARNING_RATE / sample.rows });
  const classes = PlainMatrix.columnVector(Array.from(places, (place) => y[place] as number));
  model.train(plainMatrix(sample, scale), classes);
  return (rows) => Float64Array.from(model.classifiers[0]?.testScores(plainMatrix(rows, scale)) ?? []);
}
