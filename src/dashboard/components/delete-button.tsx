// Deletes after a second thought: the first press asks, the second does it.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useWords } from '../app-context.ts';
import { useCommand } from '../state/use-command.ts';

interface DeleteButtonProps {
  text: string;
  /** On the button that does it. */
  sure: string;
  onDelete: () => Promise<void>;
}

export function DeleteButton({ text, sure, onDelete }: DeleteButtonProps): VNode {
  const words = useWords().frame.action;
  const [isAsked, setAsked] = useState(false);
  const command = useCommand();
  if (!isAsked) {
    return (
      <button type="button" class="button quiet danger" onClick={() => setAsked(true)}>
        {text}
      </button>
    );
  }
  return (
    <span class="line wrap">
      <button type="button" class="button danger" disabled={command.isBusy} onClick={() => command.run(onDelete)}>
        {sure}
      </button>
      <button type="button" class="button" onClick={() => setAsked(false)}>
        {words.cancel}
      </button>
      {command.problem !== null && (
        <span class="form-message" role="alert">
          {command.problem}
        </span>
      )}
    </span>
  );
}
