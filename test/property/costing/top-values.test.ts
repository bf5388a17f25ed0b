// Laws of the largest values: whatever is folded into others, every sum stays what it was, the largest stand by themselves, and cost
// without a value is never among the others.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { byOrigin, NOTHING, plus, totalOf } from '../../../src/costing/core/origins.ts';
import { foldSmaller } from '../../../src/costing/top-values.ts';

const amount = fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n });
const row = fc.record({
  keys: fc.record({
    device: fc.option(
      fc.nat(30).map((n) => `d${n}`),
      { freq: 6 },
    ),
    element: fc.constantFrom('labour', 'parts', 'travel'),
  }),
  amounts: fc.record(byOrigin(() => amount)),
  lines: fc.nat(5),
});
const BY = ['device', 'element'] as const;

it('keeps every sum and the largest values, and tells how many the others are', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 80 }), fc.integer({ min: 1, max: 12 }), (rows, top) => {
      const folded = foldSmaller(rows, BY, [top]);
      const sumOf = (all: readonly { amounts: typeof NOTHING }[]) =>
        all.map((one) => one.amounts).reduce(plus, NOTHING);
      expect(sumOf(folded)).toEqual(sumOf(rows));
      for (const element of ['labour', 'parts', 'travel']) {
        const of = <T extends { keys: Record<string, string | null> }>(all: readonly T[]) =>
          all.filter(({ keys }) => keys['element'] === element);
        expect(sumOf(of(folded))).toEqual(sumOf(of(rows)));
      }
      const codes = new Set(rows.flatMap(({ keys: { device } }) => (device === null ? [] : [device])));
      const kept = new Set(folded.flatMap(({ keys }) => (keys['device'] == null ? [] : [keys['device']])));
      expect(kept.size).toBe(Math.min(top, codes.size));
      const others = folded.filter((one) => one.others.device !== undefined);
      expect(new Set(others.map((one) => one.others.device))).toEqual(
        new Set(codes.size > top ? [codes.size - top] : []),
      );
      const totalOfDevice = (device: string | null) =>
        totalOf(sumOf(rows.filter(({ keys }) => keys.device === device)));
      for (const code of codes)
        if (!kept.has(code)) for (const other of kept) expect(totalOfDevice(other) >= totalOfDevice(code)).toBe(true);
      const without = folded.filter(({ keys, others: { device } }) => keys['device'] === null && device === undefined);
      expect(totalOf(sumOf(without))).toBe(totalOfDevice(null));
    }),
  );
});
