// One prognosis: a unit's log written as a row and asked of a trained model, per component, as the predictor does on every question;
// and what keeping the log up costs per reading. The peer is a regression over the same row.
import { parseArgs } from 'node:util';
import { calibratorOf } from '../../src/predictor/core/calibration/calibration.ts';
import { columnsOf } from '../../src/predictor/core/horizon/columns.ts';
import { answerOf } from '../../src/predictor/core/horizon/model.ts';
import { playbackOf, type UnitHistory } from '../../src/predictor/core/horizon/history.ts';
import { sharesOf } from '../../src/predictor/core/horizon/ranges.ts';
import { createRowWriter } from '../../src/predictor/core/horizon/rows.ts';
import { trainHorizon } from '../../src/predictor/core/horizon/train.ts';
import { LOG_SETTINGS, newUnitLog, noteReading } from '../../src/predictor/core/horizon/unit-log.ts';
import { createAsker } from '../../src/predictor/core/horizon/watch.ts';
import { wearingFleet, withDetectorDays } from '../support/horizon-fleet.ts';

const LIMIT_US = 30;
const HOUR_MS = 3_600_000;

/** Microseconds a turn, the median of seven runs. */
function microsecondsOf(turns: number, turn: (index: number) => void): number {
  const runs = Array.from({ length: 7 }, () => {
    const startedMs = performance.now();
    for (let index = 0; index < turns; index++) turn(index);
    return ((performance.now() - startedMs) * 1000) / turns;
  });
  return runs.sort((a, b) => a - b)[3] as number;
}

const rounded = (value: number): number => Math.round(value * 100) / 100;

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { units: { type: 'string', default: '60' }, turns: { type: 'string', default: '20000' } },
  });
  const turns = Number(values.turns);
  const set = withDetectorDays(wearingFleet({ units: Number(values.units), seed: 1, codes: 12, metrics: 8 }), 2);
  // Not later: what is told of a device that has fallen silent is shorter.
  const atMs = (index: number): number => set.toMs + (index % 24) * HOUR_MS;
  const trained = trainHorizon(set.histories, { ...set, seed: 1 });
  if (trained === null) throw new Error('the fleet has too few failures to train on');
  const { model } = trained;
  const component = model.components[0] as (typeof model.components)[0];
  const columns = columnsOf(model.layout, LOG_SETTINGS.memoriesMs);
  const log = newUnitLog();
  const history = set.histories[0] as UnitHistory;
  const days = history.days?.slice(-28) ?? [];
  playbackOf(history, log).playTo(set.toMs);
  const writer = createRowWriter(model.layout, log, {}, days);
  const row = new Float32Array(columns.length);
  const ready = { shares: sharesOf(component.trees), calibrate: calibratorOf(component.calibration) };

  const features = microsecondsOf(turns, (index) => writer.write(atMs(index), row));
  const prognosis = microsecondsOf(turns, (index) => {
    writer.write(atMs(index), row);
    answerOf(model, component, ready, { row, strangers: writer.strangers(atMs(index)) });
  });
  const asker = createAsker(model, '1');
  const explained = microsecondsOf(Math.ceil(turns / 20), (index) => asker.ask(log, {}, atMs(index), days));
  const weights = Float64Array.from(columns, (_, index) => Math.sin(index));
  let sink = 0;
  const regression = microsecondsOf(turns, (index) => {
    writer.write(atMs(index), row);
    for (let column = 0; column < row.length; column++) sink += (weights[column] as number) * (row[column] as number);
  });
  const reading = microsecondsOf(turns, (index) =>
    noteReading(log, 'temperature', set.toMs + index * LOG_SETTINGS.thinMs, 10 + (index % 7)),
  );
  console.log(`${columns.length} columns, ${component.trees.roots.length} trees${sink === 1 ? '!' : ''}`);
  const figures = {
    prognosisUs: rounded(prognosis),
    featuresUs: rounded(features),
    prognosisWithPartsUs: rounded(explained),
    readingUs: rounded(reading),
    logBytes: JSON.stringify(log).length,
    daysBytes: JSON.stringify(days).length,
    regressionUs: rounded(regression),
  };
  const ratios = {
    prognosisToLimit: rounded(prognosis / LIMIT_US),
    prognosisToRegression: rounded(prognosis / regression),
  };
  console.log(JSON.stringify({ bench: 'prognosis', database: 'none', figures, ratios }));
}
