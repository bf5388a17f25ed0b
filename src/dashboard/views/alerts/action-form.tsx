// The small form an action on alerts needs, for one alert or for several: who, until when, what the cause was, why.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { type Resolution, RESOLUTIONS } from '../../../contracts/alert-steps.ts';
import type { AlertAction, AlertCommand } from '../../../contracts/http/alerts.ts';
import type { Reachable } from '../../../contracts/http/notifications.ts';
import { DAY_MS } from '../../../contracts/time.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Field, Select } from '../../components/field.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { useCommand } from '../../state/use-command.ts';
import { useResource } from '../../state/use-resource.ts';
import { FormMessage } from '../../components/form-message.tsx';

const SHELVE_DAYS = ['1', '3', '7', '14'] as const;
const NEEDS_NOTE: readonly AlertAction[] = ['comment', 'shelve', 'resolve'];

interface FormProps {
  action: AlertAction;
  send: (body: AlertCommand, key: string) => Promise<void>;
  onDone: () => void;
}

export function ActionForm({ action, send, onDone }: FormProps): VNode {
  const { session } = useApp();
  const words = useWords();
  const format = useFormat();
  const { form, resolution: causes } = words.alerts;
  const [note, setNote] = useState('');
  const [assignee, setAssignee] = useState(session.person.value?.email ?? '');
  const [days, setDays] = useState<(typeof SHELVE_DAYS)[number]>('3');
  const [resolution, setResolution] = useState<Resolution>('repaired');
  const command = useCommand();
  const body = (): AlertCommand => ({
    ...(note.trim() === '' ? {} : { note: note.trim() }),
    ...(action === 'assign' ? { assignee: assignee.trim() } : {}),
    ...(action === 'shelve' ? { until: new Date(Date.now() + Number(days) * DAY_MS).toISOString() } : {}),
    ...(action === 'resolve' ? { resolution } : {}),
  });
  const needsNote = NEEDS_NOTE.includes(action);
  return (
    <form
      class="action-form"
      onSubmit={(event) => {
        event.preventDefault();
        command.run((key) => send(body(), key));
      }}
      onKeyDown={(event) => event.key === 'Escape' && onDone()}
    >
      {action === 'assign' && <Assignee value={assignee} onChange={setAssignee} />}
      {action === 'shelve' && (
        <div class="field">
          <span class="field-label">{form.until}</span>
          <Segmented
            label={form.until}
            value={days}
            options={SHELVE_DAYS.map((value) => ({
              value,
              text: value === '1' ? form.day : form.days(format.integer(+value)),
            }))}
            onChange={setDays}
          />
        </div>
      )}
      {action === 'resolve' && (
        <Field label={form.resolution}>
          <Select
            value={resolution}
            options={RESOLUTIONS.map((value) => ({ value, text: causes[value] }))}
            onChange={setResolution}
          />
        </Field>
      )}
      <Field label={action === 'comment' ? form.comment : needsNote ? form.reason : form.note}>
        <textarea
          required={needsNote}
          autofocus={action !== 'assign'}
          maxLength={2000}
          value={note}
          onInput={(event) => setNote(event.currentTarget.value)}
        />
      </Field>
      <FormMessage text={command.problem} />
      <div class="line">
        <button type="submit" class="button primary" disabled={command.isBusy}>
          {command.isBusy ? words.frame.action.saving : words.alerts.action[action]}
        </button>
        <button type="button" class="button quiet" onClick={onDone}>
          {words.frame.action.cancel}
        </button>
      </div>
    </form>
  );
}

/** People are offered to who may see whom notifications can reach. */
function Assignee({ value, onChange }: { value: string; onChange: (value: string) => void }): VNode {
  const { api, session } = useApp();
  const { form } = useWords().alerts;
  const known = useResource(session.can('notifications:read') ? 'recipients' : null, (signal) =>
    api.get<Reachable>('/notifications/recipients', {}, signal),
  );
  return (
    <Field label={form.assignee}>
      <input
        type="email"
        required
        autofocus
        list="assignees"
        value={value}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      <datalist id="assignees">
        {known.value?.people.map(({ email, name }) => (
          <option key={email} value={email}>
            {name}
          </option>
        ))}
      </datalist>
    </Field>
  );
}
