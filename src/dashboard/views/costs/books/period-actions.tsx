// What can be done with a month: settle or explain what the checklist found, ask for the close or a reopening, and approve what
// somebody else asked for.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { ChecklistItem, CloseItem, PeriodDetail } from '../../../../contracts/http/periods.ts';
import { useApp, useFormat, useWords } from '../../../app-context.ts';
import { Field } from '../../../components/field.tsx';
import { useCommand } from '../../../state/use-command.ts';
import { Amounts } from './amounts.tsx';
import { FormMessage } from '../../../components/form-message.tsx';

type Reasons = Partial<Record<CloseItem, string>>;

export function PeriodActions({ period, onChanged }: { period: PeriodDetail; onChanged: () => void }): VNode {
  const { api, session } = useApp();
  const words = useWords().books;
  const [reasons, setReasons] = useState<Reasons>({});
  const [why, setWhy] = useState('');
  const command = useCommand();
  const post = (what: string, body: object): void =>
    command.run(async (key) => {
      await api.post(`/periods/${period.period}/${what}`, body, key);
      onChanged();
    });
  const [step] = period.steps;
  const isPending = period.state === 'closing' || period.state === 'reopening';
  const isOwn = isPending && step?.author === session.person.value?.email;
  const mayAsk = session.can('costs:write');
  const found = period.checklist.filter(({ n }) => n > 0);
  const isExplained = found.every(({ item, blocking }) => !blocking && (reasons[item] ?? '').trim().length >= 3);
  const given = Object.fromEntries(found.flatMap(({ item }) => (reasons[item] ? [[item, reasons[item]]] : [])));
  const isOpen = period.state === 'open' || period.state === 'closing';
  return (
    <div class="stack">
      {isOpen && (
        <Checklist
          items={period.checklist}
          reasons={reasons}
          onReason={mayAsk ? (item, text) => setReasons((before) => ({ ...before, [item]: text })) : null}
        />
      )}
      <div class="line wrap">
        {isPending && session.can('costs:approve') && !isOwn && (
          <button type="button" class="button primary" disabled={command.isBusy} onClick={() => post('approve', {})}>
            {period.state === 'closing' ? words.act.approveClose : words.act.approveReopen}
          </button>
        )}
        {isOpen && mayAsk && (
          <button
            type="button"
            class={period.state === 'open' ? 'button primary' : 'button'}
            disabled={command.isBusy || !isExplained}
            onClick={() => post('close', { reasons: given })}
          >
            {period.state === 'open' ? words.act.close : words.act.closeAgain}
          </button>
        )}
        {isPending && mayAsk && (
          <button type="button" class="button" disabled={command.isBusy} onClick={() => post('withdraw', {})}>
            {words.act.withdraw}
          </button>
        )}
        {isOwn && <span class="muted">{words.own}</span>}
        {isPending && !isOwn && step !== undefined && <span class="muted">{words.waits(step.author)}</span>}
      </div>
      {period.state === 'closed' && mayAsk && (
        <div class="line wrap books-reopen">
          <Field label={words.reopenReason}>
            <input value={why} maxLength={500} onInput={(event) => setWhy(event.currentTarget.value)} />
          </Field>
          <button
            type="button"
            class="button"
            disabled={command.isBusy || why.trim().length < 3}
            onClick={() => post('reopen', { reason: why })}
          >
            {words.act.reopen}
          </button>
        </div>
      )}
      <FormMessage text={command.problem} />
    </div>
  );
}

interface ChecklistProps {
  items: readonly ChecklistItem[];
  reasons: Reasons;
  onReason: ((item: CloseItem, text: string) => void) | null;
}

function Checklist({ items, reasons, onReason }: ChecklistProps): VNode {
  const words = useWords().books;
  const format = useFormat();
  return (
    <ul class="books-checklist">
      {items.map(({ item, n, amounts, details = [], blocking, link, owner }) => (
        <li key={item}>
          <span class={n === 0 ? 'tag is-good' : blocking ? 'tag is-bad' : 'tag is-warm'}>
            {n === 0 ? words.ok : blocking ? words.blocks : words.explain}
          </span>
          <span class="books-item">
            {n === 0 ? (
              words.item[item]
            ) : (
              <a class="link" href={link}>{`${words.item[item]} (${format.integer(n)})`}</a>
            )}
            <span class="muted">{n === 0 ? words.itemHint[item] : words.owner[owner]}</span>
            {details.map((detail, index) => (
              <span key={index} class="muted books-detail">
                {format.text(detail)}
              </span>
            ))}
          </span>
          <span class="number">{amounts.length > 0 && <Amounts of={amounts} />}</span>
          {n > 0 && !blocking && onReason !== null && (
            <input
              aria-label={`${words.reason}: ${words.item[item]}`}
              placeholder={words.reason}
              maxLength={500}
              value={reasons[item] ?? ''}
              onInput={(event) => onReason(item, event.currentTarget.value)}
            />
          )}
        </li>
      ))}
    </ul>
  );
}
