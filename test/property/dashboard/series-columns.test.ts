// Laws of the chart's columns: a line is never drawn over missing time, every value is seen, and live readings only ever
// add what is newer.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Series } from '../../../src/contracts/http/devices.ts';
import { gapsIn } from '../../../src/contracts/series-gaps.ts';
import {
  columnsOf,
  extentOf,
  isolatedIn,
  valueRange,
  withReading,
} from '../../../src/dashboard/charts/series-columns.ts';

const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const series = fc
  .record({
    start: fc.integer({ min: 1_700_000_000_000, max: 1_800_000_000_000 }),
    steps: fc.array(fc.integer({ min: 1, max: 3_600_000 }), { maxLength: 60 }),
    bucketMs: fc.constantFrom(0, 60_000, 3_600_000),
  })
  .chain(({ start, steps, bucketMs }) => {
    const at: number[] = [];
    let now = start;
    for (const step of steps) {
      now += Math.max(step, bucketMs);
      at.push(now);
    }
    return fc.array(finite, { minLength: at.length, maxLength: at.length }).map(
      (mean): Series => ({
        device: 'D',
        metric: 'm',
        unit: '',
        source: 'raw',
        bucketMs,
        gaps: [],
        at,
        mean,
        min: mean.map((value) => value - 1),
        max: mean.map((value) => value + 1),
      }),
    );
  });

const HOUR_MS = 3_600_000;
const expected = fc.integer({ min: 1000, max: 600_000 });
const step = fc.integer({ min: 1000, max: 6 * HOUR_MS });
const count = fc.integer({ min: 4, max: 20 });
const repeated = (value: number, times: number): number[] => Array.from({ length: times }, () => value);
function timesOf(steps: readonly number[]): number[] {
  const at = [1_700_000_000_000];
  for (const value of steps) at.push((at.at(-1) ?? 0) + value);
  return at;
}

describe('columns of a series', () => {
  test('no value is lost, each is part of a line or a dot, and time only grows', () => {
    fc.assert(
      fc.property(series, expected, (given, expectedMs) => {
        const { at, mean } = columnsOf(given, expectedMs);
        expect(mean.filter((value) => value !== null)).toEqual(given.mean);
        const dots = new Set(isolatedIn(mean));
        for (const [index, value] of mean.entries()) {
          if (index > 0) expect(at[index]).toBeGreaterThan(at[index - 1] ?? 0);
          const hasNeighbour = (mean[index - 1] ?? null) !== null || (mean[index + 1] ?? null) !== null;
          expect(dots.has(index)).toBe(value !== null && !hasNeighbour);
        }
      }),
    );
  });

  test('a step the device is expected to take is never a gap', () => {
    fc.assert(
      fc.property(series, expected, ({ at }, expectedMs) => {
        for (const index of gapsIn(at, expectedMs)) {
          expect((at[index] ?? 0) - (at[index - 1] ?? 0)).toBeGreaterThan(2.5 * expectedMs);
        }
      }),
    );
  });

  test('regular readings are one line however coarse, also where the step changes', () => {
    fc.assert(
      fc.property(step, count, step, count, expected, (first, before, second, after, expectedMs) => {
        const steps = [...repeated(first, before), ...repeated(second, after)];
        expect(gapsIn(timesOf(steps), expectedMs).size).toBe(0);
      }),
    );
  });

  test('one missed reading is no gap', () => {
    fc.assert(
      fc.property(step, count, count, expected, (usual, before, after, expectedMs) => {
        const steps = [...repeated(usual, before), 2 * usual, ...repeated(usual, after)];
        expect(gapsIn(timesOf(steps), expectedMs).size).toBe(0);
      }),
    );
  });

  test('silence much longer than expected and than the steps around it is a gap, and the only one', () => {
    fc.assert(
      fc.property(step, count, step, count, expected, (first, before, second, after, expectedMs) => {
        const silence = Math.ceil(2.5 * Math.max(first, second, expectedMs)) + 1;
        const steps = [...repeated(first, before), silence, ...repeated(second, after)];
        expect([...gapsIn(timesOf(steps), expectedMs)]).toEqual([before + 1]);
      }),
    );
  });

  test('a reading alone between two silences is a dot', () => {
    const steps = [...repeated(5_000, 6), 3 * HOUR_MS, 3 * HOUR_MS, ...repeated(5_000, 6)];
    expect([...gapsIn(timesOf(steps), 30_000)]).toEqual([7, 8]);
  });

  test('a reading that is not newer changes nothing; a newer one keeps times growing and everything before it', () => {
    fc.assert(
      fc.property(series, finite, fc.integer({ min: -7_200_000, max: 7_200_000 }), (given, value, offset) => {
        const last = given.at.at(-1) ?? 1_700_000_000_000;
        const grown = withReading(given, {
          metric: 'm',
          at: new Date(last + offset).toISOString(),
          value,
          quality: 0,
        });
        if (offset <= 0 && given.at.length > 0) expect(grown).toBe(given);
        expect(grown.at.slice(0, given.at.length)).toEqual(given.at);
        expect(grown.mean.slice(0, given.at.length)).toEqual(given.mean);
        expect([...grown.at].sort((a, b) => a - b)).toEqual(grown.at);
        expect(new Set([grown.at.length, grown.mean.length, grown.min.length, grown.max.length]).size).toBe(1);
      }),
    );
  });

  test('the value axis always holds everything that was measured', () => {
    fc.assert(
      fc.property(series, fc.option(fc.tuple(finite, finite)), (given, band) => {
        const extent = extentOf(columnsOf(given, 60_000));
        if (extent === null) return;
        const normal = band === null ? null : { min: Math.min(...band), max: Math.max(...band) };
        const [low, high] = valueRange(extent, normal);
        expect(low).toBeLessThan(extent.min);
        expect(high).toBeGreaterThan(extent.max);
      }),
    );
  });
});
