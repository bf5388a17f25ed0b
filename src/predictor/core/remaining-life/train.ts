// Learns remaining life from runs that ended in failure. Five parts of the units are each predicted by trees that never
// saw them: those honest errors make the intervals. The trees that serve are then trained on all units.
import { trainTrees } from '../boosting/train.ts';
import { predictAll, type BoostedTrees } from '../boosting/trees.ts';
import { fitBands, type Bands } from '../conformal/bands.ts';
import { sampleOf, seededRandom } from '../random.ts';
import { fitFrame, remainingOf, rowsOfRuns } from './frame.ts';
import type { LifeModel } from './model.ts';
import type { Run, RunShape } from './run.ts';
import type { LifeFrame } from './unit-track.ts';

export interface LifeTraining {
  shape: RunShape;
  /** Lives longer than this are told as "more than": early on nothing speaks of the end yet. */
  cap: number;
  seed: number;
  onProgress?: (done: number, steps: number) => void;
}

export interface TrainedLife {
  model: LifeModel;
  /** By run and step, predicted by trees that never saw the run. */
  outOfFold: Float64Array[];
}

export const FOLDS = 5;
export const FEWEST_RUNS = 10;
/** Trees of several seeds; their mean errs less than any of them. */
const MEMBERS = 2;
const ROUNDS = 300;
/** Least share of the rows in a leaf: a leaf that holds the end of one unit alone knows that unit, not the wear. */
const LEAF_SHARE = 0.02;
/** Steps with up to this many caps left count in the intervals. */
export const NEAR_CAP = 1.2;

interface Fitted {
  frame: LifeFrame;
  members: BoostedTrees[];
}

/** Throws when there are too few runs. */
export function trainLife(runs: readonly Run[], training: LifeTraining): TrainedLife {
  const { cap, shape, onProgress } = training;
  if (runs.length < FEWEST_RUNS) {
    throw new Error(
      `${runs.length} runs ended in failure, at least ${FEWEST_RUNS} are needed to learn remaining life.`,
    );
  }
  const folds = foldsOf(runs.length, training.seed);
  const outOfFold: Float64Array[] = runs.map((run) => new Float64Array(run.steps));
  for (let fold = 0; fold < FOLDS; fold++) {
    onProgress?.(fold, FOLDS + 1);
    const fitted = fit(
      runs.filter((_, at) => folds[at] !== fold),
      training,
    );
    runs.forEach((run, at) => {
      if (folds[at] === fold) outOfFold[at] = expectedOver(fitted, run, cap);
    });
  }
  onProgress?.(FOLDS, FOLDS + 1);
  const bands = lifeBands(runs, outOfFold, cap);
  const model = { format: 1, cap, shape, ...fit(runs, training), bands, runs: runs.length } as const;
  onProgress?.(FOLDS + 1, FOLDS + 1);
  return { model, outOfFold };
}

/**
 * Intervals from honest predictions of every step. Steps with far more left than the cap are left out: there are as many
 * of them as lives are long, they are easily told, and they would make the interval of a worn unit too sure.
 */
export function lifeBands(runs: readonly Run[], predicted: readonly Float64Array[], cap: number): Bands {
  const [given, truths]: [number[], number[]] = [[], []];
  runs.forEach((run, at) => {
    remainingOf(run).forEach((left, step) => {
      if (left > NEAR_CAP * cap) return;
      given.push(predicted[at]?.[step] as number);
      truths.push(left);
    });
  });
  return fitBands(given, truths, { cap, independent: runs.length });
}

/** Part of each unit: parts of equal size, by chance. */
export function foldsOf(units: number, seed: number): Int32Array {
  const folds = new Int32Array(units);
  const random = seededRandom(seed);
  const rest = Array.from({ length: units }, (_, unit) => unit);
  for (let fold = 0; fold < FOLDS; fold++) {
    const chosen = sampleOf(rest.length, Math.round(rest.length / (FOLDS - fold)), random);
    for (const at of [...chosen].reverse()) folds[rest.splice(at, 1)[0] as number] = fold;
  }
  return folds;
}

function fit(runs: readonly Run[], { shape, cap, seed }: LifeTraining): Fitted {
  const frame = fitFrame(runs, shape, cap);
  const x = rowsOfRuns(frame, runs);
  const y = Float64Array.from(
    runs.flatMap((run) => [...remainingOf(run)]),
    (left) => Math.min(cap, left),
  );
  const members = Array.from({ length: MEMBERS }, (_, member) =>
    trainTrees(x, y, {
      objective: 'squared',
      rounds: ROUNDS,
      learningRate: 0.04,
      maxLeaves: 16,
      minLeafWeight: Math.max(5, LEAF_SHARE * x.rows),
      lambda: 5,
      rowShare: 0.6,
      columnShare: 0.25,
      bins: 64,
      seed: seed * MEMBERS + member,
    }),
  );
  return { frame, members };
}

function expectedOver({ frame, members }: Fitted, run: Run, cap: number): Float64Array {
  const x = rowsOfRuns(frame, [run]);
  const sums = new Float64Array(run.steps);
  for (const trees of members)
    predictAll(trees, x).forEach((value, row) => (sums[row] = (sums[row] as number) + value));
  return sums.map((sum) => Math.max(0, Math.min(cap, sum / members.length)));
}
