import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { parseReplayMap, type ReplayMap } from '../../../src/simulators/replay/map.ts';
import { parseRecordedTime, readRows, sampleOf } from '../../../src/simulators/replay/rows.ts';

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
    [{ at: 'x', unit: '7', a: '1', b: '2' }, 'is no time'],
    [{ at: '2020-01-01', unit: '7', a: '1', b: '2' }, 'is no time'],
    [{ at: '2020-01-01 00:00', unit: '', a: '1', b: '2' }, 'no device'],
    [{ at: '2020-01-01 00:00', unit: '7', a: 'NaN', b: '2' }, 'is no number'],
    [{ at: '2020-01-01 00:00', unit: '7', a: '', b: '' }, 'no value'],
    [{ at: '2020-01-01 00:00', unit: '7', a: '1' }, 'no column "b"'],
  ])('%j is refused with the reason', (cells, reason) => {
    expect(sampleOf(cells, MAP)).toEqual({ refused: expect.stringContaining(reason) });
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
      '"nonsense" is no time',
      'U-2',
    ]);
    expect(rows[1]?.line).toBe(3);
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
