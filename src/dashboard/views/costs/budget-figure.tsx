// The period against the budget in force: what its lines for these months and this scope allow, and how much of it is spent.
import type { VNode } from 'preact';
import type { BudgetConsumption } from '../../../contracts/http/budgets.ts';
import { minorOf, moneyOf } from '../../../contracts/money.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { rangeText } from '../../state/periods.ts';
import { useResource } from '../../state/use-resource.ts';
import { useScope } from '../../state/use-scope.ts';
import { budgetOfRange } from './budget-of-range.ts';

export function BudgetFigure(): VNode | null {
  const { api } = useApp();
  const words = useWords().costs.budget;
  const format = useFormat();
  const { filter, href } = useScope();
  const period = rangeText(filter.range);
  // The answer forecasts every line: it is asked for with the screen, not with every fact.
  const { value } = useResource(
    `budget of ${period}`,
    (signal) => api.get<BudgetConsumption>('/budgets/consumption', { period }, signal),
    true,
  );
  const found = value && budgetOfRange(value, filter);
  if (!found) return null;
  const [budget, spent] = [minorOf(found.budget) ?? 0n, minorOf(found.spent) ?? 0n];
  if (budget === 0n) return null;
  const isOver = spent > budget;
  const difference = format.money(moneyOf(isOver ? spent - budget : budget - spent, found.budget.currency));
  return (
    <p class="figure-note" title={words.hint(format.integer(found.lines))}>
      <a href={href('/costs', { tab: 'forecast' })}>{words.name}</a> {format.money(found.budget)} ·{' '}
      {words.used(format.percent1(Number(spent) / Number(budget)))} ·{' '}
      <span class={`delta ${isOver ? 'is-bad' : 'is-good'}`}>
        {isOver ? words.over(difference) : words.left(difference)}
      </span>
    </p>
  );
}
