// Taking a fact back, under what is behind it: the form to propose it, or the proposal that waits and where it is decided.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { CostFact } from '../../../../contracts/http/costs.ts';
import type { ManualPosting } from '../../../../contracts/http/manual-postings.ts';
import type { Page } from '../../../../contracts/http/page.ts';
import { useApp, useFormat, useWords } from '../../../app-context.ts';
import { Field } from '../../../components/field.tsx';
import { useResource } from '../../../state/use-resource.ts';
import { useScope } from '../../../state/use-scope.ts';
import { ProposalForm } from '../rates/proposal-form.tsx';
import { useCostsVersion } from '../use-cost-query.ts';

/** Proposals looked through for one of this fact; the API refuses a second one whatever is found. */
const WAITING_READ = 100;

interface ReversalProps {
  fact: CostFact;
  reversedBy: number | null;
}

/** A reversal is final, and so is what was reversed. */
export function ReversalSection({ fact, reversedBy }: ReversalProps): VNode | null {
  const { session } = useApp();
  const isOpen = fact.reversalOf === null && reversedBy === null && session.seesEverything();
  return isOpen ? <Reversal fact={fact} /> : null;
}

function Reversal({ fact }: { fact: CostFact }): VNode | null {
  const { api } = useApp();
  const words = useWords();
  const format = useFormat();
  const [round, setRound] = useState(0);
  const version = useCostsVersion();
  const waiting = useResource(
    `waiting postings ${round} ${version}`,
    async (signal) =>
      (await api.get<Page<ManualPosting>>('/costs/postings', { waiting: true, limit: WAITING_READ }, signal)).items,
    true,
  );
  if (waiting.value === null) return null;
  const proposal = waiting.value.find(({ reverses }) => reverses === fact.id);
  if (proposal) return <Waiting proposal={proposal} />;
  return (
    <ProposalForm
      title={words.explain.reverse}
      path={`/costs/facts/${fact.id}/reverse`}
      initial={{ note: '' }}
      isWhole={({ note }) => note.trim() !== ''}
      body={(draft) => draft}
      onSent={() => setRound((before) => before + 1)}
    >
      {({ note }, set) => (
        <>
          <p class="muted">{words.explain.reverseHint(format.moneyExact(fact.amount))}</p>
          <Field label={words.rates.reason}>
            <input maxLength={500} value={note} onInput={(event) => set({ note: event.currentTarget.value })} />
          </Field>
        </>
      )}
    </ProposalForm>
  );
}

function Waiting({ proposal }: { proposal: ManualPosting }): VNode {
  const { session } = useApp();
  const words = useWords();
  const format = useFormat();
  const { href } = useScope();
  const { author, createdAt, amount, note } = proposal;
  const { waiting } = words.rates;
  return (
    <section class="explain-waiting" aria-label={waiting.title}>
      <p class="line wrap">
        <span class="tag is-warm">{words.explain.reversalWaits}</span>
        <strong>{format.moneyExact(amount)}</strong>
        <span>{note}</span>
      </p>
      <p class="muted">
        {author === session.person.value?.email ? waiting.own : waiting.by(author, format.dateTime(createdAt))}
        {' · '}
        <a class="link" href={href('/costs', { tab: 'rates' })}>
          {words.explain.decided(words.costs.tabs.rates)}
        </a>
      </p>
    </section>
  );
}
