// Reading recorded files: what was written is what is read, plain, zipped, quoted or with other line ends; what is wrong is
// named with file and line. And the progress that a person sees.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DatasetFault, openTable, requiredFile, suiteFolder } from '../../../../src/predictor/evaluation/dataset.ts';
import { createProgress, progressLine } from '../../../../src/predictor/evaluation/progress.ts';
import { scoreWriter } from '../../../../src/predictor/evaluation/result-files.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'stethos-dataset-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const written = (name: string, content: string | Buffer): string => {
  writeFileSync(join(dir, name), content);
  return join(dir, name);
};

describe('a table', () => {
  test('gives back what was written, whatever the cells hold', () => {
    const cell = fc.string({ maxLength: 8 }).filter((text) => !/[\r\n]/.test(text));
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 10 }), (rows) => {
        // A first cell that is never empty: a line of nothing is no row.
        const told = rows.map(([a, b]) => [`x${a}`, b] as const);
        scoreWriter(dir).write('round/trip.csv', ['one', 'two'], told);
        const read = [...openTable(join(dir, 'round/trip.csv')).rows].map((row) => [row.text('one'), row.text('two')]);
        expect(read).toEqual(told);
      }),
    );
  });

  test('byte order mark, Windows line ends and gzip make no difference', () => {
    const text = '\uFEFFa,b\r\n1,\r\n\r\n-2.5e3,nan\r\n';
    for (const path of [written('w.csv', text), written('z.csv.gz', gzipSync(text))]) {
      const { columns, rows } = openTable(path);
      expect(columns).toEqual(['a', 'b']);
      expect([...rows].map((row) => [row.number('a'), row.number('b')])).toEqual([
        [1, Number.NaN],
        [-2500, Number.NaN],
      ]);
    }
    expect(requiredFile(dir, 'z.csv')).toBe(join(dir, 'z.csv.gz'));
  });

  test('a time without a zone is UTC', () => {
    const [row] = openTable(written('t.csv', 'a,b\n2026-01-02 03:04:05,2026-01-02T03:04:05+08:00\n')).rows;
    expect(row?.time('a')).toBe(Date.UTC(2026, 0, 2, 3, 4, 5));
    expect(row?.time('b')).toBe(Date.UTC(2026, 0, 1, 19, 4, 5));
  });

  test('what is wrong is named with its file and line', () => {
    const failure = (content: string | Buffer, name = 'f.csv'): string => {
      try {
        for (const row of openTable(written(name, content)).rows) row.number('a');
        return 'read';
      } catch (error) {
        expect(error).toBeInstanceOf(DatasetFault);
        return (error as Error).message;
      }
    };
    expect(failure('')).toMatch(/f\.csv is empty/);
    expect(failure('a,b\n')).toMatch(/f\.csv has a header and no rows/);
    expect(failure('a,b\n1,2\n\n3\n')).toMatch(/f\.csv:4: 1 cells where the header has 2/);
    expect(failure('a,b\n1,2\nx,2\n')).toMatch(/f\.csv:3: a is "x", not a number/);
    expect(failure('b\n1\n')).toMatch(/f\.csv has no column a/);
    expect(failure('no zip at all', 'f.csv.gz')).toMatch(/f\.csv\.gz cannot be read/);
    expect(() => requiredFile(dir, 'nothing.csv')).toThrow(/nothing\.csv \(or nothing\.csv\.gz\) is missing/);
  });

  test('a suite is found in its folder and in the folder that holds it', () => {
    const suite = { name: 'round', sign: /^trip\.csv$/ };
    expect(suiteFolder(join(dir, 'round'), suite)).toBe(join(dir, 'round'));
    expect(suiteFolder(dir, suite)).toBe(join(dir, 'round'));
    expect(() => suiteFolder(join(dir, 'away'), suite)).toThrow(/away is not there/);
    expect(() => suiteFolder(dir, { name: 'other', sign: /^other$/ })).toThrow(/has no file of the suite other/);
    expect(suiteFolder('anything', { name: 'none', sign: null })).toBe('anything');
  });
});

describe('progress', () => {
  const watch = (isTTY: boolean) => {
    const texts: string[] = [];
    let nowMs = 0;
    const progress = createProgress({ stream: { isTTY, write: (text) => texts.push(text) }, now: () => nowMs });
    return { texts, progress, tick: (ms: number) => void (nowMs += ms) };
  };

  test('in a log: one line a tenth and nothing that moves a cursor, however often it is told', () => {
    const { texts, progress, tick } = watch(false);
    for (const part of ['reading', 'training']) {
      progress.begin(part, 1000);
      for (let done = 0; done <= 1000; done++) {
        tick(7);
        progress.tell(done);
      }
    }
    progress.end();
    expect(texts).toHaveLength(20);
    expect(texts.join('')).not.toContain('\u001b');
    expect(texts[9]).toBe('100 %  reading\n');
  });

  test('at a terminal: one line drawn anew, not faster than an eye follows', () => {
    const { texts, progress, tick } = watch(true);
    progress.begin('training', 1000);
    for (let done = 0; done <= 1000; done++) {
      tick(1);
      progress.tell(done);
    }
    expect(texts.length).toBeLessThan(10);
    expect(texts.at(-1)).toBe(`\r\u001b[K[${'#'.repeat(24)}] 100 %  training`);
    expect(progressLine('training', 250, 1000, 10, true)).toBe(
      `[${'#'.repeat(6)}${'.'.repeat(18)}]  25 %  training  30 s left`,
    );
  });
});
