import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roundTogether, sumOf, roundOf } from '../../../src/costing/core/variance/fractions.ts';
import {
  splitVariance,
  type VarianceEffects,
  type VarianceGroup,
} from '../../../src/costing/core/variance/split-variance.ts';

const minor = fc.bigInt({ min: -(10n ** 13n), max: 10n ** 13n });
const volume = fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: 50n }), fc.bigInt({ min: 0n, max: 10n ** 9n }));
const group: fc.Arbitrary<VarianceGroup> = fc.record({
  beforeMinor: fc.oneof(fc.constant(0n), minor),
  afterMinor: fc.oneof(fc.constant(0n), minor),
  volumes: fc.record({ before: volume, after: volume }),
});
const groups = fc.array(group, { minLength: 1, maxLength: 12 });
const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n);
const volumeOf = (of: readonly VarianceGroup[]) => ({
  before: sum(of.map(({ volumes }) => volumes.before)),
  after: sum(of.map(({ volumes }) => volumes.after)),
});
const totalsOf = (effects: readonly VarianceEffects[]): VarianceEffects => ({
  volumeMinor: sum(effects.map(({ volumeMinor }) => volumeMinor)),
  mixMinor: sum(effects.map(({ mixMinor }) => mixMinor)),
  rateMinor: sum(effects.map(({ rateMinor }) => rateMinor)),
});
const all = ({ volumeMinor, mixMinor, rateMinor }: VarianceEffects): bigint => volumeMinor + mixMinor + rateMinor;
const differenceOf = ({ beforeMinor, afterMinor }: VarianceGroup): bigint => afterMinor - beforeMinor;

describe('volume, mix and rate', () => {
  it('add up to the difference of every group, and so of the whole, to the minor unit', () => {
    fc.assert(
      fc.property(groups, (of) => {
        const effects = splitVariance(of, volumeOf(of));
        expect(effects.map(all)).toEqual(of.map(differenceOf));
      }),
    );
  });

  it('are zero where nothing changed', () => {
    fc.assert(
      fc.property(groups, (of) => {
        const same = of.map((each) => ({
          ...each,
          afterMinor: each.beforeMinor,
          volumes: { before: each.volumes.before, after: each.volumes.before },
        }));
        for (const effects of splitVariance(same, volumeOf(same))) {
          expect(effects).toEqual({ volumeMinor: 0n, mixMinor: 0n, rateMinor: 0n });
        }
      }),
    );
  });

  it('of the swapped periods have the negated total', () => {
    fc.assert(
      fc.property(groups, (of) => {
        const swapped = of.map(({ beforeMinor, afterMinor, volumes }) => ({
          beforeMinor: afterMinor,
          afterMinor: beforeMinor,
          volumes: { before: volumes.after, after: volumes.before },
        }));
        const forth = totalsOf(splitVariance(of, volumeOf(of)));
        const back = totalsOf(splitVariance(swapped, volumeOf(swapped)));
        expect(all(back)).toBe(-all(forth));
      }),
    );
  });

  it('do not change when a group is cut into parts of equal growth and rates', () => {
    // A group of n equal parts, each with whole volumes and cost, against the same as one group.
    const part = fc.record({
      beforeMinor: minor,
      afterMinor: minor,
      volumes: fc.record({
        before: fc.bigInt({ min: 1n, max: 10n ** 6n }),
        after: fc.bigInt({ min: 0n, max: 10n ** 6n }),
      }),
    });
    fc.assert(
      fc.property(
        groups,
        part,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 5 }),
        (rest, one, cut) => {
          const times = (n: number): VarianceGroup => ({
            beforeMinor: one.beforeMinor * BigInt(n),
            afterMinor: one.afterMinor * BigInt(n),
            volumes: { before: one.volumes.before * BigInt(n), after: one.volumes.after * BigInt(n) },
          });
          const whole = [...rest, times(cut.reduce((total, n) => total + n, 0))];
          const parts = [...rest, ...cut.map(times)];
          expect(totalsOf(splitVariance(parts, volumeOf(parts)))).toEqual(
            totalsOf(splitVariance(whole, volumeOf(whole))),
          );
        },
      ),
    );
  });

  it('are what the formulas say, worked by hand', () => {
    // Two lines: 10 jobs at 100.00 and 10 at 200.00 become 10 at 110.00 and 20 at 200.00.
    const of = [
      { beforeMinor: 100_000n, afterMinor: 110_000n, volumes: { before: 10n, after: 10n } },
      { beforeMinor: 200_000n, afterMinor: 400_000n, volumes: { before: 10n, after: 20n } },
    ];
    // volume = 10 x 150.00; mix = 30 x (-1/6 x 100.00 + 1/6 x 200.00) = 500.00; rate = 10 x 10.00
    expect(totalsOf(splitVariance(of, volumeOf(of)))).toEqual({
      volumeMinor: 150_000n,
      mixMinor: 50_000n,
      rateMinor: 10_000n,
    });
  });

  it('keep to their rule where a quotient is missing', () => {
    const effectsOf = (one: VarianceGroup) =>
      splitVariance([one, { beforeMinor: 1000n, afterMinor: 1000n, volumes: { before: 10n, after: 10n } }], {
        before: 10n + one.volumes.before,
        after: 10n + one.volumes.after,
      })[0];
    // New: nothing to hold it against.
    expect(effectsOf({ beforeMinor: 0n, afterMinor: 700n, volumes: { before: 0n, after: 5n } })).toEqual({
      volumeMinor: 0n,
      mixMinor: 700n,
      rateMinor: 0n,
    });
    // Gone, with a late bill: half of the volume is lost, the rest of it is mix, the bill is rate.
    expect(effectsOf({ beforeMinor: 700n, afterMinor: 30n, volumes: { before: 10n, after: 0n } })).toEqual({
      volumeMinor: -350n,
      mixMinor: -350n,
      rateMinor: 30n,
    });
    // Without volume of its own, the whole volume stands in.
    expect(effectsOf({ beforeMinor: 500n, afterMinor: 620n, volumes: { before: 0n, after: 0n } })).toEqual({
      volumeMinor: 0n,
      mixMinor: 0n,
      rateMinor: 120n,
    });
    // From nothing.
    const started = { beforeMinor: 0n, afterMinor: 90n, volumes: { before: 0n, after: 3n } };
    expect(splitVariance([started], started.volumes)).toEqual([{ volumeMinor: 90n, mixMinor: 0n, rateMinor: 0n }]);
  });
});

it('fractions rounded together add up to their rounded sum, each within a unit', () => {
  const fraction = fc.record({ numerator: minor, denominator: fc.bigInt({ min: 1n, max: 10n ** 6n }) });
  fc.assert(
    fc.property(fc.array(fraction, { maxLength: 30 }), (fractions) => {
      const parts = roundTogether(fractions);
      expect(sum(parts)).toBe(roundOf(sumOf(fractions)));
      fractions.forEach(({ numerator, denominator }, index) => {
        const off = (parts[index] ?? 0n) * denominator - numerator;
        expect(off > -denominator && off <= denominator).toBe(true);
      });
    }),
  );
});
