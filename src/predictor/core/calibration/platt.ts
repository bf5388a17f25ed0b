// Platt's calibration: a logistic curve through scores and outcomes, with his targets that keep a clean separation from
// claiming certainty. For where outcomes are too few for steps of their own.

export interface Platt {
  kind: 'platt';
  slope: number;
  offset: number;
  /** Outcomes of each kind behind it. */
  positives: number;
  negatives: number;
}

const ROUNDS = 100;
const RIDGE = 1e-9;
const HALVINGS = 40;

/** ln(1 + e^x) without overflow. */
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

export function fitPlatt(scores: ArrayLike<number>, outcomes: ArrayLike<number>, weights: ArrayLike<number>): Platt {
  let positives = 0;
  let negatives = 0;
  for (let index = 0; index < scores.length; index++) {
    if (outcomes[index] === 1) positives += weights[index] as number;
    else negatives += weights[index] as number;
  }
  const high = (positives + 1) / (positives + 2);
  const low = 1 / (negatives + 2);
  let slope = 0;
  let offset = Math.log((positives + 1) / (negatives + 1));
  /** Cross-entropy against the targets; what each round must lower. */
  const lossAt = (a: number, b: number): number => {
    let loss = 0;
    for (let index = 0; index < scores.length; index++) {
      const margin = a * (scores[index] as number) + b;
      const target = outcomes[index] === 1 ? high : low;
      loss += (weights[index] as number) * (softplus(margin) - target * margin);
    }
    return loss;
  };
  let loss = lossAt(slope, offset);
  for (let round = 0; round < ROUNDS; round++) {
    let [g0, g1, h00, h01, h11] = [0, 0, RIDGE, 0, RIDGE];
    for (let index = 0; index < scores.length; index++) {
      const score = scores[index] as number;
      const weight = weights[index] as number;
      const p = 1 / (1 + Math.exp(-(slope * score + offset)));
      const error = weight * (p - (outcomes[index] === 1 ? high : low));
      const curve = weight * p * (1 - p);
      g0 += error * score;
      g1 += error;
      h00 += curve * score * score;
      h01 += curve * score;
      h11 += curve;
    }
    const determinant = h00 * h11 - h01 * h01;
    let [stepSlope, stepOffset] = [(h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant];
    if (!Number.isFinite(stepSlope) || !Number.isFinite(stepOffset)) break;
    // A whole step may leap over the valley to where the curve is flat and no way leads back.
    let next = lossAt(slope - stepSlope, offset - stepOffset);
    for (let halving = 0; !(next <= loss) && halving < HALVINGS; halving++) {
      [stepSlope, stepOffset] = [stepSlope / 2, stepOffset / 2];
      next = lossAt(slope - stepSlope, offset - stepOffset);
    }
    if (!(next <= loss)) break;
    loss = next;
    slope -= stepSlope;
    offset -= stepOffset;
    if (Math.abs(stepSlope) + Math.abs(stepOffset) < 1e-10) break;
  }
  // A score that ranks the wrong way round is no score: the base rate is all there is.
  if (!(slope > 0)) return { kind: 'platt', slope: 0, offset: Math.log(positives / negatives), positives, negatives };
  return { kind: 'platt', slope, offset, positives, negatives };
}
