// What is compared on the benchmark: our channel, and the simple methods a user would write. Each sees a series once, row by
// row, and gives each row its score at once. After a peak all rest alike: what differs is how they judge, not how they tell.
import { matrixOf } from '../../core/boosting/matrix.ts';
import { createWorkspace, observeChannel } from '../../core/channels/channel.ts';
import { afterRest } from '../../core/channels/rest.ts';
import { ChannelState } from '../../core/channels/state.ts';
import { DAY_MS } from '../../../contracts/time.ts';
import { type Chart, createEwmaChart, createZScore } from '../peers/control-charts.ts';
import { fitIsolationForest } from '../peers/isolation-forest.ts';
import { probationRows } from './scoring.ts';
import type { Recorded } from './series.ts';

export type Detect = (series: Recorded) => Float64Array;

/** While too little is known nothing is told: 0. */
export const byChannel: Detect = ({ timesMs, values }) => {
  const channel = ChannelState.create();
  const space = createWorkspace();
  return values.map((value, row) => observeChannel(channel, timesMs[row] as number, value, space) ?? 0);
};

const CHART_MEMORY = { memoryMs: 30 * DAY_MS, warmUpMs: DAY_MS };
/** Sigmas at which a chart's score is one half. */
const HALF_SIGMAS = 3;

const byChart =
  (create: () => Chart): Detect =>
  ({ timesMs, values }) => {
    const chart = create();
    const rest = ChannelState.create();
    return values.map((value, row) => {
      const sigmas = afterRest(rest, chart.score(timesMs[row] as number, value));
      return sigmas / (sigmas + HALF_SIGMAS);
    });
  };

export const byZScore = byChart(() => createZScore(CHART_MEMORY));
export const byEwma = byChart(() => createEwmaChart(CHART_MEMORY));

/** Rows a forest sees at once. */
const LAGS = 8;

/** Trained on the rows that are not scored. */
export const byIsolationForest =
  (seed: number): Detect =>
  ({ values }) => {
    const columns = Array.from({ length: LAGS }, (_, lag) => `before_${lag}`);
    const rowOf = (row: number): number[] => columns.map((_, lag) => values[Math.max(0, row - lag)] as number);
    const known = matrixOf(
      columns,
      Array.from({ length: Math.max(2, probationRows(values.length)) }, (_, row) => rowOf(row)),
    );
    const rows = Array.from(values, (_, row) => rowOf(row));
    const rest = ChannelState.create();
    return fitIsolationForest(known, seed)(matrixOf(columns, rows)).map((score) => afterRest(rest, score));
  };
