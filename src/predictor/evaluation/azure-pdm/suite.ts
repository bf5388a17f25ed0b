// The suite `azure-pdm`: which component of which machine fails within the horizon, from errors, maintenance, age and telemetry.
// Learns before the split, chooses its thresholds there, and is scored after it, once with and once without telemetry.
import { HOUR_MS, isoOf } from '../../../contracts/time.ts';
import { type ReliabilityBin, reliabilityOf } from '../../core/calibration/reliability.ts';
import type { HorizonModel } from '../../core/horizon/model.ts';
import { anyOf, trainHorizon, type TrainedHorizon } from '../../core/horizon/train.ts';
import { DatasetFault } from '../dataset.ts';
import { reliabilityPlot } from '../plots/plots.ts';
import type { Figures, Progress, ScoreWriter, Suite } from '../suite.ts';
import { controlFigures } from './control.ts';
import { figuresOf, type Predicted, type Scored } from './figures.ts';
import { peerFigures } from './peers.ts';
import { readRecording, type Recording } from './recording.ts';
import { predict, rowsAfterSplit, scoredRows, trainingPart } from './split.ts';

export const azurePdm: Suite = {
  name: 'azure-pdm',
  what: 'a component fails within hours, from errors, maintenance, age and telemetry of machines (split.json)',
  sign: /^split\.json$/,
  async run({ dir, seed, scores, plots, progress }) {
    progress.begin('reading', 1);
    const recording = readRecording(dir);
    progress.tell(1);
    const bare = train(recording, { seed, withMetrics: false, progress });
    const full = recording.telemetryToMs === null ? bare : train(recording, { seed, withMetrics: true, progress });
    const [bareScored, fullScored] = [scoredRows(recording, bare.model), scoredRows(recording, full.model)];
    const predicted = predict(full.model, fullScored);
    if (scores !== null) writeScores(scores, recording, full.model);
    const reliability = reliabilityOfAny(predicted, fullScored);
    plots?.write('reliability', reliabilityPlot('Any component fails within the horizon', reliability));
    return {
      ...coverageOf(recording, fullScored),
      ...figuresOf('', predicted, fullScored),
      ...figuresOf('withoutTelemetry_', predict(bare.model, bareScored), bareScored),
      reliability: reliability.map((bin) => ({ ...bin })),
      ...peerFigures(bare, bareScored, seed, progress),
      ...controlFigures(recording, seed, progress),
    };
  },
};

interface Work {
  seed: number;
  withMetrics: boolean;
  progress: Progress;
}

const DAY_HOURS = 24;

function train(recording: Recording, { seed, withMetrics, progress }: Work): TrainedHorizon {
  const part = withMetrics ? 'training with telemetry' : 'training without telemetry';
  let isBegun = false;
  const onProgress = (done: number, steps: number): void => {
    if (!isBegun) progress.begin(part, steps);
    isBegun = true;
    progress.tell(done);
  };
  const trained = trainHorizon(recording.histories, { ...trainingPart(recording), seed, withMetrics, onProgress });
  if (trained === null) throw new DatasetFault('failures.csv has too few failures before testFrom to learn from');
  return trained;
}

/** How much of what was scored could be seen through telemetry at all. */
function coverageOf({ histories, testFromMs, telemetryToMs }: Recording, { samples }: Scored): Figures {
  const has = (row: number): boolean => {
    const atMs = samples.times[row] as number;
    return (histories[samples.units[row] as number]?.readings ?? []).some(
      ({ timesMs }) => (timesMs[0] ?? Infinity) <= atMs && (timesMs.at(-1) ?? -Infinity) >= atMs - DAY_HOURS * HOUR_MS,
    );
  };
  let covered = 0;
  for (let row = 0; row < samples.x.rows; row++) if (has(row)) covered++;
  return {
    nMachines: histories.length,
    nScoredRows: samples.x.rows,
    testFrom: isoOf(testFromMs),
    telemetryTo: telemetryToMs === null ? null : isoOf(telemetryToMs),
    nScoredRowsWithTelemetry: covered,
  };
}

function reliabilityOfAny(predicted: Predicted, { samples, recording, components }: Scored): ReliabilityBin[] {
  const labels = predicted.components.map(
    ({ component }) => samples.labels[components.indexOf(component)] as Float64Array,
  );
  const any = anyOf(predicted.components.map((one, index) => ({ ...one, labels: labels[index] as Float64Array })));
  return reliabilityOf(any.probabilities, any.labels, {
    rowsPerOutcome: recording.horizonHours / recording.rowEveryHours,
  }).bins;
}

/** To the end of the recording: the last rows are answers too, though nobody knows yet whether they are right. */
function writeScores(scores: ScoreWriter, recording: Recording, model: HorizonModel): void {
  const scored = rowsAfterSplit(recording, model, recording.lastMs);
  const { samples } = scored;
  const predicted = predict(model, scored);
  function* rows(): Generator<(string | number)[]> {
    for (let row = 0; row < samples.x.rows; row++) {
      const machine = recording.histories[samples.units[row] as number]?.unit as string;
      const at = isoOf(samples.times[row] as number)
        .slice(0, 19)
        .replace('T', ' ');
      for (const { component, probabilities } of predicted.components) {
        yield [machine, at, component, Number((probabilities[row] as number).toPrecision(6))];
      }
    }
  }
  scores.write('predictions.csv', ['machineID', 'datetime', 'component', 'probability'], rows());
}
