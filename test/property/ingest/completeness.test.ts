// Completeness: never more than was expected, raised by every late reading, and zero of something where nothing came.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DAY_MS } from '../../../src/contracts/time.ts';
import { completenessOf, type DayCount } from '../../../src/ingest/core/completeness.ts';

const FIRST_MS = Date.UTC(2026, 5, 1);
const DAYS = 5;
const span = { firstMs: FIRST_MS, lastMs: FIRST_MS + (DAYS - 1) * DAY_MS, nowMs: FIRST_MS + 4.5 * DAY_MS };
const METRICS = [
  { code: 'flow', expectedIntervalS: 60 },
  { code: 'leak', expectedIntervalS: 600 },
];
const device = { installedAtMs: FIRST_MS - 100 * DAY_MS, hasServed: true, metrics: METRICS };

const counts = fc
  .uniqueArray(
    fc.record({ metric: fc.constantFrom('flow', 'leak', 'other'), day: fc.integer({ min: 0, max: DAYS - 1 }) }),
    {
      selector: ({ metric, day }) => `${metric} ${day}`,
    },
  )
  .chain((keys) =>
    fc.tuple(
      ...keys.map(({ metric, day }) =>
        fc.record({ metric: fc.constant(metric), dayMs: fc.constant(FIRST_MS + day * DAY_MS), n: fc.nat(3_000) }),
      ),
    ),
  );

test('every day is there, in order, and has no more than was expected of it', () => {
  fc.assert(
    fc.property(counts, (given: DayCount[]) => {
      const days = completenessOf(device, given, span);
      expect(days.map(({ day }) => day)).toEqual([
        '2026-06-01',
        '2026-06-02',
        '2026-06-03',
        '2026-06-04',
        '2026-06-05',
      ]);
      expect(days.map(({ expected }) => expected)).toEqual([1_584, 1_584, 1_584, 1_584, 792]);
      for (const { expected, received, share } of days) {
        expect(received).toBeLessThanOrEqual(expected);
        expect(share).toBe(received / expected);
      }
    }),
  );
});

test('what comes late never lowers it', () => {
  fc.assert(
    fc.property(counts, fc.nat(500), (given: DayCount[], more) => {
      const before = completenessOf(device, given, span);
      const after = completenessOf(
        device,
        given.map((count) => ({ ...count, n: count.n + more })),
        span,
      );
      expect(after.every(({ received }, i) => received >= (before[i]?.received ?? 0))).toBe(true);
    }),
  );
});

test('a device owes nothing before it serves; readings before its installation show that it did', () => {
  const registered = completenessOf({ ...device, hasServed: false }, [], span);
  expect(registered.every(({ expected, share }) => expected === 0 && share === null)).toBe(true);
  const late = { ...device, installedAtMs: FIRST_MS + 2.5 * DAY_MS };
  expect(completenessOf(late, [], span).map(({ expected }) => expected)).toEqual([0, 0, 792, 1_584, 792]);
  const spoke: DayCount[] = [{ metric: 'flow', dayMs: FIRST_MS + DAY_MS, n: 1_440 }];
  expect(completenessOf(late, spoke, span).map(({ expected, received }) => [expected, received])).toEqual([
    [0, 0],
    [1_584, 1_440],
    [1_584, 0],
    [1_584, 0],
    [792, 0],
  ]);
});
