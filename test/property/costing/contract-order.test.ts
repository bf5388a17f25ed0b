// The law of the list of contracts: worst first, and a page goes on exactly where the one before it ended.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ContractRow } from '../../../src/costing/contracts/contract-rows.ts';
import { NOTHING_EARNED } from '../../../src/costing/contracts/earned.ts';
import { comparePlaces, placeOf, type ToDate, toDateOf } from '../../../src/costing/contracts/to-date.ts';

const amount = fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: 10n ** 10n }));
const contracts = fc
  .array(fc.record({ currency: fc.constantFrom('CNY', 'JPY'), fee: amount, direct: amount }), { maxLength: 20 })
  .map((all) =>
    all.map(({ currency, fee, direct }, index): ToDate => {
      // The order reads nothing else of a contract.
      const contract = { code: `K-${index}`, currency } as ContractRow;
      const earned = { ...NOTHING_EARNED, feeMinor: fee };
      return toDateOf(contract, earned, NOTHING_EARNED, { directMinor: direct, allocatedMinor: 0n });
    }),
  );
const sorted = (all: readonly ToDate[]): ToDate[] => [...all].sort((a, b) => comparePlaces(placeOf(a), placeOf(b)));

it('puts what only cost first, the dearest first within its currency, then by share, and last what neither earned nor cost', () => {
  fc.assert(
    fc.property(contracts, (all) => {
      const list = sorted(all);
      const groups = list.map(({ sharePpm, marginMinor }) => (sharePpm !== null ? 1 : marginMinor < 0n ? 0 : 2));
      expect(groups).toEqual([...groups].sort((a, b) => a - b));
      list.slice(1).forEach((next, index) => {
        const before = list[index] as ToDate;
        if (groups[index] !== groups[index + 1]) return;
        if (next.sharePpm !== null && before.sharePpm !== null) {
          expect(before.sharePpm).toBeLessThanOrEqual(next.sharePpm);
        } else if (next.contract.currency === before.contract.currency) {
          expect(before.marginMinor <= next.marginMinor).toBe(true);
        }
      });
    }),
  );
});

it('has one place for each contract, whatever order they are read in', () => {
  fc.assert(
    fc.property(contracts, fc.nat(20), (all, at) => {
      const list = sorted(all);
      expect(sorted([...all].reverse())).toEqual(list);
      const last = list[at];
      if (last === undefined) return;
      expect(list.filter((one) => comparePlaces(placeOf(one), placeOf(last)) > 0)).toEqual(list.slice(at + 1));
    }),
  );
});
