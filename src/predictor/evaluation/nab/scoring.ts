// The benchmark's scoring: a detection early in a labelled window is worth most, one outside of every window costs, and one
// threshold holds for every series of a profile. Pure: series, windows and scores in, points out.

/** Rows [first, last] of one labelled anomaly. */
export interface Window {
  first: number;
  last: number;
}

export interface ScoredSeries {
  scores: Float64Array;
  windows: readonly Window[];
}

export interface Profile {
  truePositive: number;
  falsePositive: number;
  falseNegative: number;
}

export interface Points {
  /** 100 for every window found at its first row and nothing else, 0 for saying nothing. */
  score: number;
  windows: number;
  found: number;
  falseAlarms: number;
}

const PROBATION_SHARE = 0.15;
const LONGEST_PROBATION = 750;

/** The first rows of a series are there to learn from and are not scored. */
export const probationRows = (rows: number): number => Math.min(Math.floor(PROBATION_SHARE * rows), LONGEST_PROBATION);

const sigmoid = (y: number): number => 2 / (1 + Math.exp(5 * y)) - 1;

/** What a detection at the first row of its window is worth before it is set to 1. */
const EARLIEST = sigmoid(-1);

const widthOf = ({ first, last }: Window): number => last - first + 1;

const pointsInside = (window: Window, row: number, { truePositive }: Profile): number =>
  (truePositive * sigmoid(-(window.last - row + 1) / widthOf(window))) / EARLIEST;

function pointsOutside(before: Window | undefined, row: number, { falsePositive }: Profile): number {
  if (before === undefined) return -falsePositive;
  return falsePositive * sigmoid((row - before.last) / widthOf(before));
}

/** What changes when the threshold falls to `score`: rows come into force from the highest score down. */
interface Step {
  score: number;
  points: number;
  found: number;
  falseAlarms: number;
}

function stepsOf({ scores, windows }: ScoredSeries, profile: Profile): Step[] {
  const steps: Step[] = [];
  const scored = windows.filter(({ last }) => last >= probationRows(scores.length));
  let next = 0;
  for (let row = probationRows(scores.length); row < scores.length; row++) {
    while (next < scored.length && (scored[next] as Window).last < row) next++;
    const window = scored[next];
    const score = scores[row] as number;
    if (window !== undefined && window.first <= row) continue;
    steps.push({ score, points: pointsOutside(scored[next - 1], row, profile), found: 0, falseAlarms: 1 });
  }
  for (const window of scored) steps.push(...stepsInside(scores, window, profile));
  return steps;
}

/** Only the earliest row over the threshold counts: with a lower threshold an earlier row takes the place of a later one. */
function stepsInside(scores: Float64Array, window: Window, profile: Profile): Step[] {
  const steps: Step[] = [];
  const from = Math.max(window.first, probationRows(scores.length));
  let highest = -Infinity;
  for (let row = from; row <= window.last; row++) {
    const score = scores[row] as number;
    if (score <= highest) continue;
    // In force for thresholds in (highest, score]; below them the earlier row takes over.
    const points = pointsInside(window, row, profile);
    const earlier = steps.at(-1);
    if (earlier !== undefined) earlier.points -= points + profile.falseNegative;
    steps.push({ score, points: points + profile.falseNegative, found: 0, falseAlarms: 0 });
    highest = score;
  }
  const first = steps.at(-1);
  if (first !== undefined) first.found = 1;
  return steps;
}

const windowsOf = (series: readonly ScoredSeries[]): number =>
  series.reduce(
    (sum, { scores, windows }) => sum + windows.filter(({ last }) => last >= probationRows(scores.length)).length,
    0,
  );

function pointsFrom(steps: readonly Step[], windows: number, profile: Profile): Points {
  let sum = 0;
  let found = 0;
  let falseAlarms = 0;
  for (const step of steps) {
    sum += step.points;
    found += step.found;
    falseAlarms += step.falseAlarms;
  }
  // With nothing said the sum is -falseNegative a window, so the steps alone are the distance from that.
  const span = (profile.truePositive + profile.falseNegative) * windows;
  return { score: span === 0 ? 0 : (100 * sum) / span, windows, found, falseAlarms };
}

/** Points at one threshold: a row is a detection when its score is at least that. */
export function pointsAt(series: readonly ScoredSeries[], profile: Profile, threshold: number): Points {
  const steps = series.flatMap((one) => stepsOf(one, profile)).filter(({ score }) => score >= threshold);
  return pointsFrom(steps, windowsOf(series), profile);
}

/** The threshold with most points over all series; above every score (`Infinity`) when it is best to say nothing. */
export function bestThreshold(series: readonly ScoredSeries[], profile: Profile): number {
  const steps = series.flatMap((one) => stepsOf(one, profile)).sort((a, b) => b.score - a.score);
  let sum = 0;
  let best = 0;
  let threshold = Infinity;
  for (let index = 0; index < steps.length; index++) {
    const step = steps[index] as Step;
    sum += step.points;
    if (step.score !== steps[index + 1]?.score && sum > best) {
      best = sum;
      threshold = step.score;
    }
  }
  return threshold;
}
