// A budget pasted from a spreadsheet: saved as a draft when every row is read, else each refused row with its reason.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { BudgetImport } from '../../../contracts/http/budgets.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Field } from '../../components/field.tsx';
import { useCommand } from '../../state/use-command.ts';

interface BudgetPasteProps {
  code: string | null;
  currency: string | null;
  onSaved: () => void;
}

export function BudgetPaste({ code, currency, onSaved }: BudgetPasteProps): VNode {
  const { api } = useApp();
  const words = useWords().forecast;
  const format = useFormat();
  const [draft, setDraft] = useState({ code: code ?? '', currency: currency ?? 'CNY', text: '' });
  const [result, setResult] = useState<BudgetImport | null>(null);
  const command = useCommand();
  const save = (event: Event): void => {
    event.preventDefault();
    command.run(async (key) => {
      const answer = await api.post<BudgetImport>('/budgets/import', draft, key);
      setResult(answer);
      if (answer.budget) onSaved();
    });
  };
  return (
    <form class="section-body stack budget-paste" onSubmit={save}>
      <div class="line wrap">
        <Field label={words.code}>
          <input
            required
            maxLength={64}
            pattern="[A-Za-z0-9][A-Za-z0-9_.:\-]*"
            value={draft.code}
            onInput={(event) => setDraft({ ...draft, code: event.currentTarget.value })}
          />
        </Field>
        <Field label={words.currency}>
          <input
            required
            size={4}
            pattern="[A-Z]{3}"
            value={draft.currency}
            onInput={(event) => setDraft({ ...draft, currency: event.currentTarget.value })}
          />
        </Field>
      </div>
      <Field label={words.text} hint={words.textHint}>
        <textarea
          required
          rows={6}
          value={draft.text}
          spellcheck={false}
          onInput={(event) => setDraft({ ...draft, text: event.currentTarget.value })}
        />
      </Field>
      <div class="line wrap">
        <button type="submit" class="button primary" disabled={command.isBusy}>
          {words.save}
        </button>
        {command.problem !== null && (
          <span class="form-message" role="alert">
            {command.problem}
          </span>
        )}
        {result?.budget && (
          <span role="status">
            {words.saved(result.budget.code, format.integer(result.budget.version), format.money(result.budget.total))}
          </span>
        )}
      </div>
      {result !== null && result.refused.length > 0 && (
        <div role="alert">
          <strong>{words.refused(format.integer(result.refused.length))}</strong>
          <ul>
            {result.refused.map(({ row, text, reason }) => (
              <li key={row}>
                {words.row(format.integer(row))}: {format.text(reason)} <code>{text}</code>
              </li>
            ))}
          </ul>
        </div>
      )}
    </form>
  );
}
