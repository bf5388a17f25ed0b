// Turns predictions of the test rows into the suite's figures, the same for our model and for its peers.
import { type EpochMs, HOUR_MS } from '../../../contracts/time.ts';
import { decisionAt, rankingOf } from '../../core/calibration/ranking.ts';
import { reliabilityOf } from '../../core/calibration/reliability.ts';
import type { Samples } from '../../core/horizon/samples.ts';
import { anyOf } from '../../core/horizon/train.ts';
import type { Figures } from '../suite.ts';
import { scoreEpisodes } from './episodes.ts';
import type { Recording } from './recording.ts';

/** What one method says of the test rows, and the thresholds it chose on the training part. */
export interface Predicted {
  components: { component: string; probabilities: Float64Array; threshold: number }[];
  anyThreshold: number;
}

export interface Scored {
  recording: Recording;
  samples: Samples;
  /** Components of the recording, in the order of `samples.labels`. */
  components: readonly string[];
  toMs: EpochMs;
}

const round = (value: number | null): number | null => (value === null ? null : Math.round(value * 10_000) / 10_000);

/** Figures under names that begin with `prefix`. */
export function figuresOf(prefix: string, predicted: Predicted, scored: Scored): Figures {
  const { components, labels } = aligned(predicted, scored);
  const any = anyOf(components.map((one, index) => ({ ...one, labels: labels[index] as Float64Array })));
  const figures: Record<string, number | null> = {};
  const tell = (name: string, probabilities: Float64Array, outcomes: Float64Array, threshold: number): void => {
    const ranking = rankingOf(probabilities, outcomes);
    const { precision, recall, f1 } = decisionAt(threshold, probabilities, outcomes);
    const { brier, brierSkill, calibrationError } = reliabilityOf(probabilities, outcomes);
    Object.assign(figures, {
      [`${prefix}${name}_auc`]: round(ranking.auc),
      [`${prefix}${name}_ap`]: round(ranking.averagePrecision),
      [`${prefix}${name}_precision`]: round(precision),
      [`${prefix}${name}_recall`]: round(recall),
      [`${prefix}${name}_f1`]: round(f1),
      [`${prefix}${name}_brier`]: round(brier),
      [`${prefix}${name}_brierSkill`]: round(brierSkill),
      [`${prefix}${name}_calibrationError`]: round(calibrationError),
      [`${prefix}${name}_threshold`]: round(threshold),
    });
  };
  tell('any', any.probabilities, any.labels, predicted.anyThreshold);
  components.forEach(({ component, probabilities, threshold }, index) =>
    tell(component, probabilities, labels[index] as Float64Array, threshold),
  );
  return { ...figures, ...episodeFigures(prefix, any.probabilities, predicted.anyThreshold, scored) };
}

/** Labels in the order of the predicted components; a component nobody predicted still counts as a failure to be caught. */
function aligned({ components }: Predicted, { samples, components: known }: Scored) {
  const predicted = known.map((component) => {
    const found = components.find((one) => one.component === component);
    return found ?? { component, probabilities: new Float64Array(samples.x.rows), threshold: 1 };
  });
  return { components: predicted, labels: samples.labels };
}

function episodeFigures(prefix: string, any: Float64Array, threshold: number, scored: Scored): Figures {
  const { recording, samples } = scored;
  const { histories, horizonHours, rowEveryHours, testFromMs } = recording;
  const rows = Array.from(any, (probability, row) => ({
    unit: samples.units[row] as number,
    atMs: samples.times[row] as number,
    isOver: probability >= threshold,
  }));
  const failures = new Map(
    histories.map(({ happenings }, unit) => [
      unit,
      happenings.flatMap(({ kind, atMs }) =>
        kind === 'failed' && atMs > testFromMs && atMs <= scored.toMs + horizonHours * HOUR_MS ? [atMs] : [],
      ),
    ]),
  );
  const score = scoreEpisodes(rows, failures, { horizonHours, watchedHours: rows.length * rowEveryHours });
  return {
    [`${prefix}nFailures`]: score.failures,
    [`${prefix}nFailuresCaught`]: score.caught,
    [`${prefix}failuresCaughtShare`]: round(score.failures === 0 ? null : score.caught / score.failures),
    [`${prefix}nEpisodes`]: score.episodes,
    [`${prefix}nFalseEpisodes`]: score.falseEpisodes,
    [`${prefix}falseEpisodesPerMachineYear`]: round(score.falseEpisodesPerMachineYear),
    [`${prefix}medianLeadHours`]: score.medianLeadHours,
  };
}
