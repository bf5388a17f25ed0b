// Mending a class of payloads: what is wrong with them, tried on what is held, and put in force with the reason.
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Device } from '../../../contracts/http/devices.ts';
import type { Page } from '../../../contracts/http/page.ts';
import type { MappingPreview, MappingVersion } from '../../../contracts/http/quarantine.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Field, Select } from '../../components/field.tsx';
import { useCommand } from '../../state/use-command.ts';
import { useResource } from '../../state/use-resource.ts';
import { MappingFields } from './mapping-fields.tsx';
import { MappingResult } from './mapping-result.tsx';
import { mappingText, NO_TEXT, parseMapping } from './mapping-text.ts';
import { FormMessage } from '../../components/form-message.tsx';

interface MappingFormProps {
  device: Device;
  onChanged: () => void;
}

export function MappingForm({ device, onChanged }: MappingFormProps): VNode {
  const { api, nowMs } = useApp();
  const words = useWords().quarantine;
  const format = useFormat();
  const [appliesTo, setAppliesTo] = useState<'product' | 'device'>('product');
  const [text, setText] = useState(NO_TEXT);
  const [note, setNote] = useState('');
  const [preview, setPreview] = useState<MappingPreview | null>(null);
  const command = useCommand();
  const target = appliesTo === 'product' ? { product: device.product.code } : { device: device.id };
  const versions = useResource(`mappings ${JSON.stringify(target)}`, (signal) =>
    api.get<Page<MappingVersion>>('/quarantine/mappings', { ...target, limit: 20 }, signal),
  );
  const inForce = versions.value?.items.find((one) => one.isInForce) ?? null;
  useEffect(() => {
    setText(inForce === null ? NO_TEXT : mappingText(inForce.mapping));
    setPreview(null);
  }, [inForce?.id, appliesTo]);
  const parsed = parseMapping(text);
  const attempt = (): void =>
    command.run(async (key) => {
      if ('unreadable' in parsed) throw new Error(words.unreadable(parsed.unreadable));
      const body = { ...target, mapping: parsed.mapping };
      setPreview(await api.post<MappingPreview>('/quarantine/mappings/preview', body, key));
    });
  const putInForce = (): void =>
    command.run(async (key) => {
      if ('unreadable' in parsed) throw new Error(words.unreadable(parsed.unreadable));
      await api.post('/quarantine/mappings', { ...target, mapping: parsed.mapping, note }, key);
      setNote('');
      versions.reload();
      onChanged();
    });
  const isEmpty = 'mapping' in parsed && Object.keys(parsed.mapping).length === 0;
  return (
    <div class="pane-part mapping-form">
      <h3>{words.mapping}</h3>
      <p class="muted">{words.mappingHint}</p>
      <Field label={words.appliesTo}>
        <Select
          value={appliesTo}
          options={[
            { value: 'product', text: words.wholeProduct(format.text(device.product.name)) },
            { value: 'device', text: words.onlyDevice(device.id) },
          ]}
          onChange={setAppliesTo}
        />
      </Field>
      <MappingFields text={text} onChange={setText} />
      <div class="line wrap">
        <button type="button" class="button" disabled={command.isBusy} onClick={attempt}>
          {words.preview}
        </button>
      </div>
      {preview !== null && <MappingResult preview={preview} />}
      <Field label={words.why}>
        <input class="input" value={note} maxLength={500} onInput={(event) => setNote(event.currentTarget.value)} />
      </Field>
      <div class="line wrap">
        <button
          type="button"
          class={isEmpty ? 'button danger' : 'button primary'}
          disabled={command.isBusy || note.trim() === '' || (isEmpty && inForce === null)}
          onClick={putInForce}
        >
          {isEmpty ? words.end : words.putInForce}
        </button>
      </div>
      <FormMessage text={command.problem} />
      {versions.value !== null && versions.value.items.length > 0 && (
        <>
          <h3>{words.versions}</h3>
          <ul class="mapping-versions">
            {versions.value.items.map((one) => (
              <li key={one.id}>
                <strong>{words.version(format.integer(one.version))}</strong>{' '}
                {one.isInForce && <span class="tag is-good">{words.inForce}</span>} {one.note}
                <span class="muted">
                  {' '}
                  {one.createdBy} · {format.ago(one.createdAt, nowMs.value)}
                  {Object.keys(one.mapping).length === 0 && ` · ${words.ended}`}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
