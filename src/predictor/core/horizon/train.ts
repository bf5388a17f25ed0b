// Learns, for each component with enough failures, the chance to fail within the horizon: boosted trees on the rows of many units,
// calibrated and given a threshold on rows whose unit the trees had not seen (folds by unit). Pure and repeatable by seed.
import { type EpochMs, HOUR_MS } from '../../../contracts/time.ts';
import { type Matrix, rowsAt } from '../boosting/matrix.ts';
import { type BoostOptions, trainTrees } from '../boosting/train.ts';
import { predictAll, type BoostedTrees } from '../boosting/trees.ts';
import { fitCalibration, probabilityOf } from '../calibration/calibration.ts';
import { bestThreshold } from '../calibration/ranking.ts';
import { sampleOf, seededRandom } from '../random.ts';
import type { Layout } from './columns.ts';
import type { UnitHistory } from './history.ts';
import { layoutOf } from './layout.ts';
import type { ComponentModel, HorizonModel } from './model.ts';
import { rangesOf } from './ranges.ts';
import { samplesOf, type Samples, type Thinning } from './samples.ts';

export interface HorizonTraining {
  fromMs: EpochMs;
  /** Nothing after it is looked at; rows end one horizon before it, where their outcome is known. */
  toMs: EpochMs;
  horizonHours: number;
  everyHours: number;
  seed: number;
  /** Metrics are left out when false. */
  withMetrics?: boolean;
  /** By component, the mode that most of its failures were. */
  failureModes?: Readonly<Record<string, string>>;
  onProgress?: (done: number, steps: number) => void;
}

/** Failures of a component, in the rows, from which it gets a model of its own. */
export const FEWEST_FAILURES = 10;
const FOLDS = 5;
/** One in so many of the rows where nothing happened lately and nothing fails is learned from, and counts for all of them. */
const QUIET_SHARE = 6;

/** Small, slow trees: by cross-validation on units, larger ones learn single failures by heart. */
const BOOSTING: Omit<BoostOptions, 'seed'> = {
  objective: 'logistic',
  rounds: 200,
  learningRate: 0.05,
  maxLeaves: 6,
  minLeafWeight: 0.5,
  lambda: 3,
  rowShare: 0.8,
  columnShare: 0.3,
  bins: 128,
};

/** What the trees said of rows of units they had not seen; margins by component of the model. */
export interface OutOfFold {
  samples: Samples;
  components: { component: string; labels: Float64Array; probabilities: Float64Array }[];
}

export interface TrainedHorizon {
  model: HorizonModel;
  outOfFold: OutOfFold;
}

/** Components without enough failures are left out of the model; with none left there is `null`. */
export function trainHorizon(histories: readonly UnitHistory[], training: HorizonTraining): TrainedHorizon | null {
  const { fromMs, toMs, horizonHours, everyHours, seed, withMetrics = true, onProgress } = training;
  const found = layoutOf(histories, { fromMs, toMs, horizonHours });
  const layout: Layout = withMetrics ? found : { ...found, metrics: [] };
  const random = seededRandom(seed);
  const horizonMs = horizonHours * HOUR_MS;
  // A log that has watched for less than one horizon knows too little to learn from.
  const rowTimes = { fromMs: fromMs + horizonMs, toMs: toMs - horizonMs, everyHours };
  const samples = samplesOf(histories, layout, rowTimes, thinQuiet(layout, random));
  const folds = foldsOf(histories.length, random);
  const rowsPerOutcome = Math.max(1, horizonHours / everyHours);
  const learned = layout.components.flatMap((component, index) => {
    const labels = samples.labels[index] as Float64Array;
    const failures = failuresIn(histories, component, rowTimes);
    return failures < FEWEST_FAILURES ? [] : [{ component, labels, failures }];
  });
  if (learned.length === 0) return null;
  const steps = learned.length * (FOLDS + 1);
  let done = 0;
  const tell = (): void => onProgress?.(++done, steps);
  const components = learned.map(({ component, labels, failures }) => {
    const margins = outOfFoldMargins(samples, labels, folds, { seed, tell });
    const calibration = fitCalibration(margins, labels, samples.weights, { failures, rowsPerOutcome });
    const trees = train(samples.x, labels, samples.weights, seed);
    tell();
    const probabilities = margins.map((margin) => probabilityOf(calibration, margin));
    const { threshold } = bestThreshold(probabilities, labels, samples.weights);
    const failureMode = training.failureModes?.[component] ?? null;
    const model: ComponentModel = { component, trees, calibration, threshold, failures, failureMode };
    return { component, labels, probabilities, model };
  });
  const any = anyOf(components);
  const model: HorizonModel = {
    horizonHours,
    everyHours,
    layout,
    components: components.map((one) => one.model),
    anyThreshold: bestThreshold(any.probabilities, any.labels, samples.weights).threshold,
    ranges: rangesOf(samples.x),
  };
  return { model, outOfFold: { samples, components } };
}

