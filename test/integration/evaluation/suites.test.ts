// Every suite of recorded data, on a small recording made here in the layout it reads: its figures are there and in their
// bounds, what it writes can be scored again, the same seed gives the same. On a slice of the real data where it is at hand.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { azurePdm } from '../../../src/predictor/evaluation/azure-pdm/suite.ts';
import { cmapss } from '../../../src/predictor/evaluation/cmapss/suite.ts';
import { nab } from '../../../src/predictor/evaluation/nab/suite.ts';
import { nitrogen } from '../../../src/predictor/evaluation/nitrogen/suite.ts';
import { openTable } from '../../../src/predictor/evaluation/dataset.ts';
import { plotWriter, scoreWriter } from '../../../src/predictor/evaluation/result-files.ts';
import type { Figures, Progress, Suite } from '../../../src/predictor/evaluation/suite.ts';
import { macroF1At } from '../../../src/predictor/core/near-term/macro-f1.ts';
import { writeEngines, writeMachines, writeSensorLogs, writeStreams } from '../../support/recorded-data.ts';

const REAL = resolve(import.meta.dirname, '../../../../shared/data/nitrogen/train.csv.gz');
const SLOW_MS = 240_000;
const HOURS = [0.5, 2];

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'stethos-evaluation-'));
  writeSensorLogs(join(root, 'nitrogen'), HOURS);
  writeEngines(join(root, 'cmapss'), 10);
  writeMachines(join(root, 'azure-pdm'), 8);
  writeStreams(join(root, 'nab'), 3);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Progress that only grows, and ends where it said it would. */
function watchedProgress(): Progress & { parts: { part: string; steps: number; done: number }[] } {
  const parts: { part: string; steps: number; done: number }[] = [];
  return {
    parts,
    begin: (part, steps) => void parts.push({ part, steps, done: 0 }),
    tell(done) {
      const now = parts.at(-1);
      if (now === undefined) throw new Error('told before it began');
      expect(done).toBeGreaterThanOrEqual(now.done);
      now.done = done;
    },
  };
}

async function run(suite: Suite, dir: string, out: string | null): Promise<Figures> {
  const progress = watchedProgress();
  const scores = out === null ? null : scoreWriter(join(out, 'scores'));
  const plots = out === null ? null : plotWriter(join(out, 'plots'));
  const figures = await suite.run({ dir, seed: 1, scores, plots, progress });
  for (const { part, steps, done } of progress.parts) expect([part, done]).toEqual([part, steps]);
  return figures;
}

const isFigure = (figures: Figures, name: string, low: number, high: number): void => {
  const figure = figures[name];
  expect(typeof figure, name).toBe('number');
  expect(figure, name).toBeGreaterThanOrEqual(low);
  expect(figure, name).toBeLessThanOrEqual(high);
};

