// Letting in or discarding everything held that fits the filter. Discarding asks why.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { QuarantineSummary } from '../../../contracts/http/quarantine.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { useCommand } from '../../state/use-command.ts';

interface BulkActionsProps {
  filter: { state: string | null; reason: string | null; device: string | null };
  summary: QuarantineSummary;
  onDone: () => void;
}

export function BulkActions({ filter, summary, onDone }: BulkActionsProps): VNode | null {
  const { api, session } = useApp();
  const words = useWords();
  const format = useFormat();
  const [isAsking, setAsking] = useState(false);
  const [note, setNote] = useState('');
  const [isStarted, setStarted] = useState(false);
  const command = useCommand();
  const entries = summary.byReason
    .filter(({ reason }) => filter.reason === null || reason === filter.reason)
    .reduce((sum, one) => sum + one.entries, 0);
  if (filter.state !== 'held' || entries === 0 || !session.can('quarantine:write')) return null;
  const chosen = {
    ...(filter.reason === null ? {} : { reason: filter.reason }),
    ...(filter.device === null ? {} : { device: filter.device }),
  };
  const replay = (): void =>
    command.run(async (key) => {
      await api.post('/quarantine/replay', { filter: chosen }, key);
      setStarted(true);
    });
  const discard = (): void =>
    command.run(async (key) => {
      await api.post('/quarantine/discard', { filter: chosen, note }, key);
      setAsking(false);
      onDone();
    });
  return (
    <span class="bulk-actions">
      {isAsking ? (
        <>
          <input
            class="input"
            aria-label={words.quarantine.discardWhy}
            placeholder={words.quarantine.discardWhy}
            value={note}
            maxLength={500}
            onInput={(event) => setNote(event.currentTarget.value)}
          />
          <button type="button" class="button danger" disabled={command.isBusy || note.trim() === ''} onClick={discard}>
            {words.quarantine.discard}
          </button>
          <button type="button" class="button quiet" onClick={() => setAsking(false)}>
            {words.frame.action.cancel}
          </button>
        </>
      ) : (
        <>
          <button type="button" class="button" disabled={command.isBusy} onClick={replay}>
            {words.quarantine.replayAll(format.integer(entries))}
          </button>
          <button type="button" class="button danger" onClick={() => setAsking(true)}>
            {words.quarantine.discardAll(format.integer(entries))}
          </button>
        </>
      )}
      {isStarted && <span class="muted">{words.quarantine.started}</span>}
      {command.problem !== null && (
        <span class="form-message" role="alert">
          {command.problem}
        </span>
      )}
    </span>
  );
}