/** A row is quiet when none of its events fell into the horizon before it. */
function thinQuiet(layout: Layout, random: () => number): Thinning {
  const anyEventCount = 3;
  return (row, isPositive) => {
    if (isPositive || layout.codes.length === 0 || (row[anyEventCount] as number) > 0) return 1;
    return random() * QUIET_SHARE < 1 ? QUIET_SHARE : 0;
  };
}

const failuresIn = (
  histories: readonly UnitHistory[],
  component: string,
  { fromMs, toMs }: { fromMs: EpochMs; toMs: EpochMs },
): number =>
  histories.reduce(
    (sum, { happenings }) =>
      sum +
      happenings.filter(
        (one) => one.kind === 'failed' && one.component === component && one.atMs > fromMs && one.atMs <= toMs,
      ).length,
    0,
  );

/** The fold of every unit: as even as can be, by chance. */
function foldsOf(units: number, random: () => number): Int32Array {
  const folds = Int32Array.from({ length: units }, (_, unit) => unit % FOLDS);
  for (let index = units - 1; index > 0; index--) {
    const other = sampleOf(index + 1, 1, random)[0] as number;
    [folds[index], folds[other]] = [folds[other] as number, folds[index] as number];
  }
  return folds;
}

const train = (x: Matrix, y: Float64Array, weights: Float64Array, seed: number): BoostedTrees =>
  trainTrees(x, y, { ...BOOSTING, seed }, weights);

function outOfFoldMargins(
  { x, units, weights }: Samples,
  labels: Float64Array,
  folds: Int32Array,
  { seed, tell }: { seed: number; tell: () => void },
): Float64Array {
  const margins = new Float64Array(x.rows);
  for (let fold = 0; fold < FOLDS; fold++) {
    const inFold = (row: number): boolean => folds[units[row] as number] === fold;
    const all = Int32Array.from({ length: x.rows }, (_, row) => row);
    const held = all.filter(inFold);
    const used = all.filter((row) => !inFold(row));
    const y = Float64Array.from(used, (row) => labels[row] as number);
    const w = Float64Array.from(used, (row) => weights[row] as number);
    // A fold that holds every failure leaves nothing to learn from.
    const isOneSided = !y.includes(1) || !y.includes(0);
    const said = isOneSided
      ? new Float64Array(held.length).fill(-10)
      : predictAll(train(rowsAt(x, used), y, w, seed + fold + 1), rowsAt(x, held));
    held.forEach((row, index) => (margins[row] = said[index] as number));
    tell();
  }
  return margins;
}

/** P(any of them fails), components taken as independent; and whether one did. */
export function anyOf(components: readonly { labels: Float64Array; probabilities: Float64Array }[]): {
  labels: Float64Array;
  probabilities: Float64Array;
} {
  const rows = components[0]?.labels.length ?? 0;
  const labels = new Float64Array(rows);
  const probabilities = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let none = 1;
    for (const component of components) {
      none *= 1 - (component.probabilities[row] as number);
      if (component.labels[row] === 1) labels[row] = 1;
    }
    probabilities[row] = 1 - none;
  }
  return { labels, probabilities };
}
