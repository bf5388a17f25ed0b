// The same done with several alerts at once; what was refused is named.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { AlertAction, AlertBulkResult, AlertCommand } from '../../../contracts/http/alerts.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { ActionForm } from './action-form.tsx';

const OFFERED: readonly AlertAction[] = ['acknowledge', 'assign', 'shelve', 'resolve', 'comment'];

interface BulkProps {
  ids: readonly number[];
  /** Keeps these selected. */
  onChanged: (ids: readonly number[]) => void;
}

export function BulkActions({ ids, onChanged }: BulkProps): VNode {
  const { api, alerts } = useApp();
  const words = useWords().alerts;
  const format = useFormat();
  const [asked, setAsked] = useState<AlertAction | null>(null);
  const [refused, setRefused] = useState<AlertBulkResult['refused']>([]);
  const send = (action: AlertAction) => async (body: AlertCommand, key: string) => {
    const result = await api.post<AlertBulkResult>('/alerts/bulk', { ids, action, ...body }, key);
    for (const alert of result.changed) alerts.patch(alert);
    setRefused(result.refused);
    setAsked(null);
    onChanged(result.refused.map(({ id }) => id));
  };
  return (
    <div class="bulk-bar" role="region" aria-label={words.selected(format.integer(ids.length))}>
      <div class="line wrap">
        <strong>{words.selected(format.integer(ids.length))}</strong>
        {OFFERED.map((action) => (
          <button
            key={action}
            type="button"
            class="button"
            aria-expanded={asked === action}
            onClick={() => setAsked(asked === action ? null : action)}
          >
            {words.action[action]}
          </button>
        ))}
        <span class="grow" />
        <button type="button" class="button quiet" onClick={() => onChanged([])}>
          {words.selectNone}
        </button>
      </div>
      {refused.length > 0 && (
        <p class="form-message" role="alert">
          {words.refusedOf(format.integer(refused.length))}{' '}
          {refused.map(({ id, detail }) => `#${id} ${detail}`).join(' · ')}
        </p>
      )}
      {asked !== null && <ActionForm key={asked} action={asked} send={send(asked)} onDone={() => setAsked(null)} />}
    </div>
  );
}
