// Laws of the value screen's columns: a side's stack is that side's cost to the minor unit, and what was avoided is never
// part of what was spent.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COST_ELEMENTS, type CostElement } from '../../../src/contracts/costs.ts';
import type { Avoidance, ValueSide } from '../../../src/contracts/http/maintenance-value.ts';
import { moneyOf } from '../../../src/contracts/money.ts';
import { elementsIn, SIDES, valueColumns } from '../../../src/dashboard/views/value/value-columns.ts';

type Parts = ReadonlyMap<CostElement, bigint>;
const cny = (minor: bigint) => moneyOf(minor, 'CNY');
const sum = (parts: Iterable<bigint>): bigint => [...parts].reduce((total, part) => total + part, 0n);
const sideOf = (parts: Parts): ValueSide => ({
  cost: cny(sum(parts.values())),
  byElement: [...parts].map(([element, minor]) => ({ element, cost: cny(minor) })),
  jobs: 0,
  downtimeHours: 0,
  costPerDeviceHour: null,
});
const avoidanceOf = (net: bigint): Avoidance => ({
  gross: cny(net),
  falseAlarmCost: cny(0n),
  net: cny(net),
  truePositives: 0,
  falsePositives: 0,
  censored: 0,
  conservative: { net: cny(net), confirmed: 0, undecidedCost: cny(0n) },
});

const amount = fc.bigInt({ min: -1_000_000n, max: 10n ** 12n });
const parts = fc
  .dictionary(fc.constantFrom(...COST_ELEMENTS), amount)
  .map((record): Parts => new Map(Object.entries(record) as [CostElement, bigint][]));
const month = fc.record({ preventive: parts, reactive: parts, net: amount });

describe('the columns of the value screen', () => {
  test('stack to the cost of each side in each month; the outline is the net alone', () => {
    fc.assert(
      fc.property(fc.array(month, { minLength: 1, maxLength: 12 }), (months) => {
        const value = {
          months: months.map(({ preventive, reactive, net }) => ({
            preventive: sideOf(preventive),
            reactive: sideOf(reactive),
            avoidance: avoidanceOf(net),
          })),
          preventive: sideOf(wholeOf(months.map((one) => one.preventive))),
          reactive: sideOf(wholeOf(months.map((one) => one.reactive))),
        };
        const columns = valueColumns(value, { element: (element) => element, avoided: 'avoided' });
        for (const [index, one] of months.entries()) {
          for (const side of SIDES) {
            const stack = columns.filter((column) => column.stack === side && !column.isOutline);
            expect(sum(stack.map(({ minor }) => minor[index] ?? 0n))).toBe(sum(one[side].values()));
          }
          expect(columns.filter(({ isOutline }) => isOutline).map(({ minor }) => minor[index])).toEqual([one.net]);
        }
        expect(elementsIn(value)).toEqual(COST_ELEMENTS.filter((element) => elementsIn(value).includes(element)));
      }),
    );
  });
});

const wholeOf = (all: readonly Parts[]): Parts => {
  const whole = new Map<CostElement, bigint>();
  for (const side of all) for (const [element, minor] of side) whole.set(element, (whole.get(element) ?? 0n) + minor);
  return whole;
};
