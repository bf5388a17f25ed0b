// How remaining-life predictions are scored: root mean square error, the NASA score that punishes late warnings more than
// early ones, and how often and how tightly an interval held the truth.

export interface LifePrediction {
  p10: number;
  p50: number;
  p90: number;
  truth: number;
}

export interface LifeScore {
  rmse: number;
  /** Sum over all predictions. */
  nasaScore: number;
  /** Share of truths inside the interval. */
  coverage: number;
  meanWidth: number;
  n: number;
}

/** e^(-d/13) - 1 for a prediction that was too short by d, e^(d/10) - 1 for one that was too long. */
export const nasaPenalty = (difference: number): number =>
  difference < 0 ? Math.exp(-difference / 13) - 1 : Math.exp(difference / 10) - 1;

/** Truths above `cap` count as the cap. */
export function scoreOf(predictions: readonly LifePrediction[], cap: number): LifeScore {
  let square = 0;
  let nasaScore = 0;
  let held = 0;
  let width = 0;
  for (const { p10, p50, p90, truth } of predictions) {
    const capped = Math.min(cap, truth);
    square += (p50 - capped) ** 2;
    nasaScore += nasaPenalty(p50 - capped);
    held += capped >= p10 && capped <= p90 ? 1 : 0;
    width += p90 - p10;
  }
  const n = predictions.length;
  return { rmse: Math.sqrt(square / n), nasaScore, coverage: held / n, meanWidth: width / n, n };
}
