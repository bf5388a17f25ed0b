// What can be done with a model: shadow, put in force by a second person, roll back, evaluate on newer data, save as a file.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { MODEL_MODES, type Model, type ModelFile, type ModelMode } from '../../../contracts/http/models.ts';
import { useApp, useWords } from '../../app-context.ts';
import { Field, Select } from '../../components/field.tsx';
import { useCommand } from '../../state/use-command.ts';
import { FormMessage } from '../../components/form-message.tsx';

export function ModelActions({ model, onChanged }: { model: Model; onChanged: () => void }): VNode | null {
  const { api, session } = useApp();
  const words = useWords().models;
  const [note, setNote] = useState('');
  const [mode, setMode] = useState<ModelMode>(model.state === 'active' ? model.mode : 'suggest');
  const command = useCommand();
  const isOwn = session.person.value?.email === model.author;
  const mayWrite = session.can('models:write');
  const mayApprove = session.can('models:approve') && !isOwn;
  const canLearn = model.product !== null;
  const post = (what: string, body: object): void =>
    command.run(async (key) => {
      await api.post(`/models/${model.id}/${what}`, body, key);
      setNote('');
      onChanged();
    });
  const save = (): void =>
    command.run(async () => {
      const file = await api.get<ModelFile>(`/models/${model.id}/export`);
      download(`${model.kind}-${model.product ?? 'all'}-${model.version}.json`, JSON.stringify(file));
    });
  const hasNote = note.trim() !== '';
  return (
    <div class="model-actions">
      {(mayWrite || mayApprove) && (
        <Field label={words.note}>
          <input
            value={note}
            maxLength={500}
            placeholder={words.notePlaceholder}
            onInput={(e) => setNote(e.currentTarget.value)}
          />
        </Field>
      )}
      <div class="line wrap">
        {mayApprove && (
          <>
            <Select
              label={words.mode[mode]}
              value={mode}
              options={MODEL_MODES.map((value) => ({ value, text: `${words.mode[value]} – ${words.modeHint[value]}` }))}
              onChange={setMode}
            />
            <button
              type="button"
              class="button primary"
              disabled={command.isBusy || !hasNote}
              onClick={() => post('activate', { mode, note })}
            >
              {words.act.activate}
            </button>
          </>
        )}
        {mayWrite && model.state !== 'active' && model.state !== 'shadow' && (
          <button
            type="button"
            class="button"
            disabled={command.isBusy || !hasNote}
            onClick={() => post('shadow', { note })}
          >
            {words.act.shadow}
          </button>
        )}
        {session.can('models:approve') && model.state === 'active' && canLearn && (
          <button
            type="button"
            class="button"
            disabled={command.isBusy || !hasNote}
            onClick={() => post('rollback', { note })}
          >
            {words.act.rollback}
          </button>
        )}
        {mayWrite && canLearn && (
          <button type="button" class="button" disabled={command.isBusy} onClick={() => post('evaluate', {})}>
            {words.act.evaluate}
          </button>
        )}
        <button type="button" class="button quiet" disabled={command.isBusy} onClick={save}>
          {words.act.export}
        </button>
      </div>
      {isOwn && session.can('models:approve') && <p class="muted">{words.ownModel}</p>}
      <FormMessage text={command.problem} />
    </div>
  );
}

function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  URL.revokeObjectURL(url);
}
