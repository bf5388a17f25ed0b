// The pure side of each kind of model, as the fitting process needs it.
import type { ModelFigures, ModelKindName } from '../../contracts/http/models.ts';
import { evaluateLifeModel, fitLifeModel, type LifeFigures, type LifeSet } from '../core/remaining-life/fit.ts';
import { evaluateHorizonModel, fitHorizonModel, type HorizonFigures, type HorizonSet } from '../core/horizon/fit.ts';

export interface Fit {
  fit(set: unknown, seed: number, onProgress: (share: number) => void): { content: unknown; figures: ModelFigures };
  evaluate(content: unknown, set: unknown): ModelFigures;
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

const horizon: Fit = {
  fit(set, seed, onProgress) {
    const { content, figures } = fitHorizonModel(set as HorizonSet, { seed, onProgress });
    return { content, figures: figuresOfHorizon(figures) };
  },
  evaluate: (content, set) => figuresOfHorizon(evaluateHorizonModel(content, set as HorizonSet)),
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

const remainingLife: Fit = {
  fit(set, seed, onProgress) {
    const { content, figures } = fitLifeModel(set as LifeSet, { seed, onProgress });
    return { content, figures: figuresOfLife(figures) };
  },
  evaluate: (content, set) => figuresOfLife(evaluateLifeModel(content, set as LifeSet)),
};

export const FITS: Readonly<Record<ModelKindName, Fit | null>> = {
  'sign-drift': null,
  horizon,
  'remaining-life': remainingLife,
};
