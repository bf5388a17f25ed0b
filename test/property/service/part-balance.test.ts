import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outstanding, type PartUse, returnsFor } from '../../../src/service/core/part-balance.ts';

const issue = fc.record({
  quantity: fc.integer({ min: 1, max: 9 }),
  unitCostMinor: fc.constantFrom(100n, 250n, 999n),
});
/** Issues (with their cost) and attempts to return a quantity, as they come on one job. */
const entry = fc.oneof(issue, fc.record({ giveBack: fc.integer({ min: 1, max: 12 }) }));

describe('parts out on a job', () => {
  it('never go below zero, and all returns together give back exactly what the issues cost', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 30 }), (entries) => {
        const uses: PartUse[] = [];
        const plain = { serial: null, lot: 'L1', currency: 'CNY' };
        const out = () => uses.reduce((sum, use) => sum + use.quantity, 0);
        const giveBack = (quantity: number): void => {
          const returns = returnsFor(outstanding(uses, null, 'L1'), quantity);
          expect(returns === null).toBe(quantity > out());
          for (const line of returns ?? []) uses.push({ ...plain, ...line, quantity: -line.quantity });
        };
        for (const next of entries) {
          if ('giveBack' in next) giveBack(next.giveBack);
          else uses.push({ ...plain, ...next });
        }
        if (out() > 0) giveBack(out());
        expect(uses.reduce((sum, use) => sum + use.unitCostMinor * BigInt(use.quantity), 0n)).toBe(0n);
      }),
    );
  });

  it('are told apart by serial and lot', () => {
    const use: PartUse = { quantity: 1, serial: 'S1', lot: null, unitCostMinor: 5n, currency: 'CNY' };
    expect(outstanding([use], 'S2', null)).toEqual([]);
    expect(outstanding([use], 'S1', null)).toHaveLength(1);
  });
});
