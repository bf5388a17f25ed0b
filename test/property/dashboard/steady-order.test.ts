// Laws of a list that keeps its order under the reader's eyes: nobody is lost or doubled, what was shown keeps its order,
// and from nothing it is sorted.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { steadyOrder } from '../../../src/dashboard/state/steady-order.ts';

interface Ranked {
  id: number;
  rank: number;
}
const records = fc.uniqueArray(fc.record({ id: fc.nat(40), rank: fc.nat(9) }), { selector: ({ id }) => id });
const byRank = (a: Ranked, b: Ranked): number => a.rank - b.rank || a.id - b.id;
const idsOf = (list: readonly Ranked[]): number[] => list.map(({ id }) => id);

describe('a steady order', () => {
  test('holds every record once, those known in the order they were', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(40)), records, (known, given) => {
        const ids = idsOf(steadyOrder(known, given, byRank));
        expect([...ids].sort((a, b) => a - b)).toEqual(idsOf(given).sort((a, b) => a - b));
        expect(ids.filter((id) => known.includes(id))).toEqual(known.filter((id) => ids.includes(id)));
      }),
    );
  });

  test('starts sorted, and stays sorted when only new ones come', () => {
    fc.assert(
      fc.property(records, fc.nat(40), (given, cut) => {
        const first = steadyOrder([], given.slice(0, cut), byRank);
        expect(first).toEqual(given.slice(0, cut).sort(byRank));
        expect(steadyOrder(idsOf(first), given, byRank)).toEqual([...given].sort(byRank));
      }),
    );
  });
});
