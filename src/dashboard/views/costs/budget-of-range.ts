// What the budget in force says to the months and the scope on screen: its lines for that scope added up, where no two of them are for
// the same cost. Pure.
import type { BudgetConsumption } from '../../../contracts/http/budgets.ts';
import { minorOf, type Money, moneyOf } from '../../../contracts/money.ts';

export interface RangeBudget {
  budget: Money;
  /** In these lines alone: cost that no line is for is not held against them. */
  spent: Money;
  lines: number;
}

export interface RangeScope {
  region: string | null;
  customer: string | null;
}

/** `null`: no budget for the scope, or lines that may count the same cost twice. */
export function budgetOfRange(
  { budget, rows }: BudgetConsumption,
  { region, customer }: RangeScope,
): RangeBudget | null {
  const asked = Object.entries({ region, customer }).filter(([, code]) => code !== null);
  const own = rows.filter(({ part }) => asked.every(([dimension, code]) => part[dimension] === code));
  const first = own[0];
  if (budget === null || first === undefined) return null;
  const dimensionsOf = (part: Readonly<Record<string, string>>): string => Object.keys(part).sort().join(',');
  // Lines of the same dimensions are of different values; a region beside a product may be partly the same cost.
  if (own.some(({ part }) => dimensionsOf(part) !== dimensionsOf(first.part))) return null;
  const sum = (amounts: readonly Money[]): Money =>
    moneyOf(
      amounts.reduce((total, amount) => total + (minorOf(amount) ?? 0n), 0n),
      budget.currency,
    );
  return {
    budget: sum(own.map(({ budgetToDate }) => budgetToDate)),
    spent: sum(own.map(({ spent }) => spent)),
    lines: own.length,
  };
}
