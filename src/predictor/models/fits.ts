// The pure side of each kind of model, as the fitting process needs it.
import type { ModelFigures, ModelKindName, PlottedModel } from '../../contracts/http/models.ts';
import {
  evaluateLifeModel,
  fitLifeModel,
  type LifeFigures,
  type LifeSet,
  type MeasuredLife,
} from '../core/remaining-life/fit.ts';
import {
  evaluateHorizonModel,
  fitHorizonModel,
  type HorizonFigures,
  type HorizonSet,
  type MeasuredHorizon,
} from '../core/horizon/fit.ts';

export interface Measured {
  figures: ModelFigures;
  plots: PlottedModel;
}

export interface Fit {
  fit(set: unknown, seed: number, onProgress: (share: number) => void): Measured & { content: unknown };
  evaluate(content: unknown, set: unknown): Measured;
}

const figuresOfHorizon = (figures: HorizonFigures): ModelFigures => ({
  rows: figures.rows,
  positives: figures.positives,
  failures: figures.failures,
  auc: figures.auc,
  averagePrecision: figures.averagePrecision,
  precision: figures.precision,
  recall: figures.recall,
  brier: figures.brier,
  brierSkill: figures.brierSkill,
  errorHours: null,
  coverage: null,
  reliability: figures.reliability,
});

const measuredHorizon = ({ figures, traces }: MeasuredHorizon): Measured => ({
  figures: figuresOfHorizon(figures),
  plots: { traces, lives: [], capHours: null },
});

const horizon: Fit = {
  fit(set, seed, onProgress) {
    const { content, ...measured } = fitHorizonModel(set as HorizonSet, { seed, onProgress });
    return { content, ...measuredHorizon(measured) };
  },
  evaluate: (content, set) => measuredHorizon(evaluateHorizonModel(content, set as HorizonSet)),
};

const figuresOfLife = ({ rows, runs, errorHours, coverage }: LifeFigures): ModelFigures => ({
  rows,
  positives: null,
  failures: runs,
  auc: null,
  averagePrecision: null,
  precision: null,
  recall: null,
  brier: null,
  brierSkill: null,
  errorHours,
  coverage,
  reliability: [],
});

const measuredLife = ({ figures, lives, capHours }: MeasuredLife): Measured => ({
  figures: figuresOfLife(figures),
  plots: { traces: [], lives, capHours },
});

const remainingLife: Fit = {
  fit(set, seed, onProgress) {
    const { content, ...measured } = fitLifeModel(set as LifeSet, { seed, onProgress });
    return { content, ...measuredLife(measured) };
  },
  evaluate: (content, set) => measuredLife(evaluateLifeModel(content, set as LifeSet)),
};

export const FITS: Readonly<Record<ModelKindName, Fit | null>> = {
  'sign-drift': null,
  horizon,
  'remaining-life': remainingLife,
};
