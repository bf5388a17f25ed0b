// The fold-out form by which somebody proposes an entry: its fields, the button that sends it, and the problem if it is refused.
import type { ComponentChildren, VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useApp, useWords } from '../../../app-context.ts';
import { useCommand } from '../../../state/use-command.ts';
import { FormMessage } from '../../../components/form-message.tsx';

interface ProposalFormProps<Draft extends object> {
  title: string;
  path: string;
  initial: Draft;
  isWhole: (draft: Draft) => boolean;
  /** As it is sent. */
  body: (draft: Draft) => object;
  onSent: () => void;
  children: (draft: Draft, set: (own: Partial<Draft>) => void) => ComponentChildren;
}

export function ProposalForm<Draft extends object>(props: ProposalFormProps<Draft>): VNode | null {
  const { title, path, initial, isWhole, body, onSent, children } = props;
  const { api, session } = useApp();
  const words = useWords().rates;
  const command = useCommand();
  const [draft, setDraft] = useState(initial);
  if (!session.can('costs:write')) return null;
  const send = (): void =>
    command.run(async (key) => {
      await api.post(path, body(draft), key);
      setDraft(initial);
      onSent();
    });
  return (
    <details class="section-body">
      <summary>{title}</summary>
      <div class="line wrap books-form">
        {children(draft, (own) => setDraft((before) => ({ ...before, ...own })))}
        <button type="button" class="button primary" disabled={command.isBusy || !isWhole(draft)} onClick={send}>
          {words.propose}
        </button>
      </div>
      <FormMessage text={command.problem} />
    </details>
  );
}
