// Putting a version in force, which its author cannot, and taking a rule out of force.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Rule, RuleMode, RuleVersion } from '../../../contracts/rules.ts';
import { useApp, useWords } from '../../app-context.ts';
import { Field } from '../../components/field.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { useCommand } from '../../state/use-command.ts';
import { FormMessage } from '../../components/form-message.tsx';

interface RuleApprovalProps {
  rule: Rule;
  versions: readonly RuleVersion[];
  onChanged: () => void;
}

/** The careful way first. */
const MODES: readonly RuleMode[] = ['shadow', 'active'];

export function RuleApproval({ rule, versions, onChanged }: RuleApprovalProps): VNode | null {
  const { api, session } = useApp();
  const words = useWords().rules;
  const say = words.approval;
  const command = useCommand();
  const [mode, setMode] = useState<RuleMode>('shadow');
  const [note, setNote] = useState('');
  const [from, setFrom] = useState('');
  const version = rule.draft ?? rule.version;
  const author = versions.find((one) => one.version === version)?.author;
  const isOwn = author === session.person.value?.email;
  // In shadow, the next step is to put the same version in force.
  const isWaiting = rule.draft !== null || !rule.active || rule.mode === 'shadow';
  const send = (path: string, body: object): void =>
    command.run(async (key) => {
      await api.post(`/rules/${rule.id}/${path}`, body, key);
      onChanged();
    });
  const activate = (): void =>
    send('activate', {
      version,
      mode,
      ...(note.trim() === '' ? {} : { note: note.trim() }),
      ...(from === '' ? {} : { effectiveFrom: new Date(from).toISOString() }),
    });
  return (
    <div class="pane-part rule-approval">
      {isWaiting && (
        <>
          <h3>
            {say.title}: {words.version(String(version))}
          </h3>
          {!session.can('rules:approve') && <p class="muted">{say.others}</p>}
          {session.can('rules:approve') && isOwn && <p class="muted">{say.own}</p>}
          {session.can('rules:approve') && !isOwn && (
            <div class="rule-fields">
              <Segmented
                label={say.title}
                value={mode}
                options={MODES.map((value) => ({
                  value,
                  text: say[value],
                  ...(value === 'shadow' ? { title: say.shadowHint } : {}),
                }))}
                onChange={setMode}
              />
              <Field label={say.from}>
                <input
                  class="input"
                  type="datetime-local"
                  value={from}
                  onInput={(e) => setFrom(e.currentTarget.value)}
                />
              </Field>
              <Field label={say.note}>
                <input class="input" value={note} maxLength={2000} onInput={(e) => setNote(e.currentTarget.value)} />
              </Field>
              <button type="button" class="button primary" disabled={command.isBusy} onClick={activate}>
                {say.title}
              </button>
            </div>
          )}
        </>
      )}
      {rule.active && session.can('rules:write') && (
        <button type="button" class="button danger" disabled={command.isBusy} onClick={() => send('deactivate', {})}>
          {say.deactivate}
        </button>
      )}
      <FormMessage text={command.problem} />
    </div>
  );
}
