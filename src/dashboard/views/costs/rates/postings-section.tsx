// Postings by hand with the cost each became, and the form to propose a shared cost for a pool.
import type { VNode } from 'preact';
import { COST_ELEMENTS, type CostElement } from '../../../../contracts/costs.ts';
import { useFormat, useWords } from '../../../app-context.ts';
import { Field, Select } from '../../../components/field.tsx';
import { AmountFields, isAmount } from './amount-fields.tsx';
import { EntryTable } from './entry-table.tsx';
import { useEntryText } from './entry-text.ts';
import { ProposalForm } from './proposal-form.tsx';
import type { RateBook } from './rate-book.ts';

interface Draft {
  pool: string;
  element: CostElement;
  amount: string;
  currency: string;
  occurredOn: string;
  note: string;
}

export function PostingsSection({ book, onChanged }: { book: RateBook; onChanged: () => void }): VNode {
  const words = useWords();
  const format = useFormat();
  const textOf = useEntryText(book);
  const { postings, amount } = words.rates;
  const initial: Draft = {
    pool: book.pools[0]?.code ?? '',
    element: 'overhead',
    amount: '',
    currency: book.postings[0]?.amount.currency ?? 'CNY',
    occurredOn: '',
    note: '',
  };
  return (
    <section class="section">
      <header class="section-head">
        <h2>{postings.title}</h2>
        <span class="muted">{postings.hint}</span>
      </header>
      <EntryTable
        label={postings.title}
        none={postings.none}
        entries={book.postings}
        columns={[
          { head: postings.on, cell: ({ occurredOn }) => format.date(occurredOn) },
          {
            head: postings.pool,
            cell: ({ pool, reverses }) =>
              reverses === null ? textOf.pool(pool) : postings.takesBack(String(reverses)),
          },
          { head: words.costs.fact.element, cell: ({ element }) => words.terms.element[element] },
          { head: amount, kind: 'number', cell: (posting) => format.moneyExact(posting.amount) },
          {
            head: postings.note,
            kind: 'words',
            cell: ({ note, fact }) => (
              <>
                {note}
                {fact !== null && <span class="muted"> · {postings.fact(String(fact))}</span>}
              </>
            ),
          },
        ]}
      />
      <ProposalForm
        title={postings.add}
        path="/costs/facts"
        initial={initial}
        isWhole={(draft) => isAmount(draft) && draft.pool !== '' && draft.occurredOn !== '' && draft.note.trim() !== ''}
        body={({ amount: sum, currency, ...draft }) => ({ ...draft, amount: { amount: sum, currency } })}
        onSent={onChanged}
      >
        {(draft, set) => (
          <>
            <Field label={postings.pool}>
              <Select
                value={draft.pool}
                options={book.pools.map(({ code, name }) => ({ value: code, text: format.text(name) }))}
                onChange={(pool) => set({ pool })}
              />
            </Field>
            <Field label={words.costs.fact.element}>
              <Select
                value={draft.element}
                options={COST_ELEMENTS.map((value) => ({ value, text: words.terms.element[value] }))}
                onChange={(element) => set({ element })}
              />
            </Field>
            <AmountFields draft={draft} onChange={set} />
            <Field label={postings.on}>
              <input
                type="date"
                value={draft.occurredOn}
                onInput={(event) => set({ occurredOn: event.currentTarget.value })}
              />
            </Field>
            <Field label={postings.note}>
              <input maxLength={500} value={draft.note} onInput={(event) => set({ note: event.currentTarget.value })} />
            </Field>
          </>
        )}
      </ProposalForm>
    </section>
  );
}
