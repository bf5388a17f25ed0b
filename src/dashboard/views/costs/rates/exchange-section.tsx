// Exchange rates by date, the amounts of the shown months that have none, and the form to propose the next one.
import type { VNode } from 'preact';
import { useFormat, useWords } from '../../../app-context.ts';
import { Field } from '../../../components/field.tsx';
import { CurrencyField, isCurrency } from './amount-fields.tsx';
import { EntryTable } from './entry-table.tsx';
import { equationOf } from './entry-text.ts';
import { ProposalForm } from './proposal-form.tsx';
import type { RateBook } from './rate-book.ts';

export function ExchangeSection({ book, onChanged }: { book: RateBook; onChanged: () => void }): VNode {
  const words = useWords().rates;
  const format = useFormat();
  const { exchange } = words;
  const [missing] = book.notConverted;
  const against = book.exchange[0]?.against ?? book.rates[0]?.amount.currency ?? 'CNY';
  const initial = { currency: missing?.amount.currency ?? '', against, rate: '', effectiveFrom: '' };
  return (
    <section class="section">
      <header class="section-head">
        <h2>{exchange.title}</h2>
        <span class="muted">{exchange.hint}</span>
      </header>
      {book.notConverted.length > 0 && (
        <div class="section-body">
          <span class="tag is-warm">{exchange.missing(format.integer(book.notConverted.length))}</span>
          <ul class="books-late">
            {book.notConverted.map(({ period, amount, lines }) => (
              <li key={`${period} ${amount.currency}`}>
                {exchange.missingLine(format.period(period), format.moneyExact(amount), format.integer(lines))}
              </li>
            ))}
          </ul>
        </div>
      )}
      <EntryTable
        label={exchange.title}
        none={exchange.none}
        entries={book.exchange}
        columns={[
          { head: exchange.value, cell: equationOf },
          { head: words.from, cell: ({ effectiveFrom }) => format.date(effectiveFrom) },
        ]}
      />
      <ProposalForm
        title={exchange.add}
        path="/rates/exchange"
        initial={initial}
        isWhole={(draft) =>
          isCurrency(draft.currency) &&
          isCurrency(draft.against) &&
          /^\d+(\.\d+)?$/.test(draft.rate) &&
          draft.effectiveFrom !== ''
        }
        body={(draft) => draft}
        onSent={onChanged}
      >
        {(draft, set) => (
          <>
            <CurrencyField label={words.currency} value={draft.currency} onChange={(currency) => set({ currency })} />
            <Field label={exchange.value}>
              <input
                inputMode="decimal"
                size={12}
                value={draft.rate}
                onInput={(event) => set({ rate: event.currentTarget.value.trim() })}
              />
            </Field>
            <CurrencyField
              label={exchange.against}
              value={draft.against}
              onChange={(other) => set({ against: other })}
            />
            <Field label={words.from}>
              <input
                type="date"
                value={draft.effectiveFrom}
                onInput={(event) => set({ effectiveFrom: event.currentTarget.value })}
              />
            </Field>
          </>
        )}
      </ProposalForm>
    </section>
  );
}
