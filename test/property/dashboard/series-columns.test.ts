// Laws of the chart's columns: a line is never drawn over missing time, and live readings only ever add what is newer.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Series } from '../../../src/contracts/http/devices.ts';
import { columnsOf, extentOf, valueRange, withReading } from '../../../src/dashboard/charts/series-columns.ts';

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
        at,
        mean,
        min: mean.map((value) => value - 1),
        max: mean.map((value) => value + 1),
      }),
    );
  });

describe('columns of a series', () => {
  test('two values stand beside each other only when no gap lies between them, and none is lost', () => {
    fc.assert(
      fc.property(series, fc.integer({ min: 1000, max: 600_000 }), (given, expectedMs) => {
        const columns = columnsOf(given, expectedMs);
        const limitMs = 2.5 * Math.max(given.bucketMs, expectedMs);
        for (let index = 1; index < columns.at.length; index++) {
          const both = columns.mean[index] !== null && columns.mean[index - 1] !== null;
          const stepMs = ((columns.at[index] ?? 0) - (columns.at[index - 1] ?? 0)) * 1000;
          expect(stepMs).toBeGreaterThan(0);
          if (both) expect(stepMs).toBeLessThanOrEqual(limitMs + 1);
        }
        expect(columns.mean.filter((value) => value !== null)).toEqual(given.mean);
      }),
    );
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
