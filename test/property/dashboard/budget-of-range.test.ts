// Laws of the budget beside the period's cost: lines of one scope add up, lines that could count a cost twice are not added, and a
// narrowed scope has its own lines alone.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BudgetConsumption } from '../../../src/contracts/http/budgets.ts';
import { moneyOf } from '../../../src/contracts/money.ts';
import { budgetOfRange } from '../../../src/dashboard/views/costs/budget-of-range.ts';

const cny = (minor: bigint) => moneyOf(minor, 'CNY');
const consumption = (rows: { part: Record<string, string>; budget: bigint; spent: bigint }[]) =>
  ({
    budget: { code: 'b', version: 1, currency: 'CNY' },
    rows: rows.map(({ part, budget, spent }) => ({ part, budgetToDate: cny(budget), spent: cny(spent) })),
  }) as unknown as BudgetConsumption;
const everything = { region: null, customer: null };

test('lines of the same dimensions add up, and a scope has its own', () => {
  const line = fc.record({
    part: fc.record({ region: fc.constantFrom('east', 'west', 'north') }),
    budget: fc.bigInt({ min: 0n, max: 10n ** 15n }),
    spent: fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
  });
  fc.assert(
    fc.property(fc.uniqueArray(line, { minLength: 1, selector: ({ part }) => part.region }), (lines) => {
      const sum = (of: (one: (typeof lines)[number]) => bigint) =>
        cny(lines.reduce((total, one) => total + of(one), 0n));
      expect(budgetOfRange(consumption(lines), everything)).toEqual({
        budget: sum(({ budget }) => budget),
        spent: sum(({ spent }) => spent),
        lines: lines.length,
      });
      const east = lines.find(({ part }) => part.region === 'east');
      expect(budgetOfRange(consumption(lines), { region: 'east', customer: null })).toEqual(
        east ? { budget: cny(east.budget), spent: cny(east.spent), lines: 1 } : null,
      );
    }),
  );
});

test('a region beside a product, or no budget, says nothing', () => {
  const twice = [
    { part: { region: 'east' }, budget: 10n, spent: 1n },
    { part: { product: 'mri' }, budget: 10n, spent: 1n },
  ];
  expect(budgetOfRange(consumption(twice), everything)).toBeNull();
  expect(budgetOfRange(consumption(twice), { region: 'east', customer: null })?.lines).toBe(1);
  expect(budgetOfRange({ ...consumption([]), budget: null }, everything)).toBeNull();
});
