// The benchmark's points on cases worked out by hand, and its reader on a folder of its layout.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { bestThreshold, pointsAt, probationRows, type Window } from '../../../src/predictor/evaluation/nab/scoring.ts';
import { otherGroups } from '../../../src/predictor/evaluation/nab/suite.ts';
import { parseSeries, readProfiles, readSeries } from '../../../src/predictor/evaluation/nab/series.ts';

const STANDARD = { truePositive: 1, falsePositive: 0.11, falseNegative: 1 };
const WINDOWS: Window[] = [
  { first: 300, last: 399 },
  { first: 700, last: 799 },
];
const ROWS = 1000;
const sigmoid = (y: number): number => 2 / (1 + Math.exp(5 * y)) - 1;

const seriesWith = (...rows: number[]) => {
  const scores = new Float64Array(ROWS);
  for (const row of rows) scores[row] = 1;
  return { scores, windows: WINDOWS };
};

describe('points', () => {
  test('every window at its first row and nothing else: 100; nothing said: 0', () => {
    expect(pointsAt([seriesWith(300, 700)], STANDARD, 1).score).toBeCloseTo(100, 9);
    expect(pointsAt([seriesWith()], STANDARD, 1).score).toBe(0);
  });

  test('only the earliest row of a window counts, and later is worth less', () => {
    const late = pointsAt([seriesWith(350, 380, 390, 700)], STANDARD, 1);
    // Two windows: one whole, one at half of its width.
    const expected = (100 * (1 + 1 + (sigmoid(-0.5) / sigmoid(-1) + 1))) / 4;
    expect(late.score).toBeCloseTo(expected, 9);
    expect(late).toMatchObject({ windows: 2, found: 2, falseAlarms: 0 });
  });

  test('a row outside costs by its distance behind the last window, in full before the first', () => {
    const before = pointsAt([seriesWith(200)], STANDARD, 1);
    expect(before.score).toBeCloseTo((100 * -0.11) / 4, 9);
    const behind = pointsAt([seriesWith(420)], STANDARD, 1);
    expect(behind.score).toBeCloseTo((100 * 0.11 * sigmoid(21 / 100)) / 4, 9);
    expect(behind.falseAlarms).toBe(1);
  });

  test('the first rows are not scored', () => {
    expect(probationRows(ROWS)).toBe(150);
    expect(probationRows(20_000)).toBe(750);
    expect(pointsAt([seriesWith(149)], STANDARD, 1).score).toBe(0);
    expect(pointsAt([seriesWith(150)], STANDARD, 1).score).toBeLessThan(0);
  });

  test('law: no threshold does better than the best one, which is the same as trying them all', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 60, maxLength: 60 }), (levels) => {
        const one = {
          scores: Float64Array.from(levels, (level) => level / 6),
          windows: [
            { first: 20, last: 29 },
            { first: 40, last: 44 },
          ],
        };
        const tried = Array.from({ length: 8 }, (_, level) => pointsAt([one], STANDARD, level / 6).score);
        const best = pointsAt([one], STANDARD, bestThreshold([one], STANDARD)).score;
        expect(best).toBeCloseTo(Math.max(...tried), 9);
      }),
      { seed: 5, numRuns: 200 },
    );
  });
});

describe('the threshold from other groups', () => {
  const told = (score: number, ...rows: number[]) => {
    const { scores, windows } = seriesWith(...rows);
    return { scores: scores.map((one) => one * score), windows };
  };
  test('each group is held to what was best for the others; one group alone says nothing', () => {
    const loud = told(0.9, 300, 700);
    const quiet = told(0.4, 300, 700);
    expect(otherGroups([loud, loud], ['a', 'b'], STANDARD)).toBeCloseTo(100, 9);
    // The quiet group's threshold finds all of the loud one; the loud group's finds nothing of the quiet one.
    expect(otherGroups([loud, quiet], ['a', 'b'], STANDARD)).toBeCloseTo(50, 9);
    expect(otherGroups([loud, quiet], ['a', 'a'], STANDARD)).toBeNaN();
  });
});

describe('the reader', () => {
  const dir = mkdtempSync(join(tmpdir(), 'streams-'));
  afterAll(() => rmSync(dir, { recursive: true }));
  const write = (path: string, text: string): void => {
    mkdirSync(join(dir, path, '..'), { recursive: true });
    writeFileSync(join(dir, path), text);
  };

  test('takes windows as rows and weights by profile; names file and line of what is wrong', () => {
    write('data/a/one.csv', 'timestamp,value\n2014-04-01 00:00:00,1\n2014-04-01 00:05:00,2\n2014-04-01 00:10:00,3\n');
    const span = ['2014-04-01 00:05:00.000000', '2014-04-01 00:10:00.000000'];
    write('labels/combined_windows.json', JSON.stringify({ 'a/one.csv': [span] }));
    const costs = { CostMatrix: { tpWeight: 1, fnWeight: 2, fpWeight: 0.11 } };
    const profiles = { standard: costs, reward_low_FP_rate: costs, reward_low_FN_rate: costs };
    write('config/profiles.json', JSON.stringify(profiles));
    expect(readSeries(dir)[0]?.windows).toEqual([{ first: 1, last: 2 }]);
    expect(readProfiles(dir).lowFalseNegatives.falseNegative).toBe(2);
    expect(() => parseSeries('x.csv', 'timestamp,value\n2014-04-01 00:00:00,1\nsoon,2')).toThrow('x.csv:3');
    expect(() => parseSeries('x.csv', 'time,v\n')).toThrow('x.csv:1');
  });
});
