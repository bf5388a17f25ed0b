// The best place to divide a node, read from its histogram: the Newton gain of every cut of every column, with the rows
// that have no value tried on either side.

export interface NodeSums {
  gradient: number;
  curvature: number;
}

export interface Split {
  gain: number;
  column: number;
  /** Codes up to this one go left. */
  bin: number;
  isMissingLeft: boolean;
  left: NodeSums;
  right: NodeSums;
}

export interface SplitLimits {
  lambda: number;
  minLeafWeight: number;
}

/** A gain below this share of the node's own score is rounding, and so is a weight left over from a subtraction. */
const ROUNDING = 1e-12;
const LEAST_WEIGHT = 1e-9;

/**
 * Best split of one column, or `best` where it is no better. The column's slots start at `at`, two numbers a slot, one
 * slot a bin and the last for "missing".
 */
export function bestSplitOf(
  histogram: Float64Array,
  at: number,
  bins: number,
  column: number,
  node: NodeSums,
  limits: SplitLimits,
  best: Split | null,
): Split | null {
  const { lambda, minLeafWeight } = limits;
  const ownScore = (node.gradient * node.gradient) / (node.curvature + lambda);
  let found = -1;
  let isMissingLeft = false;
  let bestGain = Math.max(best?.gain ?? 0, ROUNDING * (1 + ownScore));
  let foundGradient = 0;
  let foundCurvature = 0;
  const missingGradient = histogram[at + 2 * bins] as number;
  const missingCurvature = histogram[at + 2 * bins + 1] as number;
  const sides = missingCurvature > LEAST_WEIGHT ? 2 : 1;
  for (let side = 0; side < sides; side++) {
    let gradient = side === 1 ? missingGradient : 0;
    let curvature = side === 1 ? missingCurvature : 0;
    const last = sides === 2 && side === 0 ? bins : bins - 1;
    for (let bin = 0; bin < last; bin++) {
      gradient += histogram[at + 2 * bin] as number;
      curvature += histogram[at + 2 * bin + 1] as number;
      const otherCurvature = node.curvature - curvature;
      if (curvature < minLeafWeight) continue;
      if (otherCurvature < minLeafWeight) break;
      const other = node.gradient - gradient;
      const gain =
        (gradient * gradient) / (curvature + lambda) + (other * other) / (otherCurvature + lambda) - ownScore;
      if (gain <= bestGain) continue;
      bestGain = gain;
      found = bin;
      isMissingLeft = side === 1;
      foundGradient = gradient;
      foundCurvature = curvature;
    }
  }
  if (found < 0) return best;
  const left = { gradient: foundGradient, curvature: foundCurvature };
  const right = { gradient: node.gradient - foundGradient, curvature: node.curvature - foundCurvature };
  // Where training saw no missing value, one goes with the heavier side.
  if (sides === 1) isMissingLeft = left.curvature >= right.curvature;
  return { gain: bestGain, column, bin: found, isMissingLeft, left, right };
}
