// The suite `cmapss`: remaining cycles of turbofans. Parts with test units are trained on their training file and asked at
// each test unit's last row; the others are judged by five-fold cross-validation over units, at every cycle.
import { intervalAt } from '../../core/conformal/bands.ts';
import { follow, remainingOf } from '../../core/remaining-life/frame.ts';
import { PROMISED_MISS, remainingLife, type LifeModel } from '../../core/remaining-life/model.ts';
import { foldsOf, FOLDS, lifeBands, NEAR_CAP, trainLife } from '../../core/remaining-life/train.ts';
import { seededRandom } from '../../core/random.ts';
import { DatasetFault } from '../dataset.ts';
import { remainingLifePlot } from '../plots/plots.ts';
import type { Figure, Suite, SuiteWork } from '../suite.ts';
import { simpleRuls } from './peers.ts';
import { scoreOf, type LifePrediction, type LifeScore } from './scoring.ts';
import { partsIn, readPart, type Turbofans } from './turbofan-runs.ts';

/** Cycles; the customary cap, beyond which no wear can be seen. */
const CAP = 125;
/** A unit is cut for its one prediction after this share of its life. */
const EARLIEST_CUT = 0.15;
/** Times each unit is cut; the first cut is what `--scores` writes. */
const CUTS = 20;

interface UnitPrediction extends LifePrediction {
  unit: string;
  cycle: number;
}

export const cmapss: Suite = {
  name: 'cmapss',
  what: 'remaining cycles of turbofans (train_FD*.txt, with test_ and RUL_ where there are any)',
  sign: /^train_.+\.txt(\.gz)?$/,
  async run(work) {
    const figures: Record<string, Figure> = {};
    for (const name of partsIn(work.dir)) Object.assign(figures, scorePart(readPart(work.dir, name), work));
    if (Object.keys(figures).length === 0) throw new DatasetFault(`${work.dir} has no train_FD*.txt`);
    return figures;
  },
};

function scorePart(part: Turbofans, { seed, scores, plots, progress }: SuiteWork): Record<string, Figure> {
  const { name, training, test } = part;
  const shape = { conditions: part.settings, sensors: part.sensors };
  progress.begin(`${name}: ${training.length} units`, FOLDS + 1);
  const { model, outOfFold } = trainLife(training, {
    shape,
    cap: CAP,
    seed,
    onProgress: (done) => progress.tell(done),
  });
  const validated = crossValidated(part, outOfFold, seed);
  const near = validated.flat().filter(({ truth }) => truth <= NEAR_CAP * CAP);
  const cuts = cutsOfEach(validated, seed);
  const asked = test === null ? (cuts[0] ?? []) : testUnits(model, test);
  const peers = test === null ? null : simpleRuls(training, shape, test, CAP);
  scores?.write(
    `${name}.csv`,
    ['unit', 'rul_p10', 'rul_p50', 'rul_p90', ...(test === null ? ['cycle'] : [])],
    asked.map(({ unit, p10, p50, p90, cycle }) => [unit, p10, p50, p90, ...(test === null ? [cycle] : [])]),
  );
  plots?.write(name, remainingLifePlot(`${name}: remaining life`, 'cycles', asked));
  return {
    [`${name}_nTrainingUnits`]: training.length,
    [`${name}_nRegimes`]: model.frame.regimes.centres.length,
    ...named(`${name}_cv`, scoreOf(validated.flat(), CAP)),
    ...named(`${name}_cvNear`, scoreOf(near, CAP)),
    ...named(`${name}_cvOneCut`, meanScore(cuts)),
    ...(test === null ? {} : named(`${name}_test`, scoreOf(asked, CAP))),
    ...(test === null ? {} : named(`${name}_testUncapped`, scoreOf(asked, Number.POSITIVE_INFINITY))),
    ...Object.fromEntries((peers ?? []).map(([peer, rul]) => [`${name}_peer_${peer}`, peerFigure(rul, asked)])),
  };
}

const named = (prefix: string, { rmse, nasaScore, coverage, meanWidth, n }: LifeScore): Record<string, Figure> => ({
  [`${prefix}_rmseCycles`]: rmse,
  [`${prefix}_nasaScore`]: nasaScore,
  [`${prefix}_coverage80`]: coverage,
  [`${prefix}_meanWidthCycles`]: meanWidth,
  [`${prefix}_n`]: n,
});

/** By unit and cycle, by trees and intervals that the unit had no part in. */
function crossValidated({ training }: Turbofans, outOfFold: readonly Float64Array[], seed: number): UnitPrediction[][] {
  const folds = foldsOf(training.length, seed);
  const truths = training.map(remainingOf);
  const bands = Array.from({ length: FOLDS }, (_every, fold) => {
    const others = <T>(all: readonly T[]): T[] => all.filter((_one, unit) => folds[unit] !== fold);
    return lifeBands(others(training), others(outOfFold), CAP);
  });
  return training.map((run, unit) =>
    Array.from(outOfFold[unit] as Float64Array, (p50, step) => {
      const { low, high } = intervalAt(bands[folds[unit] as number] as (typeof bands)[number], p50, PROMISED_MISS);
      const [p10, p90] = [Math.min(low, p50), Math.max(high, p50)];
      return { unit: run.id, cycle: run.usage[step] as number, p10, p50, p90, truth: truths[unit]?.[step] as number };
    }),
  );
}

/** One moment of each unit's life by chance, as a test file would have cut it; many times over, as one throw is luck. */
function cutsOfEach(predictions: readonly UnitPrediction[][], seed: number): UnitPrediction[][] {
  const random = seededRandom(seed);
  return Array.from({ length: CUTS }, () =>
    predictions.map((unit) => {
      const earliest = Math.floor(EARLIEST_CUT * unit.length);
      return unit[earliest + Math.floor(random() * (unit.length - earliest))] as UnitPrediction;
    }),
  );
}

/** The score that one cut of each unit has on average; RMSE by its square. */
function meanScore(cuts: readonly UnitPrediction[][]): LifeScore {
  const scores = cuts.map((one) => scoreOf(one, CAP));
  const mean = (of: (score: LifeScore) => number): number => scores.reduce((sum, one) => sum + of(one), 0) / CUTS;
  return {
    rmse: Math.sqrt(mean(({ rmse }) => rmse * rmse)),
    nasaScore: mean(({ nasaScore }) => nasaScore),
    coverage: mean(({ coverage }) => coverage),
    meanWidth: mean(({ meanWidth }) => meanWidth),
    n: cuts[0]?.length ?? 0,
  };
}

function testUnits(model: LifeModel, { runs, remaining }: NonNullable<Turbofans['test']>): UnitPrediction[] {
  return runs.map((run, at) => {
    const life = remainingLife(
      model,
      follow(model.frame, run, () => {}),
    );
    // Conditions that no training unit met say nothing: the whole range is the answer.
    const { p10, p50, p90 } = life ?? { p10: 0, p50: CAP / 2, p90: CAP };
    return { unit: run.id, cycle: run.usage[run.steps - 1] as number, p10, p50, p90, truth: remaining[at] as number };
  });
}

const peerFigure = (rul: Float64Array, asked: readonly UnitPrediction[]): Figure => {
  const { rmse, nasaScore } = scoreOf(
    asked.map((one, at) => ({ ...one, p50: rul[at] as number })),
    CAP,
  );
  return { rmseCycles: rmse, nasaScore };
};
