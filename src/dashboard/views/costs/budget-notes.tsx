// What a budget's figures leave out, and what was told of a line: months too far ahead, cost without a rate, merged values.
import type { VNode } from 'preact';
import type { BudgetConsumption, BudgetUse } from '../../../contracts/http/budgets.ts';
import { useFormat, useWords } from '../../app-context.ts';

export function LeftOut({ consumption }: { consumption: BudgetConsumption }): VNode | null {
  const words = useWords().forecast;
  const format = useFormat();
  const { outOfScope, monthsAhead, monthsLeftOut, notConverted, budget } = consumption;
  // Cost of one currency is one sentence, whatever months it is of.
  const currencies = [...new Set(notConverted.map(({ amount }) => amount.currency))];
  const notes = [
    ...(monthsLeftOut > 0 ? [words.monthsLeftOut(format.integer(monthsLeftOut), format.integer(monthsAhead))] : []),
    ...(currencies.length > 0 && budget ? [words.notConverted(currencies.join(', '), budget.currency)] : []),
    ...(outOfScope > 0 ? [words.outOfScope(format.integer(outOfScope))] : []),
  ];
  if (notes.length === 0) return null;
  return (
    <div class="section-body">
      {notes.map((note) => (
        <p key={note} class="muted">
          {note}
        </p>
      ))}
    </div>
  );
}

/** What people were told of the line's expected overrun, and when. */
export function Told({ told }: Pick<BudgetUse, 'told'>): VNode | null {
  const words = useWords().forecast;
  const format = useFormat();
  if (told === null) return null;
  const day = told.crossing === null ? '' : format.date(told.crossing);
  return (
    <span class="budget-range muted" title={words.toldHint}>
      {words.told[told.change](format.date(told.at), day)}
    </span>
  );
}

export function Written({ written }: Pick<BudgetUse, 'written'>): VNode | null {
  const words = useWords().forecast;
  if (written.length === 0) return null;
  return (
    <span class="budget-range muted">
      {words.merged(written.map((part) => Object.values(part).join(' · ')).join(', '))}
    </span>
  );
}
