// One import: how far it is, its mapping while it waits for one, its end report, and stopping it.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Import } from '../../../contracts/http/system.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { useCommand } from '../../state/use-command.ts';
import { ImportReportView, reportIn } from './import-report.tsx';
import { MappingForm } from './mapping-form.tsx';
import { FormMessage } from '../../components/form-message.tsx';

const TONES = {
  uploaded: '',
  running: 'is-accent',
  finished: 'is-good',
  failed: 'is-bad',
  cancelled: 'is-warm',
} as const;

export function ImportLine({ run }: { run: Import }): VNode {
  const { session, nowMs } = useApp();
  const words = useWords();
  const format = useFormat();
  const [isOpen, setOpen] = useState(false);
  const mayWrite = session.can('imports:write') && run.kind === 'file';
  const report = reportIn(run);
  const hasMore = report !== null || (mayWrite && run.state === 'uploaded');
  return (
    <li class="import-line">
      <strong class="clip">{run.name}</strong>
      <span class={`tag ${TONES[run.state]}`}>{words.system.importState[run.state]}</span>
      <progress max={Math.max(1, run.total)} value={run.done} aria-label={run.name} />
      <span class="muted number">
        {words.system.of(format.integer(run.done), format.integer(run.total))} ·{' '}
        {format.ago(run.startedAt, nowMs.value)}
      </span>
      <div class="line wrap import-actions">
        {hasMore && (
          <button type="button" class="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? words.imports.hide : run.state === 'uploaded' ? words.imports.map : words.imports.details}
          </button>
        )}
        {mayWrite && (run.state === 'running' || run.state === 'uploaded') && <CancelButton run={run} />}
        {run.startedBy !== null && <span class="muted">{words.imports.by(run.startedBy)}</span>}
      </div>
      {isOpen && run.state === 'uploaded' && mayWrite && <MappingForm run={run} />}
      {isOpen && report !== null && run.state !== 'uploaded' && <ImportReportView report={report} />}
    </li>
  );
}

function CancelButton({ run }: { run: Import }): VNode {
  const { api, imports } = useApp();
  const words = useWords().imports;
  const [isAsked, setAsked] = useState(false);
  const command = useCommand();
  const cancel = (): void =>
    command.run(async (key) => imports.patch(await api.post<Import>(`/imports/${run.id}/cancel`, {}, key)));
  return (
    <>
      <button
        type="button"
        class="button danger"
        disabled={command.isBusy}
        onClick={isAsked ? cancel : () => setAsked(true)}
      >
        {isAsked ? words.cancelSure : words.cancel}
      </button>
      <FormMessage text={command.problem} />
    </>
  );
}
