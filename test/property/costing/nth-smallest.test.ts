import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nthSmallest } from '../../../src/costing/core/nth-smallest.ts';

it('is what a sort finds at the same place, equals among them too', () => {
  const values = fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true })), { minLength: 1 });
  fc.assert(
    fc.property(values, fc.nat(), (list, at) => {
      const n = at % list.length;
      expect(nthSmallest(Float64Array.from(list), n) + 0).toBe((Float64Array.from(list).sort()[n] as number) + 0);
    }),
  );
});
