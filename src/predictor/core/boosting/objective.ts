// What a model is trained towards: where it starts, the gradient and curvature of its loss per row, and the loss itself.
// Squared error, logistic loss on 0/1 targets, and the pinball loss of a quantile.

export type Objective = 'squared' | 'logistic' | { readonly quantile: number };

export interface Loss {
  /** The best constant margin. */
  base(y: Float64Array, weights: Float64Array): number;
  /** Fills gradient and curvature of every row, weights included. */
  slopes(
    margin: Float64Array,
    y: Float64Array,
    weights: Float64Array,
    gradient: Float64Array,
    curvature: Float64Array,
  ): void;
  /** Weighted mean. */
  mean(margin: Float64Array, y: Float64Array, weights: Float64Array): number;
  /** The quantile to which leaves are set anew, where the Newton step says too little. */
  leafQuantile: number | null;
}

export const logistic = (margin: number): number => 1 / (1 + Math.exp(-margin));

function weightedMean(y: Float64Array, weights: Float64Array): number {
  // About the first value, so that the mean of equal values is exactly that value.
  const first = y[0] as number;
  let sum = 0;
  let total = 0;
  for (let row = 0; row < y.length; row++) {
    sum += (weights[row] as number) * ((y[row] as number) - first);
    total += weights[row] as number;
  }
  return first + sum / total;
}

/** The smallest value below or at which lies at least `share` of the weight. */
export function weightedQuantile(values: Float64Array, weights: Float64Array, share: number): number {
  const order = Int32Array.from(values, (_, index) => index).sort(
    (a, b) => (values[a] as number) - (values[b] as number) || a - b,
  );
  let total = 0;
  for (const weight of weights) total += weight;
  let reached = 0;
  for (const index of order) {
    reached += weights[index] as number;
    if (reached >= share * total) return values[index] as number;
  }
  return values[order.at(-1) as number] as number;
}

function meanOver(y: Float64Array, weights: Float64Array, lossAt: (row: number) => number): number {
  let sum = 0;
  let total = 0;
  for (let row = 0; row < y.length; row++) {
    sum += (weights[row] as number) * lossAt(row);
    total += weights[row] as number;
  }
  return sum / total;
}

const squared: Loss = {
  base: weightedMean,
  leafQuantile: null,
  slopes: (margin, y, weights, gradient, curvature) => {
    for (let row = 0; row < y.length; row++) {
      const weight = weights[row] as number;
      gradient[row] = weight * ((margin[row] as number) - (y[row] as number));
      curvature[row] = weight;
    }
  },
  mean: (margin, y, weights) => meanOver(y, weights, (row) => ((margin[row] as number) - (y[row] as number)) ** 2),
};

const logisticLoss: Loss = {
  base: (y, weights) => {
    const share = weightedMean(y, weights);
    return Math.log(share / (1 - share));
  },
  leafQuantile: null,
  slopes: (margin, y, weights, gradient, curvature) => {
    for (let row = 0; row < y.length; row++) {
      const weight = weights[row] as number;
      const probability = logistic(margin[row] as number);
      gradient[row] = weight * (probability - (y[row] as number));
      curvature[row] = weight * Math.max(1e-12, probability * (1 - probability));
    }
  },
  mean: (margin, y, weights) =>
    meanOver(y, weights, (row) => {
      const against = (y[row] as number) > 0.5 ? -(margin[row] as number) : (margin[row] as number);
      return against > 30 ? against : Math.log1p(Math.exp(against));
    }),
};

const pinball = (quantile: number): Loss => ({
  base: (y, weights) => weightedQuantile(y, weights, quantile),
  leafQuantile: quantile,
  slopes: (margin, y, weights, gradient, curvature) => {
    for (let row = 0; row < y.length; row++) {
      const weight = weights[row] as number;
      gradient[row] = weight * ((y[row] as number) > (margin[row] as number) ? -quantile : 1 - quantile);
      curvature[row] = weight;
    }
  },
  mean: (margin, y, weights) =>
    meanOver(y, weights, (row) => {
      const above = (y[row] as number) - (margin[row] as number);
      return above > 0 ? quantile * above : (quantile - 1) * above;
    }),
});

export function lossOf(objective: Objective): Loss {
  if (objective === 'squared') return squared;
  if (objective === 'logistic') return logisticLoss;
  return pinball(objective.quantile);
}
