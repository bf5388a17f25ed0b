// The suite `nitrogen`: does a fault start within so many hours, judged from the sensors of one machine.
import type { Suite } from '../suite.ts';
import { readSensorLog } from './sensor-log.ts';
import { requiredFile } from '../dataset.ts';

export const nitrogen: Suite = {
  name: 'nitrogen',
  what: 'a fault within hours, from the sensors of a nitrogen generator (train.csv, val.csv)',
  sign: /^train\.csv(\.gz)?$/,
  async run({ dir, progress }) {
    progress.begin('reading', 2);
    const train = readSensorLog(requiredFile(dir, 'train.csv'));
    progress.tell(1);
    const scored = readSensorLog(requiredFile(dir, 'val.csv'));
    progress.tell(2);
    return { nTrainRows: train.timesMs.length, nScoredRows: scored.timesMs.length };
  },
};
