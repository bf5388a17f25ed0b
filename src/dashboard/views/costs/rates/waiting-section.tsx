// Everything that was proposed and not decided, oldest first: what it would change, who proposed it, and the two answers to it.
import type { VNode } from 'preact';
import type { Proposed } from '../../../../contracts/http/second-person.ts';
import { useApp, useFormat, useWords } from '../../../app-context.ts';
import { useCommand } from '../../../state/use-command.ts';
import type { RateBook } from './rate-book.ts';
import { useEntryText } from './entry-text.ts';
import { FormMessage } from '../../../components/form-message.tsx';

interface Waiting {
  kind: 'rate' | 'exchange' | 'merge' | 'posting' | 'reversal';
  path: string;
  text: string;
  entry: Proposed;
}

function useWaiting(book: RateBook): Waiting[] {
  const textOf = useEntryText(book);
  const { rates, exchange, merges, postings } = book;
  const all: Waiting[] = [
    ...rates.map((entry) => ({ kind: 'rate' as const, path: '/rates', text: textOf.rate(entry), entry })),
    ...exchange.map((entry) => ({
      kind: 'exchange' as const,
      path: '/rates/exchange',
      text: textOf.exchange(entry),
      entry,
    })),
    ...merges.map((entry) => ({
      kind: 'merge' as const,
      path: '/costs/dimension-mappings',
      text: textOf.merge(entry),
      entry,
    })),
    ...postings.map((entry) => ({
      kind: entry.reverses === null ? ('posting' as const) : ('reversal' as const),
      path: '/costs/postings',
      text: textOf.posting(entry),
      entry,
    })),
  ];
  return all
    .filter(({ entry }) => entry.decision === null)
    .sort((a, b) => (a.entry.createdAt < b.entry.createdAt ? -1 : 1));
}

export function WaitingSection({ book, onChanged }: { book: RateBook; onChanged: () => void }): VNode {
  const words = useWords().rates.waiting;
  const waiting = useWaiting(book);
  return (
    <section class="section">
      <header class="section-head">
        <h2>{words.title}</h2>
        <span class="muted">{words.hint}</span>
      </header>
      {waiting.length === 0 ? (
        <p class="section-body muted">{words.none}</p>
      ) : (
        <ul class="section-body rates-waiting">
          {waiting.map((each) => (
            <WaitingLine key={`${each.path} ${each.entry.id}`} waiting={each} onChanged={onChanged} />
          ))}
        </ul>
      )}
    </section>
  );
}

function WaitingLine({ waiting, onChanged }: { waiting: Waiting; onChanged: () => void }): VNode {
  const { api, session } = useApp();
  const words = useWords().rates.waiting;
  const format = useFormat();
  const command = useCommand();
  const { kind, path, text, entry } = waiting;
  const isOwn = entry.author === session.person.value?.email;
  const decide = (decision: 'approve' | 'withdraw'): void =>
    command.run(async (key) => {
      await api.post(`${path}/${entry.id}/${decision}`, {}, key);
      onChanged();
    });
  return (
    <li>
      <span class="tag is-warm">{words.kind[kind]}</span>
      <span class="rates-what">
        {text}
        <span class="muted">{isOwn ? words.own : words.by(entry.author, format.dateTime(entry.createdAt))}</span>
      </span>
      <span class="line">
        {session.can('costs:approve') && !isOwn && (
          <button
            type="button"
            class="button primary"
            aria-label={`${words.approve}: ${text}`}
            disabled={command.isBusy}
            onClick={() => decide('approve')}
          >
            {words.approve}
          </button>
        )}
        {session.can('costs:write') && (
          <button
            type="button"
            class="button"
            aria-label={`${words.withdraw}: ${text}`}
            disabled={command.isBusy}
            onClick={() => decide('withdraw')}
          >
            {words.withdraw}
          </button>
        )}
      </span>
      <FormMessage text={command.problem} />
    </li>
  );
}
