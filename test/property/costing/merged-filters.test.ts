// Laws of filters where values were merged: whoever counts as a value that is named passes, under whichever name the rules and
// the receiver have it, and what a run stores of the merges is all that its filters ask.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AllocationSegment } from '../../../src/contracts/http/allocation.ts';
import { followedBy, withMerged } from '../../../src/costing/core/merged-filters.ts';
import { createMappings, loopOf, type ValueMapping } from '../../../src/costing/core/value-mapping.ts';

const CODES = ['a', 'b', 'c', 'd', 'e'];
const dimension = fc.constantFrom('customer' as const, 'product' as const);
const code = fc.constantFrom(...CODES);
/** Each value counts as one other at most, and none as itself through however many. */
function withoutLoops(list: readonly ValueMapping[]): ValueMapping[] {
  const kept: ValueMapping[] = [];
  for (const one of list) {
    const isTaken = kept.some(({ dimension: of, from }) => of === one.dimension && from === one.from);
    if (!isTaken && one.from !== one.to && !loopOf(kept, one)) kept.push(one);
  }
  return kept;
}
const merges = fc.array(fc.record({ dimension, from: code, to: code }), { maxLength: 12 }).map(withoutLoops);
const filter = fc.dictionary(dimension, fc.uniqueArray(code, { minLength: 1, maxLength: 3 }), { maxKeys: 2 });
const segment: fc.Arbitrary<AllocationSegment> = fc.record({
  pool: fc.constant('it'),
  driver: fc.constant('visits' as const),
  filter,
  activities: fc.array(fc.record({ driver: fc.constant('visits' as const), minutes: fc.constant(1), filter }), {
    maxLength: 2,
  }),
});
const segments = fc.array(segment, { minLength: 1, maxLength: 3 });
const filtersIn = (list: readonly AllocationSegment[]) =>
  list.flatMap((one) => [one.filter ?? {}, ...(one.activities ?? []).map((activity) => activity.filter ?? {})]);

describe('filters of rules where values were merged', () => {
  it('name exactly the values that count as one they named', () => {
    fc.assert(
      fc.property(segments, merges, (list, inForce) => {
        const mappings = createMappings(inForce);
        const after = filtersIn(withMerged({ segments: list }, followedBy(list, inForce)).segments);
        filtersIn(list).forEach((before, index) => {
          for (const of of ['customer', 'product'] as const) {
            const [wanted, found] = [before[of], after[index]?.[of]];
            const passing = CODES.filter((value) =>
              wanted?.some((each) => mappings.standFor(of, each) === mappings.standFor(of, value)),
            );
            expect(found?.toSorted() ?? []).toEqual(passing);
          }
        });
      }),
    );
  });

  it('need no more than the merges that were stored', () => {
    fc.assert(
      fc.property(segments, merges, (list, inForce) => {
        const followed = followedBy(list, inForce);
        const valuesBy = (merged: readonly ValueMapping[]) =>
          filtersIn(withMerged({ segments: list }, merged).segments).map((one) =>
            Object.entries(one).map(([of, codes]) => [of, codes?.toSorted()]),
          );
        expect(valuesBy(followed)).toEqual(valuesBy(inForce));
        expect(followedBy(list, inForce.toReversed())).toEqual(followed);
        expect(followedBy(list, followed)).toEqual(followed);
      }),
    );
  });
});
