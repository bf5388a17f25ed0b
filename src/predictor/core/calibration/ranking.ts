// How well scores put what happened above what did not: area under the curve, average precision, and the threshold with the
// best F1. Equal scores share their place.

export interface Ranking {
  auc: number | null;
  averagePrecision: number | null;
}

export interface Decision {
  threshold: number;
  precision: number;
  recall: number;
  f1: number;
}

/** Scores from the highest, in groups of equals: how much of each kind. */
function* groupsOf(scores: ArrayLike<number>, outcomes: ArrayLike<number>, weights?: ArrayLike<number>) {
  const order = Uint32Array.from({ length: scores.length }, (_, index) => index).sort(
    (a, b) => (scores[b] as number) - (scores[a] as number),
  );
  for (let from = 0; from < order.length; ) {
    const score = scores[order[from] as number] as number;
    let [positives, negatives] = [0, 0];
    for (; from < order.length && scores[order[from] as number] === score; from++) {
      const row = order[from] as number;
      const weight = weights === undefined ? 1 : (weights[row] as number);
      if (outcomes[row] === 1) positives += weight;
      else negatives += weight;
    }
    yield { score, positives, negatives };
  }
}

/** `null` where only one kind of outcome was seen. */
export function rankingOf(
  scores: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  weights?: ArrayLike<number>,
): Ranking {
  let [above, taken, pairs, gained] = [0, 0, 0, 0];
  for (const { positives, negatives } of groupsOf(scores, outcomes, weights)) {
    pairs += negatives * (above + positives / 2);
    above += positives;
    taken += positives + negatives;
    gained += positives * (above / taken);
  }
  const negatives = taken - above;
  if (above === 0 || negatives === 0) return { auc: null, averagePrecision: null };
  return { auc: pairs / (above * negatives), averagePrecision: gained / above };
}

const f1Of = (hits: number, taken: number, all: number): number => (2 * hits) / (taken + all);

export function decisionAt(
  threshold: number,
  scores: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  weights?: ArrayLike<number>,
): Decision {
  let [hits, taken, all] = [0, 0, 0];
  for (let row = 0; row < scores.length; row++) {
    const weight = weights === undefined ? 1 : (weights[row] as number);
    const isPositive = outcomes[row] === 1;
    if (isPositive) all += weight;
    if ((scores[row] as number) < threshold) continue;
    taken += weight;
    if (isPositive) hits += weight;
  }
  return {
    threshold,
    precision: taken === 0 ? 0 : hits / taken,
    recall: all === 0 ? 0 : hits / all,
    f1: taken + all === 0 ? 0 : f1Of(hits, taken, all),
  };
}

/** The threshold (>= it is a yes) with the best F1: halfway to the next lower score, so that it holds for new rows. */
export function bestThreshold(
  scores: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  weights?: ArrayLike<number>,
): Decision {
  const groups = [...groupsOf(scores, outcomes, weights)];
  const all = groups.reduce((sum, { positives }) => sum + positives, 0);
  let [hits, taken, best] = [0, 0, -1];
  let threshold = Number.POSITIVE_INFINITY;
  groups.forEach(({ score, positives, negatives }, index) => {
    hits += positives;
    taken += positives + negatives;
    const f1 = f1Of(hits, taken, all);
    if (f1 <= best) return;
    best = f1;
    threshold = (score + (groups[index + 1]?.score ?? score)) / 2;
  });
  return decisionAt(threshold, scores, outcomes, weights);
}
