// Isotonic regression (pool adjacent violators): the rising steps that lie closest to what happened. Each step keeps how much
// weight stands behind it, so that a probability can say how well it is known.

export interface IsotonicStep {
  /** Highest score of the step. */
  to: number;
  value: number;
  weight: number;
}

export interface Isotonic {
  kind: 'isotonic';
  steps: IsotonicStep[];
}

interface Block {
  to: number;
  sum: number;
  weight: number;
}

/** Equal scores end in one step. Preserves the weighted mean of `outcomes`. */
export function fitIsotonic(
  scores: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  weights: ArrayLike<number>,
): Isotonic {
  const order = Array.from({ length: scores.length }, (_, index) => index).sort(
    (a, b) => (scores[a] as number) - (scores[b] as number),
  );
  const blocks: Block[] = [];
  for (const index of order) {
    const weight = weights[index] as number;
    let block: Block = { to: scores[index] as number, sum: weight * (outcomes[index] as number), weight };
    for (let last = blocks.at(-1); last !== undefined && mustJoin(last, block); last = blocks.at(-1)) {
      blocks.pop();
      block = { to: block.to, sum: last.sum + block.sum, weight: last.weight + block.weight };
    }
    blocks.push(block);
  }
  return { kind: 'isotonic', steps: blocks.map(({ to, sum, weight }) => ({ to, value: sum / weight, weight })) };
}

const mustJoin = (before: Block, next: Block): boolean =>
  before.to === next.to || before.sum * next.weight >= next.sum * before.weight;

/** The step a score falls on; scores beyond the highest fall on the last. */
export function stepOf({ steps }: Isotonic, score: number): IsotonicStep {
  let low = 0;
  let high = steps.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((steps[middle] as IsotonicStep).to < score) low = middle + 1;
    else high = middle;
  }
  return steps[low] as IsotonicStep;
}
