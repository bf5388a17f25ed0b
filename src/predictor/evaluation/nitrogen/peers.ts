// What a user would write for the same question first: the sensors' values as they are, into logistic regression, an
// isolation forest and the largest z-score; thresholds from the same part of the training log.
import { type Matrix, matrixOf } from '../../core/boosting/matrix.ts';
import { macroF1At, macroF1Threshold } from '../../core/near-term/macro-f1.ts';
import { fitIsolationForest } from '../peers/isolation-forest.ts';
import { fitLogisticRegression } from '../peers/logistic-regression.ts';
import type { Figures } from '../suite.ts';
import type { SensorLog } from './sensor-log.ts';

/** Where the held part knows no fault. */
export const NO_THRESHOLD = 0.5;

type Scorer = (rows: Matrix) => Float64Array;
interface Answered {
  held: Float64Array;
  scored: Float64Array;
}

export interface PeerWork {
  seed: number;
  /** After each horizon. */
  onDone: () => void;
}

const valuesOf = ({ sensors, values, timesMs }: SensorLog): Matrix =>
  matrixOf(
    sensors,
    timesMs.map((_, row) => values.map((column) => column[row] as number)),
  );

function fitZScores(x: Matrix): Scorer {
  const width = x.columns.length;
  const moments = x.columns.map((_, column) => {
    let [n, mean, squares] = [0, 0, 0];
    for (let row = 0; row < x.rows; row++) {
      const value = x.values[row * width + column] as number;
      if (Number.isNaN(value)) continue;
      n++;
      const apart = value - mean;
      mean += apart / n;
      squares += apart * (value - mean);
    }
    return { mean, spread: Math.sqrt(squares / Math.max(1, n)) || 1 };
  });
  return (rows) =>
    Float64Array.from({ length: rows.rows }, (_, row) => {
      const scores = moments.map(({ mean, spread }, column) =>
        Math.abs(((rows.values[row * width + column] as number) - mean) / spread),
      );
      const largest = Math.max(...scores.map((score) => (Number.isNaN(score) ? 0 : score)));
      return largest / (1 + largest);
    });
}

/** Macro F1 of each peer at each horizon on `scored`; the first part of the training log fits, the rest gives the threshold. */
export function peerFigures(fitted: SensorLog, held: SensorLog, scored: SensorLog, work: PeerWork): Figures {
  const rows = valuesOf(fitted);
  const [heldRows, scoredRows] = [valuesOf(held), valuesOf(scored)];
  const figures: Record<string, number> = {};
  const note = (name: string, horizon: number, scorer: Answered): void => {
    const threshold = macroF1Threshold(scorer.held, held.labels[horizon] ?? []) ?? NO_THRESHOLD;
    figures[`${name}_macroF1_${fitted.horizonsHours[horizon]}h`] = macroF1At(
      threshold,
      scorer.scored,
      scored.labels[horizon] ?? [],
    );
  };
  const answered = (scorer: Scorer): Answered => ({ held: scorer(heldRows), scored: scorer(scoredRows) });
  const forest = answered(fitIsolationForest(rows, work.seed));
  const zScores = answered(fitZScores(rows));
  fitted.labels.forEach((labels, horizon) => {
    note('logisticRegression', horizon, answered(fitLogisticRegression(rows, Float64Array.from(labels), work.seed)));
    note('isolationForest', horizon, forest);
    note('zScore', horizon, zScores);
    work.onDone();
  });
  return figures;
}
