import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { RecordingMap } from '../../../src/contracts/recording-map.ts';
import { parseReplayMap, type ReplayMap } from '../../../src/simulators/replay/map.ts';
import { parseRecordedTime, sampleOf } from '../../../src/contracts/recording.ts';
import { readRows } from '../../../src/simulators/replay/rows.ts';

const BEGIN = Date.UTC(2020, 0);
const MAP: ReplayMap = {
  time: { column: 'at' },
  device: { column: 'unit', prefix: 'U-' },
  metrics: { a: 'alpha', b: 'beta' },
};

describe('recorded times', () => {
  test('every instant written as ISO, with a space, or as epoch ms is read back', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(2005, 0), max: Date.UTC(2099, 0) }), (ms) => {
        const iso = new Date(ms).toISOString();
        expect(parseRecordedTime(iso)).toBe(ms);
        expect(parseRecordedTime(iso.replace('T', ' ').replace('Z', ''))).toBe(ms);
        expect(parseRecordedTime(String(ms))).toBe(ms);
      }),
    );
  });

  test('a day that never was is no time', () => {
    expect(parseRecordedTime('2015-02-30 06:00:00')).toBeNull();
    expect(parseRecordedTime('yesterday')).toBeNull();
    expect(parseRecordedTime('2015-01-01 06:00:00+08:00')).toBe(Date.UTC(2014, 11, 31, 22));
  });
});

describe('rows', () => {
  test('an empty cell is not zero: it is left out', () => {
    expect(sampleOf({ at: '2020-01-01 00:00:00', unit: '7', a: '', b: '2.5' }, MAP)).toEqual({
      sample: { device: 'U-7', ts: Date.UTC(2020, 0), values: { beta: 2.5 } },
    });
  });

  test.each([
    [{ at: 'x', unit: '7', a: '1', b: '2' }, 'time-unreadable', 'is no time'],
    [{ at: '2020-01-01', unit: '7', a: '1', b: '2' }, 'time-unreadable', 'is no time'],
    [{ at: '2020-01-01 00:00', unit: '', a: '1', b: '2' }, 'device-missing', 'nothing in column "unit"'],
    [{ at: '2020-01-01 00:00', unit: 'a b', a: '1', b: '2' }, 'device-name', 'cannot be the id'],
    [{ at: '2020-01-01 00:00', unit: '7', a: 'NaN', b: '2' }, 'not-a-number', 'is no number'],
    [{ at: '2020-01-01 00:00', unit: '7', a: '', b: '' }, 'no-value', 'is empty'],
    [{ at: '2020-01-01 00:00', unit: '7', a: '1' }, 'cell-missing', 'in column "b"'],
  ])('%j is refused as %s', (cells, refused, detail) => {
    expect(sampleOf(cells, MAP)).toEqual({ refused, detail: expect.stringContaining(detail) });
  });
});

describe('files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'replay-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const csv = 'at,unit,a,b\n2020-01-01 00:00:00,1,1,2\nnonsense,1,1,2\n2020-01-01 00:01:00,2,,4\n';

  test.each(['plain.csv', 'packed.csv.gz'])('%s is read row by row, refusals named by line', async (name) => {
    writeFileSync(join(folder, name), name.endsWith('.gz') ? gzipSync(csv) : csv);
    const rows = [];
    for await (const row of readRows(join(folder, name), MAP)) rows.push(row);
    expect(rows.map((row) => ('sample' in row ? row.sample.device : row.refused))).toEqual([
      'U-1',
      'time-unreadable',
      'U-2',
    ]);
    expect(rows[1]?.line).toBe(3);
  });

  test('a stray quote spoils its own row and no other', async () => {
    const file = join(folder, 'quotes.csv');
    writeFileSync(file, 'at,unit,a,b\n2020-01-01 00:00,1,1,2\n2020-01-01 00:01,1,"x"y,2\n2020-01-01 00:02,1,3,4\n');
    const rows = [];
    for await (const row of readRows(file, MAP))
      rows.push([row.line, 'sample' in row ? row.sample.values : row.refused]);
    expect(rows).toEqual([
      [2, { alpha: 1, beta: 2 }],
      [3, 'not-a-number'],
      [4, { alpha: 3, beta: 4 }],
    ]);
  });

  test('a quote that is never closed is told by its line instead of swallowing the rest', async () => {
    const file = join(folder, 'open.csv');
    const row = (i: number): string => `${new Date(BEGIN + i * 60_000).toISOString()},1,1,2`;
    const rows = Array.from({ length: 5_000 }, (_, i) => (i === 3 ? row(i).replace(',1,1', ',1,"1') : row(i)));
    writeFileSync(file, ['at,unit,a,b', ...rows].join('\n'));
    const read = async (): Promise<void> => {
      for await (const _ of readRows(file, MAP));
    };
    await expect(read()).rejects.toThrow('line 5: a quote is opened there and not closed');
  });

  test('columns that are not there are all named, with what was probably meant', async () => {
    const file = join(folder, 'columns.csv');
    writeFileSync(file, 'At,unit,Alpha level,b\n2020-01-01 00:00,1,1,2\n');
    const map: RecordingMap = {
      time: { column: 'at' },
      device: { id: 'U-1' },
      metrics: { 'Alfa level': 'alpha', other: 'x' },
    };
    const read = readRows(file, map).next();
    await expect(read).rejects.toThrow('time: there is no column "at"; did you mean "At"?');
    await expect(read).rejects.toThrow('metrics → alpha: there is no column "Alfa level"; did you mean "Alpha level"?');
    await expect(read).rejects.toThrow(
      'metrics → x: there is no column "other"; the file has At, unit, Alpha level, b',
    );
  });

  test('a file that is not there is an error, not an endless wait', async () => {
    await expect(readRows(join(folder, 'none.csv'), MAP).next()).rejects.toThrow('ENOENT');
  });
});

test('a mapping says everything that is wrong with it', () => {
  expect(() => parseReplayMap('{', 'm.json')).toThrow('m.json is not JSON');
  expect(() => parseReplayMap('{"time":{}}', 'm.json')).toThrow(/m\.json is not a replay mapping/);
  expect(parseReplayMap(JSON.stringify(MAP), 'm.json')).toEqual(MAP);
});
