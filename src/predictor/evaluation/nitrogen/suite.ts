// The suite `nitrogen`: does a fault start within so many hours, judged from the sensors of one machine. Learns on train.csv,
// takes its thresholds from the last fifth of it, and is scored on val.csv by macro F1 at each horizon.
import { HOUR_MS } from '../../../contracts/time.ts';
import { macroF1Threshold } from '../../core/near-term/macro-f1.ts';
import { layoutOf, sensorMatrix } from '../../core/near-term/sensor-rows.ts';
import { setsOfTrees, soonProbabilities, trainSoon } from '../../core/near-term/soon-model.ts';
import { DatasetFault, requiredFile } from '../dataset.ts';
import type { Suite, SuiteWork } from '../suite.ts';
import { type Answers, figuresOf, writePlots, writeScores } from './answers.ts';
import { NO_THRESHOLD, peerFigures } from './peers.ts';
import { readSensorLog, type SensorLog, stretchOf } from './sensor-log.ts';

/** Share of the training log that gives the thresholds. */
const HELD = 0.2;

export const nitrogen: Suite = {
  name: 'nitrogen',
  what: 'a fault within hours, from the sensors of a nitrogen generator (train.csv, val.csv)',
  sign: /^train\.csv(\.gz)?$/,
  async run({ dir, seed, scores, plots, progress }) {
    progress.begin('reading', 2);
    const train = readSensorLog(requiredFile(dir, 'train.csv'));
    progress.tell(1);
    const scored = readSensorLog(requiredFile(dir, 'val.csv'));
    progress.tell(2);
    refuseDifferent(dir, train, scored);
    const from = Math.floor(train.timesMs.length * (1 - HELD));
    const [fitted, held] = [stretchOf(train, 0, from), stretchOf(train, from, train.timesMs.length)];
    const horizons = train.horizonsHours.length;
    progress.begin('training', 2 * setsOfTrees(horizons));
    let done = 0;
    const work = { seed, dir, onTrained: () => progress.tell(++done) };
    // The held part is predicted in the stream it comes in: its first hours remember what was before.
    const heldProbabilities = predict(fitted, train, work).map((column) => column.subarray(from));
    const probabilities = predict(train, scored, work);
    const thresholds = heldProbabilities.map(
      (column, horizon) => macroF1Threshold(column, held.labels[horizon] ?? []) ?? NO_THRESHOLD,
    );
    const answers: Answers = { scored, probabilities, thresholds };
    if (scores !== null) writeScores(scores, answers);
    if (plots !== null) writePlots(plots, answers);
    progress.begin('peers', horizons);
    let compared = 0;
    return {
      nTrainRows: train.timesMs.length,
      nScoredRows: scored.timesMs.length,
      ...figuresOf(answers),
      ...peerFigures(fitted, held, scored, { seed, onDone: () => progress.tell(++compared) }),
    };
  },
};

function refuseDifferent(dir: string, train: SensorLog, scored: SensorLog): void {
  const columnsOf = ({ sensors, horizonsHours }: SensorLog): string => [...sensors, ...horizonsHours].join(', ');
  if (columnsOf(train) === columnsOf(scored)) return;
  throw new DatasetFault(
    `${dir}: val.csv has other columns (${columnsOf(scored)}) than train.csv (${columnsOf(train)})`,
  );
}

interface Work extends Pick<SuiteWork, 'seed' | 'dir'> {
  onTrained: () => void;
}

/** By horizon, a probability for each row of `asked`, from what `known` teaches. */
function predict(known: SensorLog, asked: SensorLog, { seed, dir, onTrained }: Work): Float64Array[] {
  known.labels.forEach((labels, horizon) => {
    if (labels.includes(0) && labels.includes(1)) return;
    const hours = known.horizonsHours[horizon];
    throw new DatasetFault(`${dir}: train.csv knows only one outcome of PW_${hours}h in its first part; it needs both`);
  });
  const layout = layoutOf(known, (known.horizonsHours.at(-1) as number) * HOUR_MS);
  const model = trainSoon(sensorMatrix(layout, known), known.labels, { seed, onTrained });
  return soonProbabilities(model, sensorMatrix(layout, asked));
}
