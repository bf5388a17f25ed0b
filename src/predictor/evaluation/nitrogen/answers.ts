// What was answered about a log, by row and horizon: its figures against the labels, its file and its pictures.
import { HOUR_MS } from '../../../contracts/time.ts';
import { reliabilityOf } from '../../core/calibration/reliability.ts';
import { macroF1At } from '../../core/near-term/macro-f1.ts';
import { reliabilityPlot, scorePlot, type Span } from '../plots/plots.ts';
import type { Figures, PlotWriter, ScoreWriter } from '../suite.ts';
import { faultCount } from './faults.ts';
import type { SensorLog } from './sensor-log.ts';

/** By horizon, shortest first. */
export interface Answers {
  scored: SensorLog;
  probabilities: readonly Float64Array[];
  thresholds: readonly number[];
}

export function figuresOf({ scored, probabilities, thresholds }: Answers): Figures {
  const figures: Record<string, number | null> = {};
  scored.horizonsHours.forEach((hours, horizon) => {
    const [column, labels] = [probabilities[horizon] as Float64Array, scored.labels[horizon] as number[]];
    const threshold = thresholds[horizon] as number;
    const rowsPerOutcome = rowsOfHours(scored, hours);
    const isAlarm = (row: number): boolean => (column[row] as number) >= threshold;
    const { nFaults, caught, falseEpisodes } = faultCount(isAlarm, labels, rowsPerOutcome);
    figures[`macroF1_${hours}h`] = macroF1At(threshold, column, labels);
    figures[`threshold_${hours}h`] = threshold;
    figures[`nFaults_${hours}h`] = nFaults;
    figures[`caughtFaults_${hours}h`] = caught;
    figures[`falseEpisodes_${hours}h`] = falseEpisodes;
    const reliability = reliabilityOf(column, labels, { rowsPerOutcome });
    figures[`brierSkill_${hours}h`] = reliability.brierSkill;
    figures[`calibrationError_${hours}h`] = reliability.calibrationError;
  });
  return figures;
}

/** How many rows usually lie in so many hours, at least one. */
function rowsOfHours({ timesMs }: SensorLog, hours: number): number {
  const spanMs = (timesMs.at(-1) ?? 0) - (timesMs[0] ?? 0);
  return Math.max(1, Math.round((hours * HOUR_MS * timesMs.length) / Math.max(1, spanMs)));
}

export function writeScores(scores: ScoreWriter, { scored: { times, horizonsHours }, probabilities }: Answers): void {
  function* rows(): Generator<[string, number, number]> {
    for (const [row, time] of times.entries()) {
      for (const [horizon, hours] of horizonsHours.entries()) {
        yield [time, hours, Number((probabilities[horizon]?.[row] ?? 0).toFixed(6))];
      }
    }
  }
  scores.write('predictions.csv', ['timestamp', 'horizon_h', 'probability'], rows());
}

/** Where the hours before a fault begin and end. */
function windowsOf(labels: readonly number[], timesMs: readonly number[]): Span[] {
  return labels.flatMap((label, row) => {
    if (label !== 1 || labels[row - 1] === 1) return [];
    const end = labels.indexOf(0, row);
    return [{ fromMs: timesMs[row] as number, toMs: timesMs[end < 0 ? labels.length - 1 : end] as number }];
  });
}

export function writePlots(plots: PlotWriter, { scored, probabilities, thresholds }: Answers): void {
  const { timesMs, horizonsHours, labels } = scored;
  horizonsHours.forEach((hours, horizon) => {
    const column = probabilities[horizon] as Float64Array;
    const mine = labels[horizon] as number[];
    const title = `a fault within ${hours} h`;
    const overTime = {
      title,
      timesMs,
      scores: column,
      scoreName: 'probability',
      threshold: thresholds[horizon] ?? null,
    };
    const windows = windowsOf(mine, timesMs);
    plots.write(`within-${hours}h`, scorePlot({ ...overTime, windows, windowName: `${hours} h before a fault` }));
    const { bins } = reliabilityOf(column, mine, { rowsPerOutcome: rowsOfHours(scored, hours) });
    plots.write(`reliability-${hours}h`, reliabilityPlot(title, bins));
  });
}
