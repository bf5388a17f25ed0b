// Macro F1 of a yes or no, the mean of both classes' F1, and the threshold on a probability that serves it.

/** Threshold steps, and how far around a threshold its neighbours speak for it. */
const STEP = 0.01;
const NEIGHBOURS = 5;

const f1Of = (hits: number, falsely: number, missed: number): number =>
  hits === 0 ? 0 : (2 * hits) / (2 * hits + falsely + missed);

/** "Yes" from the threshold on. */
export function macroF1At(threshold: number, probabilities: ArrayLike<number>, labels: ArrayLike<number>): number {
  let [hits, falsely, missed, rest] = [0, 0, 0, 0];
  for (let row = 0; row < labels.length; row++) {
    const says = (probabilities[row] as number) >= threshold;
    const is = labels[row] === 1;
    if (says && is) hits++;
    else if (says) falsely++;
    else if (is) missed++;
    else rest++;
  }
  return (f1Of(hits, falsely, missed) + f1Of(rest, missed, falsely)) / 2;
}

/**
 * The middle of the best stretch of thresholds: a single best one is an accident of a few rows. `null` where the labels know
 * only one class.
 */
export function macroF1Threshold(probabilities: ArrayLike<number>, labels: ArrayLike<number>): number | null {
  let positives = 0;
  for (let row = 0; row < labels.length; row++) positives += labels[row] as number;
  if (positives === 0 || positives === labels.length) return null;
  const scores = Array.from({ length: Math.round(1 / STEP) - 1 }, (_, index) =>
    macroF1At((index + 1) * STEP, probabilities, labels),
  );
  const around = (at: number): number => {
    const near = scores.slice(Math.max(0, at - NEIGHBOURS), at + NEIGHBOURS + 1);
    return near.reduce((sum, score) => sum + score, 0) / near.length;
  };
  const smooth = scores.map((_, at) => around(at));
  return (smooth.indexOf(Math.max(...smooth)) + 1) * STEP;
}
