// What upkeep decides before it touches the database: widths of chunks, sizes of steps, and what is past its keep.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY_MS } from '../../../src/contracts/time.ts';
import { CHUNK_WIDTHS_MS, chunkBytes, chunkWidthMs } from '../../../src/db/core/chunk-width.ts';
import { keepGroups, pastKeep, type ProductKeep } from '../../../src/db/core/retention.ts';
import { FIRST_SLICE, nextSlice } from '../../../src/db/core/rollup-pace.ts';

describe('the width of chunks', () => {
  test('is the widest that fits, and never grows with the rate', () => {
    const rate = fc.double({ min: 1e-6, max: 1e4, noNaN: true });
    fc.assert(
      fc.property(rate, rate, fc.bigInt(1n, 1n << 40n), (one, other, buffers) => {
        const target = chunkBytes(Number(buffers));
        const width = chunkWidthMs(one, target);
        const wider = CHUNK_WIDTHS_MS.find((candidate) => candidate > width);
        expect(width === CHUNK_WIDTHS_MS[0] || width * one <= target).toBe(true);
        expect(wider === undefined || wider * one > target).toBe(true);
        const [slow, fast] = [Math.min(one, other), Math.max(one, other)];
        expect(chunkWidthMs(fast, target)).toBeLessThanOrEqual(chunkWidthMs(slow, target));
      }),
    );
  });

  test('for example: a thousand devices at ten seconds with ten metrics, one gigabyte of cache', () => {
    const bytesPerMs = (1_000 * 10 * 120) / 10_000;
    expect(chunkWidthMs(bytesPerMs, chunkBytes(2 ** 30))).toBe(6 * 3_600_000);
    expect(chunkWidthMs(bytesPerMs / 20, chunkBytes(2 ** 30))).toBe(2 * DAY_MS);
  });
});

test('steps shrink while they are slow and grow while they are quick, and never end', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 5_000, noNaN: true }), { maxLength: 60 }), (times) => {
      let slice = FIRST_SLICE;
      for (const tookMs of times) {
        const next = nextSlice(slice, tookMs);
        expect(next).toBeGreaterThanOrEqual(1);
        expect(Math.sign(next - slice) * (tookMs > 300 ? 1 : -1)).toBeLessThanOrEqual(0);
        slice = next;
      }
    }),
  );
});

describe('keeping', () => {
  const product: fc.Arbitrary<ProductKeep> = fc.record({
    product: fc.constantFrom('a', 'b', 'c'),
    days: fc.option(fc.integer({ min: 1, max: 100 })),
    metrics: fc
      .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 100 })), {
        selector: ([id]) => id,
      })
      .map((pairs) => new Map(pairs)),
  });

  test('a reading is past its keep exactly when the narrowest limit said for it is', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(product, { selector: (one) => one.product }),
        fc.option(fc.integer({ min: 1, max: 100 })),
        fc.integer({ min: 0, max: 120 }),
        fc.integer({ min: 1, max: 9 }),
        (products, defaultDays, ageDays, metric) => {
          const past = pastKeep(keepGroups(products, defaultDays), -ageDays * DAY_MS, 0);
          for (const { product: code, days, metrics } of products) {
            const limit = metrics.get(metric) ?? days ?? defaultDays;
            const covered = past.filter(
              (group) => group.product === code && group.metricIds.includes(metric) !== group.isAllBut,
            );
            expect(covered.length).toBe(limit !== null && ageDays >= limit ? 1 : 0);
          }
        },
      ),
    );
  });
});
