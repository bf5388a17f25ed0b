// Laws of what is told of an expected overrun: whatever the expectations do, nothing is told twice, what was told is never more than
// a month off what is expected, and who was told of an overrun is told when it is gone.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ExpectedOverrun, MOVED_DAYS, overrunChange } from '../../../src/costing/core/budget/overrun-change.ts';

const DAY_MS = 86_400_000;
const day = fc
  .integer({ min: 0, max: 400 })
  .map((days) => new Date(Date.UTC(2026, 0, 1 + days)).toISOString().slice(0, 10));
/** Over the limit is over; without a day there is no overrun. */
const expected: fc.Arbitrary<ExpectedOverrun> = fc.oneof(
  fc.constant({ isOverLimit: false, isOver: false, crossing: null }),
  fc.record({ isOverLimit: fc.boolean(), isOver: fc.constant(true), crossing: day }),
);

describe('an expected overrun', () => {
  it('is told once for each change, and what was told stays near what is expected', () => {
    fc.assert(
      fc.property(fc.array(expected, { maxLength: 60 }), (all) => {
        let told: string | null = null;
        for (const one of all) {
          const change = overrunChange(told, one);
          if (change === 'appeared') expect([told, one.isOverLimit]).toEqual([null, true]);
          if (change === 'gone') expect(told !== null && !one.isOver).toBe(true);
          if (change !== null) told = change === 'gone' ? null : one.crossing;
          // Looking again changes nothing.
          expect(overrunChange(told, one)).toBeNull();
          if (told !== null) {
            const apart = Math.abs(Date.parse(one.crossing ?? '') - Date.parse(told)) / DAY_MS;
            expect(apart).toBeLessThan(MOVED_DAYS);
          } else expect(one.isOverLimit).toBe(false);
        }
      }),
      { numRuns: 300 },
    );
  });
});
