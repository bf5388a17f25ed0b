// The mapping of an uploaded file: begins with a guess, is tried as often as wanted, and starts the import.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { ImportPreview } from '../../../contracts/http/imports.ts';
import type { Import } from '../../../contracts/http/system.ts';
import type { RecordingMap } from '../../../contracts/recording-map.ts';
import { useApp, useWords } from '../../app-context.ts';
import { Field, Select } from '../../components/field.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { Loaded } from '../../components/state-views.tsx';
import { useCommand } from '../../state/use-command.ts';
import { useResource } from '../../state/use-resource.ts';
import { MetricColumns } from './metric-columns.tsx';
import { PreviewResult } from './preview-result.tsx';
import { FormMessage } from '../../components/form-message.tsx';

export function MappingForm({ run }: { run: Import }): VNode {
  const { api } = useApp();
  const path = `/imports/${run.id}/preview`;
  const guess = useResource(path, () => api.post<ImportPreview>(path, {}));
  return (
    <div class="import-detail">
      <Loaded resource={guess}>{(preview) => <Mapping run={run} guess={preview} />}</Loaded>
    </div>
  );
}

function Mapping({ run, guess }: { run: Import; guess: ImportPreview }): VNode {
  const { api, imports } = useApp();
  const words = useWords().imports;
  const [map, setMap] = useState<RecordingMap>(guess.map);
  const [tried, setTried] = useState<{ map: RecordingMap; preview: ImportPreview } | null>(null);
  const command = useCommand();
  const tryIt = (): void =>
    command.run(async () => {
      const preview = await api.post<ImportPreview>(`/imports/${run.id}/preview`, { map });
      setTried({ map, preview });
    });
  const start = (): void =>
    command.run(async (key) => imports.patch(await api.post<Import>(`/imports/${run.id}/start`, { map }, key)));
  const columns = guess.columns.map((value) => ({ value, text: value }));
  // What was tried says nothing about a mapping that was changed since.
  const result = tried?.map === map ? tried.preview : null;
  return (
    <form
      class="access-form"
      onSubmit={(event) => {
        event.preventDefault();
        tryIt();
      }}
    >
      <div class="mapping-fields">
        <Field label={words.time} hint={words.timeHint}>
          <Select
            value={map.time.column}
            options={columns}
            onChange={(column) => setMap({ ...map, time: { column } })}
          />
        </Field>
        <DeviceFields map={map} columns={columns} onChange={setMap} />
      </div>
      <MetricColumns preview={guess} map={map} onChange={setMap} />
      <FormMessage text={command.problem} />
      {result !== null && <PreviewResult preview={result} />}
      <div class="line">
        <button type="submit" class={result === null ? 'button primary' : 'button'} disabled={command.isBusy}>
          {words.tryIt}
        </button>
        {result !== null && result.readings > 0 && (
          <button type="button" class="button primary" disabled={command.isBusy} onClick={start}>
            {words.start}
          </button>
        )}
      </div>
    </form>
  );
}

interface DeviceProps {
  map: RecordingMap;
  columns: readonly { value: string; text: string }[];
  onChange: (map: RecordingMap) => void;
}

function DeviceFields({ map, columns, onChange }: DeviceProps): VNode {
  const words = useWords().imports;
  const { device } = map;
  const isColumn = 'column' in device;
  const change = (kind: 'column' | 'fixed'): void =>
    onChange({
      ...map,
      device: kind === 'column' ? { column: columns[0]?.value ?? '', prefix: '' } : { id: '' },
    });
  return (
    <>
      <div class="field is-whole">
        <span class="field-label">{words.device}</span>
        <Segmented
          label={words.device}
          value={isColumn ? 'column' : 'fixed'}
          options={[
            { value: 'column', text: words.deviceColumn },
            { value: 'fixed', text: words.deviceFixed },
          ]}
          onChange={change}
        />
      </div>
      {isColumn ? (
        <>
          <Field label={words.column}>
            <Select
              value={device.column}
              options={columns}
              onChange={(column) => onChange({ ...map, device: { ...device, column } })}
            />
          </Field>
          <Field label={words.prefix}>
            <input
              maxLength={64}
              value={device.prefix}
              onInput={(event) => onChange({ ...map, device: { ...device, prefix: event.currentTarget.value } })}
            />
          </Field>
        </>
      ) : (
        <Field label={words.deviceId}>
          <input
            required
            maxLength={64}
            value={device.id}
            onInput={(event) => onChange({ ...map, device: { id: event.currentTarget.value } })}
          />
        </Field>
      )}
    </>
  );
}
