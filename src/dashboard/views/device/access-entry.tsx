// One token or certificate: its state, since when and until when, and taking it back after a second thought.
import type { ComponentChildren, VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useApp, useWords } from '../../app-context.ts';
import { useCommand } from '../../state/use-command.ts';
import { FormMessage } from '../../components/form-message.tsx';

const TONES = { valid: 'is-good', ending: 'is-warm', expired: '', revoked: 'is-bad' } as const;

interface EntryProps {
  state: keyof typeof TONES;
  /** Where it is revoked; null when there is nothing left to revoke. */
  path: string | null;
  onChanged: () => void;
  children: ComponentChildren;
}

export function AccessEntry({ state, path, onChanged, children }: EntryProps): VNode {
  const { api } = useApp();
  const words = useWords().access;
  const [isAsked, setAsked] = useState(false);
  const command = useCommand();
  const revoke = (): void =>
    command.run(async () => {
      await api.delete(path ?? '');
      onChanged();
    });
  return (
    <li class="access-entry">
      <div class="line wrap">
        <span class={`tag ${TONES[state]}`}>{words.state[state]}</span>
        <span class="muted grow">{children}</span>
        {path !== null && !isAsked && (
          <button type="button" class="button quiet danger" onClick={() => setAsked(true)}>
            {words.revoke}
          </button>
        )}
      </div>
      {path !== null && isAsked && (
        <div class="line wrap">
          <span class="muted grow">{words.revokeHint}</span>
          <button type="button" class="button danger" disabled={command.isBusy} onClick={revoke}>
            {words.revokeSure}
          </button>
          <button type="button" class="button" onClick={() => setAsked(false)}>
            {words.cancel}
          </button>
        </div>
      )}
      <FormMessage text={command.problem} />
    </li>
  );
}
