// One month: its checklist, who closed and approved it, what the final run moved, and what came late.
import type { VNode } from 'preact';
import type { PeriodDetail, PeriodStep, PostingPeriod } from '../../../../contracts/http/periods.ts';
import { useApp, useFormat, useWords } from '../../../app-context.ts';
import { Loaded } from '../../../components/state-views.tsx';
import { useResource } from '../../../state/use-resource.ts';
import { Amounts } from './amounts.tsx';
import { PeriodActions } from './period-actions.tsx';
import { TrueUpTable } from './true-up-table.tsx';

interface PeriodSectionProps {
  shown: PostingPeriod;
  version: number;
  onChanged: () => void;
}

export function PeriodSection({ shown, version, onChanged }: PeriodSectionProps): VNode {
  const { api } = useApp();
  const words = useWords().books;
  const format = useFormat();
  const detail = useResource(
    `period ${shown.period} ${shown.state} ${version}`,
    (signal) => api.get<PeriodDetail>(`/periods/${shown.period}`, undefined, signal),
    true,
  );
  return (
    <section class="section">
      <header class="section-head">
        <h2>{format.period(shown.period)}</h2>
        <span class="muted">{words.stateHint[shown.state]}</span>
      </header>
      <Loaded resource={detail}>
        {(period) => (
          <div class="section-body stack">
            <PeriodActions period={period} onChanged={onChanged} />
            <Late period={period} />
            {period.steps.map((step) => (
              <Step key={step.id} step={step} />
            ))}
          </div>
        )}
      </Loaded>
    </section>
  );
}

function Late({ period }: { period: PeriodDetail }): VNode | null {
  const words = useWords();
  const format = useFormat();
  const { late, adjustments } = period;
  if (late.n === 0 && adjustments.n === 0) return null;
  return (
    <div>
      {adjustments.n > 0 && (
        <p class="muted">
          {words.books.took(format.integer(adjustments.n))} <Amounts of={adjustments.amounts} />
        </p>
      )}
      {late.n > 0 && (
        <details>
          <summary>
            {words.books.late(format.integer(late.n))} <Amounts of={late.amounts} />
          </summary>
          <ul class="books-late">
            {late.facts.map((fact) => (
              <li key={fact.id}>
                {format.date(fact.occurredOn)} · {words.terms.element[fact.element]} ·{' '}
                <span class="number">{format.moneyExact(fact.amount)}</span> →{' '}
                {words.books.postedTo(format.period(fact.period))}
                {fact.note !== null && <span class="muted"> · {fact.note}</span>}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

interface DecisionWords {
  approved: (actor: string, at: string) => string;
  withdrawn: (actor: string, at: string) => string;
  pending: string;
}
function decisionOf(
  { approvedBy, approvedAt, withdrawnBy, withdrawnAt }: PeriodStep,
  words: DecisionWords,
  timeOf: (at: string) => string,
): string {
  if (approvedBy !== null && approvedAt !== null) return words.approved(approvedBy, timeOf(approvedAt));
  if (withdrawnBy !== null && withdrawnAt !== null) return words.withdrawn(withdrawnBy, timeOf(withdrawnAt));
  return words.pending;
}

function Step({ step }: { step: PeriodStep }): VNode {
  const words = useWords().books;
  const format = useFormat();
  const { kind, author, at, reason, run, trueUp } = step;
  const decided = decisionOf(step, words, format.dateTime);
  return (
    <details class="books-step">
      <summary>
        <strong>{words.step[kind]}</strong>{' '}
        <span class="muted">
          {words.asked(author, format.dateTime(at))}
          {` · ${decided}`}
          {reason !== null && ` · ${reason}`}
        </span>
      </summary>
      {run !== null && (
        <p class="muted">{kind === 'close' ? words.finalRun(String(run)) : words.takenBack(String(run))}</p>
      )}
      <ul class="books-late">
        {step.checklist
          .filter(({ n }) => n > 0)
          .map(({ item, n, reason: why }) => (
            <li key={item}>
              {words.item[item]} ({format.integer(n)}){why !== null && `: ${why}`}
            </li>
          ))}
      </ul>
      {trueUp.length > 0 && <TrueUpTable lines={trueUp} />}
    </details>
  );
}
