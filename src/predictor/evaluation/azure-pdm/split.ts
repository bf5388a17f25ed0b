// The split of a recording by time: what may be learned from, and which rows are scored with what a model says of them.
import { DAY_MS, type EpochMs, HOUR_MS } from '../../../contracts/time.ts';
import { predictAll } from '../../core/boosting/trees.ts';
import { probabilityOf } from '../../core/calibration/calibration.ts';
import type { HorizonModel } from '../../core/horizon/model.ts';
import { samplesOf } from '../../core/horizon/samples.ts';
import type { HorizonTraining } from '../../core/horizon/train.ts';
import { DatasetFault } from '../dataset.ts';
import type { Predicted, Scored } from './figures.ts';
import type { Recording } from './recording.ts';

/** Rows of the training part lie on the same clock as those of the test part. */
export function trainingPart(recording: Recording): Omit<HorizonTraining, 'seed'> {
  const { firstMs, testFromMs, horizonHours, rowEveryHours: everyHours } = recording;
  const fromMs = testFromMs - Math.floor((testFromMs - firstMs) / DAY_MS) * DAY_MS;
  return { fromMs, toMs: testFromMs, horizonHours, everyHours };
}

/** Rows after the split whose outcome is known: their horizon ends within the recording. */
export const scoredRows = (recording: Recording, model: HorizonModel): Scored =>
  rowsAfterSplit(recording, model, recording.lastMs - recording.horizonHours * HOUR_MS);

export function rowsAfterSplit(recording: Recording, { layout }: HorizonModel, toMs: EpochMs): Scored {
  const { histories, testFromMs, rowEveryHours: everyHours } = recording;
  const samples = samplesOf(histories, layout, { fromMs: testFromMs, toMs, everyHours });
  if (samples.x.rows === 0)
    throw new DatasetFault('split.json: the recording ends less than one horizon after testFrom');
  return { recording, samples, components: layout.components, toMs };
}

export function predict(model: HorizonModel, { samples }: Scored): Predicted {
  return {
    anyThreshold: model.anyThreshold,
    components: model.components.map(({ component, trees, calibration, threshold }) => ({
      component,
      threshold,
      probabilities: predictAll(trees, samples.x).map((margin) => probabilityOf(calibration, margin)),
    })),
  };
}
