// Bringing a CSV in: choosing the file, and below it every import with what can be done about it.
import type { VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { Import } from '../../../contracts/http/system.ts';
import { useApp, useWords } from '../../app-context.ts';
import { Icon } from '../../components/icon.tsx';
import { Empty } from '../../components/state-views.tsx';
import { useCommand } from '../../state/use-command.ts';
import { ImportLine } from './import-line.tsx';
import { FormMessage } from '../../components/form-message.tsx';

export function ImportPanel(): VNode {
  const { imports, session } = useApp();
  const words = useWords().system;
  const sorted = [...imports.byId.value.values()].sort((a, b) => b.startedAt.localeCompare(a.startedAt));
  return (
    <section class="section import-panel">
      <header class="section-head">
        <h2>{words.imports}</h2>
        {session.can('imports:write') && <Upload />}
      </header>
      {sorted.length === 0 ? (
        <Empty icon="refresh" title={words.importsEmpty} hint={words.importsEmptyHint} />
      ) : (
        <ul>
          {sorted.map((one) => (
            <ImportLine key={one.id} run={one} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Upload(): VNode {
  const { api, imports } = useApp();
  const words = useWords().imports;
  const input = useRef<HTMLInputElement>(null);
  const [name, setName] = useState<string | null>(null);
  const command = useCommand();
  const send = (file: File): void => {
    setName(file.name);
    command.run(async () => {
      imports.patch(await api.upload<Import>('/imports/files', { name: file.name }, file));
    });
  };
  return (
    <div class="import-upload">
      <input
        ref={input}
        hidden
        type="file"
        accept=".csv,.gz,text/csv,application/gzip"
        aria-label={words.upload}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = '';
          if (file) send(file);
        }}
      />
      <button
        type="button"
        class="button"
        title={words.uploadHint}
        disabled={command.isBusy}
        onClick={() => input.current?.click()}
      >
        <Icon name="plus" /> {command.isBusy ? `${words.uploading} ${name ?? ''}` : words.upload}
      </button>
      <FormMessage text={command.problem} />
    </div>
  );
}
