// Jobs that wait for a person or for room, the newest first.
import type { VNode } from 'preact';
import type { Page } from '../../../contracts/http/page.ts';
import type { Proposal } from '../../../contracts/http/proposals.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Empty, Loaded } from '../../components/state-views.tsx';
import { useResource } from '../../state/use-resource.ts';
import { ProposalCard } from './proposal-card.tsx';

const LIMIT = 100;

export function ProposalsSection({ version }: { version: number }): VNode {
  const { api } = useApp();
  const words = useWords().models;
  const format = useFormat();
  const load = (state: 'proposed' | 'held') => (signal: AbortSignal) =>
    api.get<Page<Proposal>>('/proposals', { state, limit: LIMIT }, signal);
  const proposed = useResource(`proposed ${version}`, load('proposed'), true);
  const held = useResource(`held ${version}`, load('held'), true);
  const reload = (): void => {
    proposed.reload();
    held.reload();
  };
  const waiting = [...(proposed.value?.items ?? []), ...(held.value?.items ?? [])];
  return (
    <section class="section">
      <header class="section-head">
        <h2>{words.proposals}</h2>
        <span class="muted">
          {words.proposalsHint}
          {waiting.length > 0 && ` · n ${format.integer(waiting.length)}`}
        </span>
      </header>
      <Loaded resource={proposed}>
        {() =>
          waiting.length === 0 ? (
            <Empty icon="check" title={words.noProposals} hint={words.noProposalsHint} />
          ) : (
            <ul class="asked-jobs">
              {waiting.map((proposal) => (
                <li key={proposal.id}>
                  <ProposalCard proposal={proposal} onDecided={reload} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </section>
  );
}
