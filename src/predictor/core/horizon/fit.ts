// Trains a horizon model on a set gathered from a fleet, measures it, and measures a stored one on another set. Pure: a set goes in,
// a model's stored form and figures come out.
import { type EpochMs, HOUR_MS } from '../../../contracts/time.ts';
import { predictAll } from '../boosting/trees.ts';
import { probabilityOf } from '../calibration/calibration.ts';
import { decisionAt, rankingOf } from '../calibration/ranking.ts';
import { type ReliabilityBin, reliabilityOf } from '../calibration/reliability.ts';
import { type InputProfile, profilesOf } from '../drift/inputs.ts';
import { type Column, columnsOf, tellsTime } from './columns.ts';
import { LOG_SETTINGS } from './unit-log.ts';
import type { UnitHistory } from './history.ts';
import { type HorizonContent, horizonFrom, horizonToStored } from './stored.ts';
import { type Samples, samplesOf } from './samples.ts';
import { sharesOf } from './ranges.ts';
import { type ScoreTrace, tracesOf } from './traces.ts';
import { anyOf, FEWEST_FAILURES, trainHorizon } from './train.ts';
import type { HorizonModel } from './model.ts';

/** What is known of a product's devices; plain data, so that it can go to a thread. */
export interface HorizonSet {
  product: string;
  histories: UnitHistory[];
  /** By component, the mode that most of its failures were. */
  failureModes: Record<string, string>;
  fromMs: EpochMs;
  toMs: EpochMs;
  horizonHours: number;
  everyHours: number;
}

/** On rows of devices that the trees had not seen; null where it could not be measured. */
export interface HorizonFigures {
  rows: number;
  positives: number;
  failures: number;
  baseRate: number;
  auc: number | null;
  averagePrecision: number | null;
  precision: number | null;
  recall: number | null;
  f1: number | null;
  brier: number | null;
  brierSkill: number | null;
  calibrationError: number | null;
  threshold: number;
  reliability: ReliabilityBin[];
  components: { component: string; failures: number; auc: number | null; brierSkill: number | null }[];
}

export interface MeasuredHorizon {
  figures: HorizonFigures;
  traces: ScoreTrace[];
}

export interface FittedHorizon extends MeasuredHorizon {
  content: HorizonContent;
}

/** Throws when no component has enough failures to learn from. */
export function fitHorizonModel(
  set: HorizonSet,
  { seed, onProgress }: { seed: number; onProgress?: (share: number) => void },
): FittedHorizon {
  const { histories, product, ...training } = set;
  const trained = trainHorizon(histories, {
    ...training,
    seed,
    onProgress: (done, steps) => onProgress?.(done / steps),
  });
  if (trained === null) {
    throw new Error(`No component of ${product} failed ${FEWEST_FAILURES} times: there is nothing to learn from.`);
  }
  const { model, outOfFold } = trained;
  const components = outOfFold.components.map((one, index) => ({
    ...one,
    failures: model.components[index]?.failures ?? 0,
    threshold: model.components[index]?.threshold ?? 1,
  }));
  const content = horizonToStored(product, model, inputsOf(model, outOfFold.samples));
  return {
    content,
    figures: figuresOf(components, outOfFold.samples, model),
    traces: tracesOf(components, outOfFold.samples, histories, model.horizonHours),
  };
}

/** A window of late that is held against training is as long as this, and a stretch of training as well. */
export const recentHours = ({ everyHours }: Pick<HorizonModel, 'everyHours'>): number =>
  Math.max(LEAST_RECENT_HOURS, RECENT_ROWS * everyHours);
const LEAST_RECENT_HOURS = 14 * 24;
const RECENT_ROWS = 8;

function inputsOf(model: HorizonModel, { x, times, weights }: Samples): InputProfile[] {
  const columns = columnsOf(model.layout, LOG_SETTINGS.memoriesMs);
  const use = new Float64Array(columns.length);
  for (const { trees } of model.components) {
    sharesOf(trees).forEach((share, column) => {
      if (!tellsTime(columns[column] as Column))
        use[column] = (use[column] as number) + share / model.components.length;
    });
  }
  const firstMs = times.reduce((first, at) => Math.min(first, at), Number.POSITIVE_INFINITY);
  const stretchMs = recentHours(model) * HOUR_MS;
  return profilesOf(x, { weights, use, stretches: times.map((at) => Math.floor((at - firstMs) / stretchMs)) });
}

/** How a stored model does on a set it was not trained on. */
export function evaluateHorizonModel(content: unknown, set: HorizonSet): MeasuredHorizon {
  const model = horizonFrom(content);
  const samples = samplesFor(content, set);
  const components = model.components.map(({ component, trees, calibration, failures, threshold }) => ({
    component,
    failures,
    threshold,
    labels: samples.labels[model.layout.components.indexOf(component)] as Float64Array,
    probabilities: predictAll(trees, samples.x).map((margin) => probabilityOf(calibration, margin)),
  }));
  return {
    figures: figuresOf(components, samples, model),
    traces: tracesOf(components, samples, set.histories, model.horizonHours),
  };
}

function samplesFor(content: unknown, { histories, fromMs, toMs }: HorizonSet): Samples {
  const { layout, horizonHours, everyHours } = horizonFrom(content);
  return samplesOf(histories, layout, { fromMs, toMs: toMs - horizonHours * HOUR_MS, everyHours });
}

interface Judged {
  component: string;
  failures: number;
  labels: Float64Array;
  probabilities: Float64Array;
}

function figuresOf(
  components: readonly Judged[],
  { weights }: Samples,
  { horizonHours, everyHours, anyThreshold }: { horizonHours: number; everyHours: number; anyThreshold: number },
): HorizonFigures {
  const any = anyOf(components);
  const reliability = reliabilityOf(any.probabilities, any.labels, {
    rowsPerOutcome: horizonHours / everyHours,
    weights,
  });
  const isMeasured = reliability.brierSkill !== null;
  const { precision, recall, f1 } = decisionAt(anyThreshold, any.probabilities, any.labels, weights);
  return {
    rows: Math.round(reliability.n),
    positives: any.labels.reduce((sum, label) => sum + label, 0),
    failures: components.reduce((sum, one) => sum + one.failures, 0),
    baseRate: reliability.baseRate,
    ...rankingOf(any.probabilities, any.labels, weights),
    precision: isMeasured ? precision : null,
    recall: isMeasured ? recall : null,
    f1: isMeasured ? f1 : null,
    brier: reliability.n === 0 ? null : reliability.brier,
    brierSkill: reliability.brierSkill,
    calibrationError: reliability.n === 0 ? null : reliability.calibrationError,
    threshold: anyThreshold,
    reliability: reliability.bins,
    components: components.map(({ component, failures, probabilities, labels }) => ({
      component,
      failures,
      auc: rankingOf(probabilities, labels, weights).auc,
      brierSkill: reliabilityOf(probabilities, labels, { weights }).brierSkill,
    })),
  };
}
