// Drafts that wait for a second person, with the button for whoever may put them in force. For whoever sees everything: drafts are
// of every region.
import type { VNode } from 'preact';
import type { Budget } from '../../../contracts/http/budgets.ts';
import type { Page } from '../../../contracts/http/page.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { useCommand } from '../../state/use-command.ts';
import { useResource } from '../../state/use-resource.ts';

/** Versions shown; older ones are history. */
const SHOWN = 4;

export function BudgetVersions({ round, onChanged }: { round: number; onChanged: () => void }): VNode | null {
  const { api } = useApp();
  const words = useWords().forecast;
  const versions = useResource(`budgets ${round}`, (signal) => api.get<Page<Budget>>('/budgets', {}, signal), true);
  const drafts = (versions.value?.items ?? []).filter(({ activatedAt }) => activatedAt === null).slice(0, SHOWN);
  if (drafts.length === 0) return null;
  return (
    <ul class="budget-drafts section-body" aria-label={words.drafts}>
      {drafts.map((budget) => (
        <Draft key={`${budget.code} ${budget.version}`} budget={budget} onChanged={onChanged} />
      ))}
    </ul>
  );
}

function Draft({ budget, onChanged }: { budget: Budget; onChanged: () => void }): VNode {
  const { api, session } = useApp();
  const words = useWords().forecast;
  const format = useFormat();
  const command = useCommand();
  const isOwn = session.person.value?.email === budget.author;
  const activate = (): void =>
    command.run(async (key) => {
      await api.post(`/budgets/${budget.code}/versions/${budget.version}/activate`, {}, key);
      onChanged();
    });
  return (
    <li class="line wrap">
      <span class="tag is-warm">{words.draft}</span>
      <span>{words.version(budget.code, format.integer(budget.version))}</span>
      <span class="muted">
        {budget.author} · {format.period(budget.from)} – {format.period(budget.to)} · {format.money(budget.total)}
      </span>
      {session.can('costs:approve') &&
        (isOwn ? (
          <span class="muted">{words.secondPerson}</span>
        ) : (
          <button type="button" class="button" disabled={command.isBusy} onClick={activate}>
            {words.activate}
          </button>
        ))}
      {command.problem !== null && (
        <span class="form-message" role="alert">
          {command.problem}
        </span>
      )}
    </li>
  );
}
