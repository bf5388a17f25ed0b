// What becomes of a draft of the rules: a second person puts it in force, or it is withdrawn, by its author or another who may
// write rules. Either may say why; either is decided once.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { AllocationCycle } from '../../../../contracts/http/allocation.ts';
import { useApp, useWords } from '../../../app-context.ts';
import { Field } from '../../../components/field.tsx';
import { FormMessage } from '../../../components/form-message.tsx';
import { useCommand } from '../../../state/use-command.ts';

interface DecisionProps {
  cycle: AllocationCycle;
  onDecided: () => void;
}

export function DraftDecision({ cycle, onDecided }: DecisionProps): VNode {
  const { api, session } = useApp();
  const words = useWords().allocation.rules;
  const command = useCommand();
  const [note, setNote] = useState('');
  const isOwn = cycle.author === session.person.value?.email;
  const canActivate = session.can('costs:approve') && !isOwn;
  const canWithdraw = session.can('costs:write');
  const decide = (decision: 'activate' | 'withdraw'): void =>
    command.run(async (key) => {
      const body = note.trim() === '' ? {} : { note: note.trim() };
      const version = `/allocation/cycles/${encodeURIComponent(cycle.code)}/versions/${cycle.version}`;
      await api.post(`${version}/${decision}`, body, key);
      onDecided();
    });
  return (
    <>
      {!canActivate && <p class="muted">{isOwn ? words.own : words.others}</p>}
      {(canActivate || canWithdraw) && (
        <div class="allocation-form">
          <Field label={words.note}>
            <input class="input" value={note} maxLength={500} onInput={(e) => setNote(e.currentTarget.value)} />
          </Field>
          <div class="line wrap">
            {canActivate && (
              <button type="button" class="button primary" disabled={command.isBusy} onClick={() => decide('activate')}>
                {words.activate}
              </button>
            )}
            {canWithdraw && (
              <button type="button" class="button" disabled={command.isBusy} onClick={() => decide('withdraw')}>
                {words.withdraw}
              </button>
            )}
          </div>
          <FormMessage text={command.problem} />
        </div>
      )}
    </>
  );
}
