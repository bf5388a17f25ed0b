// One job a prognosis asks for: probability against p*, what is at stake, why it waits; opened with one press or dismissed with a reason.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Proposal } from '../../../contracts/http/proposals.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { useCommand } from '../../state/use-command.ts';
import { useScope } from '../../state/use-scope.ts';
import { FormMessage } from '../../components/form-message.tsx';

export function ProposalCard({ proposal, onDecided }: { proposal: Proposal; onDecided: () => void }): VNode {
  const { api, session } = useApp();
  const words = useWords().models;
  const format = useFormat();
  const { href } = useScope();
  const [note, setNote] = useState<string | null>(null);
  const command = useCommand();
  const { state, threshold } = proposal;
  const isOpen = state === 'proposed' || state === 'held';
  const decide = (what: 'confirm' | 'dismiss', body: object): void =>
    command.run(async (key) => {
      await api.post(`/proposals/${proposal.id}/${what}`, body, key);
      onDecided();
    });
  return (
    <div class="asked-job">
      <div class="asked-what">
        <span class="line wrap">
          <a href={href(`/alerts/${proposal.alertId}`)}>
            <strong>{proposal.device}</strong>
          </a>
          <span>
            {format.text(proposal.component.name)} · {format.text(proposal.failureMode.name)}
          </span>
          <span class={isOpen ? 'tag is-warm' : 'tag'}>{words.proposalState[state]}</span>
        </span>
        <span class="muted">
          {words.why[proposal.why]} · {format.text(proposal.station.name)}
          {proposal.note !== null && ` · ${proposal.note}`}
        </span>
      </div>
      <span class="number">
        {format.percent(proposal.probability)}
        {threshold !== null && <span class="scorecard-note">{words.threshold(format.percent1(threshold))}</span>}
      </span>
      <span class="number">{proposal.value === null ? '' : format.money(proposal.value)}</span>
      <span class="line wrap asked-acts">
        {proposal.workOrderId !== null && (
          <a href={href(`/work-orders/${proposal.workOrderId}`)}>{words.job(String(proposal.workOrderId))}</a>
        )}
        {isOpen && session.can('work-orders:write') && note === null && (
          <>
            <button
              type="button"
              class="button primary"
              disabled={command.isBusy}
              onClick={() => decide('confirm', {})}
            >
              {words.confirm}
            </button>
            <button type="button" class="button" disabled={command.isBusy} onClick={() => setNote('')}>
              {words.dismiss}
            </button>
          </>
        )}
        {note !== null && (
          <>
            <input
              aria-label={words.dismissWhy}
              placeholder={words.dismissWhy}
              value={note}
              maxLength={500}
              onInput={(event) => setNote(event.currentTarget.value)}
            />
            <button
              type="button"
              class="button"
              disabled={command.isBusy || note.trim() === ''}
              onClick={() => decide('dismiss', { note })}
            >
              {words.dismiss}
            </button>
          </>
        )}
      </span>
      <FormMessage text={command.problem} />
    </div>
  );
}
