// The button that ends every capture form.
import type { VNode } from 'preact';
import { useWords } from '../../app-context.ts';
import type { Command } from '../../state/use-command.ts';

export const RecordButton = ({ command }: { command: Command }): VNode => {
  const words = useWords();
  return (
    <button type="submit" class="button primary" disabled={command.isBusy}>
      {command.isBusy ? words.frame.action.saving : words.workOrders.form.record}
    </button>
  );
};