describe('nitrogen', () => {
  test(
    'finds the faults of a machine that runs down; the predictions give the same figures when scored again',
    async () => {
      const out = join(root, 'out-nitrogen');
      const figures = await run(nitrogen, join(root, 'nitrogen'), out);
      for (const hours of HOURS) {
        isFigure(figures, `macroF1_${hours}h`, 0.9, 1);
        isFigure(figures, `logisticRegression_macroF1_${hours}h`, 0, 1);
        expect(figures[`caughtFaults_${hours}h`]).toBe(figures[`nFaults_${hours}h`]);
        expect(readFileSync(join(out, 'plots', `within-${hours}h.svg`), 'utf8')).toContain('</svg>');
      }
      const truth = [...openTable(join(root, 'nitrogen', 'val.csv.gz')).rows];
      const predicted = [...openTable(join(out, 'scores', 'predictions.csv')).rows];
      expect(predicted).toHaveLength(truth.length * HOURS.length);
      const probabilities = predicted
        .filter((row) => row.number('horizon_h') === 2)
        .map((row) => row.number('probability'));
      const labels = truth.map((row) => row.number('PW_2h'));
      expect(macroF1At(figures['threshold_2h'] as number, probabilities, labels)).toBeCloseTo(
        figures['macroF1_2h'] as number,
        6,
      );
    },
    SLOW_MS,
  );

  test(
    'the same seed gives the same figures',
    async () => {
      const dir = join(root, 'nitrogen');
      expect(await run(nitrogen, dir, null)).toEqual(await run(nitrogen, dir, null));
    },
    SLOW_MS,
  );

  test(
    'refuses, by file and line, a label that is none, a time that goes back and other columns',
    async () => {
      const dir = join(root, 'broken');
      const train = readFileSync(join(root, 'nitrogen', 'train.csv'), 'utf8').split('\n');
      const refused = async (lines: string[]): Promise<string> => {
        writeSensorLogs(dir, HOURS);
        writeFileSync(join(dir, 'train.csv'), lines.join('\n'));
        return run(nitrogen, dir, null).then(
          () => 'scored',
          (error: Error) => `${error.name}: ${error.message}`,
        );
      };
      const cells = (train[4] as string).split(',');
      expect(await refused(train.with(4, [...cells.slice(0, -1), '7'].join(',')))).toMatch(
        /^DatasetFault: .*train\.csv:5: PW_2h is 7/,
      );
      expect(await refused(train.with(4, ['2020-01-01 00:00:00', ...cells.slice(1)].join(',')))).toMatch(
        /train\.csv:5: .*before/,
      );
      expect(await refused(train.with(4, cells.slice(1).join(',')))).toMatch(
        /train\.csv:5: 4 cells where the header has 5/,
      );
      expect(await refused(train.with(4, ['x', ...cells.slice(1)].join(',')))).toMatch(
        /train\.csv:5: time is "x", not a time/,
      );
      expect(await refused(train.with(0, (train[0] as string).replace('noise', 'other')))).toMatch(
        /val\.csv has other columns/,
      );
      expect(await refused([(train[0] as string).replaceAll('PW_', 'QQ_'), ...train.slice(1)])).toMatch(
        /train\.csv:1: no label/,
      );
      expect(await refused([''])).toMatch(/train\.csv is empty/);
      const quiet = train.map((line, at) =>
        at === 0 || line === '' ? line : [...line.split(',').slice(0, -2), 0, 0].join(','),
      );
      expect(await refused(quiet)).toMatch(/only one outcome of PW_0\.5h/);
    },
    SLOW_MS,
  );

  test.skipIf(!existsSync(REAL))(
    'a slice of the recorded generator is read and scored (two days say nothing of how well)',
    async () => {
      const dir = join(root, 'slice');
      mkdirSync(dir, { recursive: true });
      const [header = '', ...rows] = gunzipSync(readFileSync(REAL)).toString('utf8').split('\n');
      writeFileSync(join(dir, 'train.csv'), [header, ...rows.slice(0, 3000)].join('\n'));
      writeFileSync(join(dir, 'val.csv'), [header, ...rows.slice(3000, 5000)].join('\n'));
      const figures = await run(nitrogen, dir, null);
      expect(figures['nScoredRows']).toBe(2000);
      for (const hours of ['0.5', '1', '1.5', '2']) isFigure(figures, `macroF1_${hours}h`, 0, 1);
    },
    SLOW_MS,
  );
});

test(
  'azure-pdm: machines whose errors announce their failures',
  async () => {
    const out = join(root, 'out-machines');
    const figures = await run(azurePdm, join(root, 'azure-pdm'), out);
    expect(Object.keys(figures).length).toBeGreaterThan(10);
    const [row] = openTable(join(out, 'scores', 'predictions.csv')).rows;
    expect(row?.number('probability')).toBeLessThanOrEqual(1);
    expect(row?.text('component')).toMatch(/^comp[12]$/);
  },
  SLOW_MS,
);

test(
  'cmapss: engines that wear out; every test unit has its interval',
  async () => {
    const out = join(root, 'out-engines');
    const figures = await run(cmapss, join(root, 'cmapss'), out);
    isFigure(figures, 'FD001_test_rmseCycles', 0, 40);
    const rows = [...openTable(join(out, 'scores', 'FD001.csv')).rows];
    expect(rows).toHaveLength(10);
    for (const row of rows) {
      expect(row.number('rul_p10')).toBeLessThanOrEqual(row.number('rul_p50'));
      expect(row.number('rul_p50')).toBeLessThanOrEqual(row.number('rul_p90'));
    }
  },
  SLOW_MS,
);

test(
  'nab: streams with one strange stretch each; every row has its score, in order',
  async () => {
    const out = join(root, 'out-streams');
    const figures = await run(nab, join(root, 'nab'), out);
    expect(figures).toMatchObject({ nSeries: 3, nWindows: 3 });
    isFigure(figures, 'standard', 50, 100);
    const rows = [...openTable(join(out, 'scores', 'made/stream-0.csv')).rows];
    const given = [...openTable(join(root, 'nab', 'data/made/stream-0.csv')).rows];
    expect(rows.map((row) => row.text('timestamp'))).toEqual(given.map((row) => row.text('timestamp')));
    for (const row of rows) {
      expect(row.number('anomaly_score')).toBeGreaterThanOrEqual(0);
      expect(row.number('anomaly_score')).toBeLessThanOrEqual(1);
    }
  },
  SLOW_MS,
);
