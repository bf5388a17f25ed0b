// The form of one severity's escalation: levels with their time and recipients, and the repeat.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import {
  type EscalationLevel,
  type EscalationPolicy,
  NOTIFICATION_LIMITS,
} from '../../../contracts/http/notifications.ts';
import { useApp, useWords } from '../../app-context.ts';
import { Field, Select } from '../../components/field.tsx';
import { Icon } from '../../components/icon.tsx';
import { useCommand } from '../../state/use-command.ts';
import { keyOf, type useRecipients } from './use-recipients.ts';
import { FormMessage } from '../../components/form-message.tsx';

interface FormProps {
  policy: EscalationPolicy;
  recipients: ReturnType<typeof useRecipients>;
  onDone: (isSaved: boolean) => void;
}

const NEXT_LEVEL_MINUTES = 30;

export function PolicyForm({ policy, recipients, onDone }: FormProps): VNode {
  const { api } = useApp();
  const words = useWords();
  const say = words.notifications.policy;
  const [levels, setLevels] = useState<readonly EscalationLevel[]>(policy.levels);
  const [repeat, setRepeat] = useState(policy.repeatMinutes === null ? '' : String(policy.repeatMinutes));
  const command = useCommand();
  const change = (index: number, level: EscalationLevel | null): void =>
    setLevels(levels.flatMap((one, at) => (at !== index ? [one] : level === null ? [] : [level])));
  const add = (): void => {
    const last = levels.at(-1);
    const afterMinutes = last === undefined ? 0 : last.afterMinutes + NEXT_LEVEL_MINUTES;
    setLevels([...levels, { afterMinutes, recipients: [] }]);
  };
  const save = (): void =>
    command.run(async () => {
      const body = { levels, repeatMinutes: repeat === '' ? null : Number(repeat) };
      await api.patch(`/notifications/policies/${policy.severity}`, body, policy.revision);
      onDone(true);
    });
  return (
    <form
      class="action-form"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      {levels.map((level, index) => (
        <LevelFields key={index} level={level} recipients={recipients} onChange={(next) => change(index, next)} />
      ))}
      {levels.length < NOTIFICATION_LIMITS.levels && (
        <button type="button" class="button" onClick={add}>
          <Icon name="plus" size={14} /> {say.addLevel}
        </button>
      )}
      <Field label={say.repeatMinutes}>
        <input
          type="number"
          min={5}
          max={10_080}
          value={repeat}
          onInput={(event) => setRepeat(event.currentTarget.value)}
        />
      </Field>
      <FormMessage text={command.problem} />
      <div class="line">
        <button type="submit" class="button primary" disabled={command.isBusy}>
          {words.frame.action.save}
        </button>
        <button type="button" class="button quiet" onClick={() => onDone(false)}>
          {words.frame.action.cancel}
        </button>
      </div>
    </form>
  );
}

interface LevelProps {
  level: EscalationLevel;
  recipients: FormProps['recipients'];
  onChange: (level: EscalationLevel | null) => void;
}

function LevelFields({ level, recipients, onChange }: LevelProps): VNode {
  const say = useWords().notifications.policy;
  const chosen = new Set(level.recipients.map(keyOf));
  const free = recipients.all.filter(({ key }) => !chosen.has(key));
  return (
    <fieldset class="policy-level">
      <Field label={say.afterMinutes}>
        <input
          type="number"
          required
          min={0}
          max={10_080}
          value={level.afterMinutes}
          onInput={(event) => onChange({ ...level, afterMinutes: Number(event.currentTarget.value) })}
        />
      </Field>
      <ul class="chips">
        {level.recipients.map((one) => (
          <li key={keyOf(one)} class="tag">
            {recipients.nameOf(one)}
            <button
              type="button"
              class="chip-remove"
              aria-label={say.remove(recipients.nameOf(one))}
              onClick={() =>
                onChange({ ...level, recipients: level.recipients.filter((other) => keyOf(other) !== keyOf(one)) })
              }
            >
              <Icon name="close" size={12} />
            </button>
          </li>
        ))}
      </ul>
      <div class="line">
        <Select
          label={say.addRecipient}
          value=""
          options={[
            { value: '', text: `${say.addRecipient}…` },
            ...free.map(({ key, name }) => ({ value: key, text: name })),
          ]}
          onChange={(key) => {
            const found = free.find((one) => one.key === key);
            if (found) onChange({ ...level, recipients: [...level.recipients, found.recipient] });
          }}
        />
        <span class="grow" />
        <button type="button" class="button quiet" onClick={() => onChange(null)}>
          {say.removeLevel}
        </button>
      </div>
    </fieldset>
  );
}
