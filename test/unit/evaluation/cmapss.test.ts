// The suite of turbofans: its scores against hand-made cases, the folder as it may come, and what is refused by file and line.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nasaPenalty, scoreOf } from '../../../src/predictor/evaluation/cmapss/scoring.ts';
import { cmapss } from '../../../src/predictor/evaluation/cmapss/suite.ts';
import { partsIn, readPart } from '../../../src/predictor/evaluation/cmapss/turbofan-runs.ts';
import type { Run } from '../../../src/predictor/core/remaining-life/run.ts';
import { firstSteps, WEARING_SHAPE, wearingUnits } from '../../support/wearing-units.ts';

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'turbofans-'))));
afterEach(() => rmSync(dir, { recursive: true }));

const textOf = (runs: readonly Run[]): string =>
  runs
    .flatMap((run, unit) =>
      Array.from({ length: run.steps }, (_, step) => {
        const part = (values: Float64Array, width: number) => [...values.subarray(step * width, (step + 1) * width)];
        const cells = [
          ...part(run.conditions, WEARING_SHAPE.conditions),
          1,
          ...part(run.sensors, WEARING_SHAPE.sensors),
        ];
        return `${unit + 1} ${step + 1} ${cells.join(' ')}  `;
      }),
    )
    .join('\n');

describe('scores', () => {
  test('a prediction too long is punished more than one too short', () => {
    expect(nasaPenalty(0)).toBe(0);
    expect(nasaPenalty(10)).toBeCloseTo(Math.E - 1, 12);
    expect(nasaPenalty(-13)).toBeCloseTo(Math.E - 1, 12);
  });

  test('errors, coverage and width, capped and not', () => {
    const predictions = [
      { p10: 90, p50: 100, p90: 125, truth: 140 },
      { p10: 20, p50: 30, p90: 40, truth: 45 },
    ];
    expect(scoreOf(predictions, 125)).toMatchObject({
      rmse: Math.sqrt((625 + 225) / 2),
      coverage: 0.5,
      meanWidth: 27.5,
    });
    expect(scoreOf(predictions, Infinity)).toMatchObject({ rmse: Math.sqrt((1600 + 225) / 2), coverage: 0 });
  });
});

describe('the folder', () => {
  test('parts with test units are asked at their last row, others are cross-validated; predictions can be written', async () => {
    const asked = wearingUnits(8, 4);
    const cut = asked.map((run, at) => firstSteps(run, run.steps - 5 - 4 * at));
    writeFileSync(join(dir, 'train_FD7.txt.gz'), gzipSync(textOf(wearingUnits(12, 3))));
    writeFileSync(join(dir, 'test_FD7.txt'), textOf(cut));
    writeFileSync(join(dir, 'RUL_FD7.txt'), asked.map((_, at) => 5 + 4 * at).join('\n'));
    writeFileSync(join(dir, 'train_FD9.txt'), textOf(wearingUnits(10, 6)));
    expect(partsIn(dir)).toEqual(['FD7', 'FD9']);
    const written = new Map<string, (readonly (string | number)[])[]>();
    const plots: string[] = [];
    const figures = await cmapss.run({
      dir,
      seed: 1,
      scores: { write: (path, columns, rows) => void written.set(path, [columns, ...rows]) },
      plots: { write: (name) => void plots.push(name) },
      progress: { begin: () => {}, tell: () => {} },
    });
    expect(figures).toMatchObject({ FD7_nTrainingUnits: 12, FD7_nRegimes: 3, FD7_test_n: 8, FD9_cvOneCut_n: 10 });
    expect(figures.FD7_test_rmseCycles).toBeLessThan(15);
    const peer = figures.FD7_peer_typicalLifeMinusAge as { rmseCycles: number };
    expect(figures.FD7_test_rmseCycles).toBeLessThan(peer.rmseCycles);
    expect(written.get('FD7.csv')?.[0]).toEqual(['unit', 'rul_p10', 'rul_p50', 'rul_p90']);
    expect(written.get('FD7.csv')).toHaveLength(9);
    for (const [, low, middle, high] of (written.get('FD7.csv') ?? []).slice(1)) {
      expect(low).toBeLessThanOrEqual(middle as number);
      expect(middle).toBeLessThanOrEqual(high as number);
    }
    expect(plots).toEqual(['FD7', 'FD9']);
  });

  test('a bad row and units without a truth are refused by name', () => {
    writeFileSync(join(dir, 'train_FD1.txt'), '1 1 0 0 0 5\n1 2 0 0 0 x\n');
    expect(() => readPart(dir, 'FD1')).toThrow(/train_FD1\.txt:2: a cell is not a number/);
    writeFileSync(join(dir, 'train_FD1.txt'), '1 1 0 0 0 5\n1 2 0 0 0\n');
    expect(() => readPart(dir, 'FD1')).toThrow(/train_FD1\.txt:2: 5 cells/);
    writeFileSync(join(dir, 'train_FD1.txt'), '1 1 0 0 0 5\n');
    writeFileSync(join(dir, 'test_FD1.txt'), '1 1 0 0 0 5\n2 1 0 0 0 5\n');
    writeFileSync(join(dir, 'RUL_FD1.txt'), '17\n');
    expect(() => readPart(dir, 'FD1')).toThrow('has 1 rows for the 2 units');
  });
});
