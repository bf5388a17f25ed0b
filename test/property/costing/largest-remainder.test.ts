import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apportion } from '../../../src/costing/core/largest-remainder.ts';

const weights = fc
  .uniqueArray(fc.tuple(fc.string({ minLength: 1, maxLength: 4 }), fc.bigInt(0n, 10n ** 12n)), {
    selector: ([key]) => key,
    minLength: 1,
    maxLength: 30,
  })
  .map((pairs) => pairs.map(([key, weight]) => ({ key, weight })));
const total = fc.bigInt(-(10n ** 15n), 10n ** 15n);
const sum = (values: Iterable<bigint>): bigint => [...values].reduce((a, b) => a + b, 0n);

describe('apportion', () => {
  it('conserves every minor unit, or allocates nothing at all', () => {
    fc.assert(
      fc.property(total, weights, (amount, list) => {
        const parts = apportion(amount, list);
        if (parts === null) expect(sum(list.map(({ weight }) => weight))).toBe(0n);
        else expect(sum(parts.values())).toBe(amount);
      }),
    );
  });

  it('gives each receiver its exact share rounded down or up, and nothing to who moved nothing', () => {
    fc.assert(
      fc.property(total, weights, (amount, list) => {
        const whole = sum(list.map(({ weight }) => weight));
        const parts = apportion(amount, list);
        if (parts === null) return;
        for (const { key, weight } of list) {
          const part = parts.get(key) ?? 0n;
          const difference = part * whole - amount * weight;
          expect(difference < whole && difference > -whole).toBe(true);
          if (weight === 0n) expect(part).toBe(0n);
        }
      }),
    );
  });

  it('does not depend on the order of the receivers, and a reversal takes back exactly what was given', () => {
    fc.assert(
      fc.property(total, weights, (amount, list) => {
        const parts = apportion(amount, list);
        expect(apportion(amount, list.toReversed())).toEqual(parts);
        const back = apportion(-amount, list);
        if (parts && back) for (const [key, part] of parts) expect(back.get(key)).toBe(-part);
      }),
    );
  });

  it('breaks ties by key: 1.00 among three', () => {
    const parts = apportion(100n, [
      { key: 'c', weight: 1n },
      { key: 'a', weight: 1n },
      { key: 'b', weight: 1n },
    ]);
    expect(parts).toEqual(
      new Map([
        ['a', 34n],
        ['b', 33n],
        ['c', 33n],
      ]),
    );
  });
});
