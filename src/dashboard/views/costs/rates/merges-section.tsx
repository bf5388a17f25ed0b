// Values of a dimension that count as others, and the form to merge one into another or to let it stand by itself again.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Dimension } from '../../../../contracts/costs.ts';
import type { Summary } from '../../../../contracts/http/costs.ts';
import { MERGEABLE } from '../../../../contracts/http/dimension-mappings.ts';
import { useApp, useFormat, useWords } from '../../../app-context.ts';
import { Field, Select } from '../../../components/field.tsx';
import { useResource } from '../../../state/use-resource.ts';
import { EntryTable } from './entry-table.tsx';
import { useEntryText } from './entry-text.ts';
import { ProposalForm } from './proposal-form.tsx';
import type { RateBook } from './rate-book.ts';

interface MergesProps {
  book: RateBook;
  /** Its cost offers the values. */
  period: string;
  onChanged: () => void;
}
interface Draft {
  from: string;
  to: string;
  reason: string;
}
const EMPTY: Draft = { from: '', to: '', reason: '' };
const VALUES = 'values of the dimension';

export function MergesSection({ book, period, onChanged }: MergesProps): VNode {
  const words = useWords();
  const textOf = useEntryText(book);
  const [dimension, setDimension] = useState<Dimension>('customer');
  const { merges, reason } = words.rates;
  return (
    <section class="section">
      <header class="section-head">
        <h2>{merges.title}</h2>
        <span class="muted">{merges.hint}</span>
      </header>
      <EntryTable
        label={merges.title}
        none={merges.none}
        entries={book.merges}
        columns={[
          { head: merges.dimension, cell: (entry) => words.terms.dimension[entry.dimension] },
          { head: merges.value, cell: (entry) => textOf.value(entry.dimension, entry.from) },
          {
            head: merges.countsAs,
            cell: ({ dimension: of, to, decision, isInForce }) => (
              <>
                {to === null ? merges.itself : textOf.value(of, to)}
                {decision === 'approved' && !isInForce && <span class="muted"> · {merges.replaced}</span>}
              </>
            ),
          },
          { head: reason, kind: 'words', cell: (entry) => entry.reason },
        ]}
      />
      <ProposalForm
        title={merges.add}
        path="/costs/dimension-mappings"
        initial={EMPTY}
        isWhole={(draft) => draft.from !== '' && draft.reason.trim() !== ''}
        body={({ from, to, reason: why }) => ({ dimension, from, to: to === '' ? null : to, reason: why.trim() })}
        onSent={onChanged}
      >
        {(draft, set) => (
          <>
            <Field label={merges.dimension}>
              <Select
                value={dimension}
                options={MERGEABLE.map((value) => ({ value, text: words.terms.dimension[value] }))}
                onChange={(value) => {
                  setDimension(value);
                  set({ from: '', to: '' });
                }}
              />
            </Field>
            <Field label={merges.value}>
              <input list={VALUES} value={draft.from} onInput={(event) => set({ from: event.currentTarget.value })} />
            </Field>
            <Field label={merges.countsAs}>
              <input
                list={VALUES}
                placeholder={merges.itself}
                value={draft.to}
                onInput={(event) => set({ to: event.currentTarget.value })}
              />
            </Field>
            <Field label={reason}>
              <input
                maxLength={500}
                value={draft.reason}
                onInput={(event) => set({ reason: event.currentTarget.value })}
              />
            </Field>
            <Values dimension={dimension} period={period} />
          </>
        )}
      </ProposalForm>
    </section>
  );
}

/** The values with cost, as they were posted. */
function Values({ dimension, period }: { dimension: Dimension; period: string }): VNode {
  const { api } = useApp();
  const format = useFormat();
  const values = useResource(`values ${dimension} ${period}`, async (signal) => {
    const { rows } = await api.get<Summary>('/costs/summary', { by: dimension, period, values: 'as-posted' }, signal);
    return rows.flatMap(({ keys, labels }) => {
      const code = keys[dimension];
      if (code === null || code === undefined) return [];
      const label = labels[dimension];
      return [{ code, text: label ? format.text(label) : code }];
    });
  });
  return (
    <datalist id={VALUES}>
      {(values.value ?? []).map(({ code, text }) => (
        <option key={code} value={code}>
          {text}
        </option>
      ))}
    </datalist>
  );
}
