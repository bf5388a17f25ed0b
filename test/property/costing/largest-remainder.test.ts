import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shareOut } from '../../../src/costing/core/largest-remainder.ts';

const weights = fc
  .array(
    // Of the largest ones two add up to more than a double holds.
    fc.oneof(
      fc.nat(20),
      fc.maxSafeNat().map((weight) => Math.floor(weight / 64)),
      fc.maxSafeNat(),
    ),
    { minLength: 1, maxLength: 30 },
  )
  .map((list) => Float64Array.from(list));
const total = fc.oneof(fc.integer({ min: -100, max: 100 }), fc.maxSafeInteger());
const sum = (values: Iterable<number>): bigint => [...values].reduce((all, value) => all + BigInt(value), 0n);

describe('a total shared out by largest remainders', () => {
  it('conserves every minor unit, or allocates nothing at all', () => {
    fc.assert(
      fc.property(total, weights, (amount, list) => {
        const parts = shareOut(amount, list);
        if (parts === null) expect(sum(list)).toBe(0n);
        else expect(sum(parts)).toBe(BigInt(amount));
      }),
    );
  });

  it('gives each its exact share rounded down or up, the largest remainders up, and nothing to who moved nothing', () => {
    fc.assert(
      fc.property(total, weights, (amount, list) => {
        const whole = sum(list);
        const parts = shareOut(Math.abs(amount), list);
        if (parts === null) return;
        const cut = [...parts].map(
          (part, i) => BigInt(Math.abs(amount)) * BigInt(list[i] as number) - BigInt(part) * whole,
        );
        for (const [i, rest] of cut.entries()) {
          expect(rest < whole && rest > -whole).toBe(true);
          if (list[i] === 0) expect(parts[i]).toBe(0);
        }
        // Whoever was rounded up had at least the remainder of anyone who was not; of equals, the first.
        for (const [i, up] of cut.entries()) {
          for (const [j, down] of cut.entries()) {
            if (up >= 0n || down < 0n) continue;
            expect(up + whole > down || (up + whole === down && i < j)).toBe(true);
          }
        }
      }),
    );
  });

  it('a reversal takes back exactly what was given', () => {
    fc.assert(
      fc.property(total, weights, (amount, list) => {
        const parts = shareOut(amount, list);
        const back = shareOut(0 - amount, list);
        if (parts && back) expect([...back].map((part) => 0 - part)).toEqual([...parts]);
      }),
    );
  });

  it('does not depend on the unit of the weights, whatever they add up to', () => {
    const small = fc.array(fc.nat(2 ** 33), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(total, small, fc.integer({ min: 1, max: 2 ** 20 - 1 }), (amount, list, unit) => {
        const coarse = shareOut(amount, Float64Array.from(list));
        const fine = shareOut(
          amount,
          Float64Array.from(list, (weight) => weight * unit),
        );
        expect(fine).toEqual(coarse);
      }),
      { examples: [[100, [2 ** 33, 2 ** 33, 2 ** 33 - 1], 2 ** 20 - 1]] },
    );
  });

  it('refuses a weight that is not counted exactly', () => {
    expect(() => shareOut(1, Float64Array.of(2 ** 60))).toThrow(/not a whole weight/);
    expect(() => shareOut(1, Float64Array.of(2, -1))).toThrow(/zero or more/);
  });

  it('breaks ties by order: 1.00 among three', () => {
    expect([...(shareOut(100, Float64Array.of(1, 1, 1)) ?? [])]).toEqual([34, 33, 33]);
  });
});
