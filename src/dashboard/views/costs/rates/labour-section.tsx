// Labour and travel rates by date, and the form to propose the next one.
import type { VNode } from 'preact';
import { type NewRate, RATE_KINDS } from '../../../../contracts/http/rates.ts';
import { useFormat, useWords } from '../../../app-context.ts';
import { Field, Select } from '../../../components/field.tsx';
import { AmountFields, isAmount } from './amount-fields.tsx';
import { EntryTable } from './entry-table.tsx';
import { dayFrom, useEntryText } from './entry-text.ts';
import { ProposalForm } from './proposal-form.tsx';
import type { RateBook } from './rate-book.ts';

interface Draft {
  kind: NewRate['kind'];
  engineer: string;
  amount: string;
  currency: string;
  from: string;
}

export function LabourSection({ book, onChanged }: { book: RateBook; onChanged: () => void }): VNode {
  const words = useWords();
  const format = useFormat();
  const textOf = useEntryText(book);
  const { labour, from, amount } = words.rates;
  const currency = book.rates[0]?.amount.currency ?? book.engineers[0]?.hourlyRate.currency ?? 'CNY';
  const initial: Draft = { kind: 'labour-hour', engineer: '', amount: '', currency, from: '' };
  return (
    <section class="section">
      <header class="section-head">
        <h2>{labour.title}</h2>
        <span class="muted">{labour.hint}</span>
      </header>
      <EntryTable
        label={labour.title}
        none={labour.none}
        entries={book.rates}
        columns={[
          { head: labour.kindLabel, cell: ({ kind }) => labour.kind[kind] },
          { head: labour.engineer, cell: ({ engineer }) => textOf.engineer(engineer) },
          { head: amount, kind: 'number', cell: (rate) => format.moneyExact(rate.amount) },
          { head: from, cell: ({ effectiveFrom }) => format.date(dayFrom(effectiveFrom)) },
        ]}
      />
      <ProposalForm
        title={labour.add}
        path="/rates"
        initial={initial}
        isWhole={(draft) => isAmount(draft) && draft.from !== ''}
        body={(draft) => ({
          kind: draft.kind,
          engineer: draft.engineer === '' ? null : draft.engineer,
          amount: { amount: draft.amount, currency: draft.currency },
          effectiveFrom: `${draft.from}T00:00:00Z`,
        })}
        onSent={onChanged}
      >
        {(draft, set) => (
          <>
            <Field label={labour.kindLabel}>
              <Select
                value={draft.kind}
                options={RATE_KINDS.map((value) => ({ value, text: labour.kind[value] }))}
                onChange={(kind) => set({ kind })}
              />
            </Field>
            <Field label={labour.engineer}>
              <Select
                value={draft.engineer}
                options={[
                  { value: '', text: labour.everyone },
                  ...book.engineers.map(({ code, name }) => ({ value: code, text: format.text(name) })),
                ]}
                onChange={(engineer) => set({ engineer })}
              />
            </Field>
            <AmountFields draft={draft} onChange={set} />
            <Field label={from}>
              <input type="date" value={draft.from} onInput={(event) => set({ from: event.currentTarget.value })} />
            </Field>
          </>
        )}
      </ProposalForm>
    </section>
  );
}
