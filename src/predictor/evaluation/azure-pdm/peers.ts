// What a user would get with less: logistic regression from npm behind the same rows, and a plain rule of age.
import { bestThreshold } from '../../core/calibration/ranking.ts';
import { anyOf, type TrainedHorizon } from '../../core/horizon/train.ts';
import type { Samples } from '../../core/horizon/samples.ts';
import { fitLogisticRegression } from '../peers/logistic-regression.ts';
import type { Figures, Progress } from '../suite.ts';
import { figuresOf, type Predicted, type Scored } from './figures.ts';

export function peerFigures(trained: TrainedHorizon, scored: Scored, seed: number, progress: Progress): Figures {
  const { layout, components } = trained.model;
  const { samples } = trained.outOfFold;
  progress.begin('peers', components.length + 1);
  const columnOf = (component: string): number => layout.components.indexOf(component);
  const regression = predictedBy(trained, scored, (component, index) => {
    const fitted = fitLogisticRegression(samples.x, samples.labels[columnOf(component)] as Float64Array, seed);
    progress.tell(index + 1);
    return (rows) => fitted(rows.x);
  });
  const age = predictedBy(trained, scored, (component) => {
    const column = samples.x.columns.indexOf(`component-life-share:${component}`);
    return ({ x }) =>
      Float64Array.from({ length: x.rows }, (_, row) => ageScore(x.values[row * x.columns.length + column]));
  });
  progress.tell(components.length + 1);
  return { ...figuresOf('logisticRegression_', regression, scored), ...figuresOf('ageRule_', age, scored) };
}

/** Between 0 and 1, growing with age. */
const ageScore = (share: number | undefined): number =>
  share === undefined || Number.isNaN(share) ? 0 : share / (1 + share);

type Method = (component: string, index: number) => (rows: Samples) => Float64Array;

/** Thresholds are the best on the rows that were learned from: a favour to the peers, which have no folds. */
function predictedBy({ model, outOfFold }: TrainedHorizon, scored: Scored, method: Method): Predicted {
  const { samples } = outOfFold;
  const said = model.components.map(({ component }, index) => {
    const score = method(component, index);
    const labels = samples.labels[model.layout.components.indexOf(component)] as Float64Array;
    const trained = score(samples);
    const { threshold } = bestThreshold(trained, labels, samples.weights);
    return { component, labels, trained, threshold, probabilities: score(scored.samples) };
  });
  const any = anyOf(said.map(({ labels, trained }) => ({ labels, probabilities: trained })));
  return { components: said, anyThreshold: bestThreshold(any.probabilities, any.labels, samples.weights).threshold };
}
