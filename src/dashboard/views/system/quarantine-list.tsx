// Payloads in quarantine: why, what they hold, and putting them through again or letting them go.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Page } from '../../../contracts/http/page.ts';
import type { Quarantined } from '../../../contracts/http/quarantine.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { MoreRows } from '../../components/more-rows.tsx';
import { Empty, Loaded } from '../../components/state-views.tsx';
import { useCommand } from '../../state/use-command.ts';
import { usePages } from '../../state/use-pages.ts';
import { useScope } from '../../state/use-scope.ts';

const LIMIT = 100;

export function QuarantineList(): VNode {
  const { api } = useApp();
  const words = useWords().system;
  const held = usePages(
    'quarantine',
    (cursor, signal) => api.get<Page<Quarantined>>('/quarantine', { limit: LIMIT, cursor }, signal),
    true,
  );
  return (
    <section class="section">
      <header class="section-head">
        <h2>{words.quarantine}</h2>
        <span class="muted">{words.quarantineHint}</span>
      </header>
      <Loaded resource={held}>
        {(items) =>
          items.length === 0 ? (
            <Empty icon="check" title={words.quarantineEmpty} hint={words.quarantineEmptyHint} />
          ) : (
            <ul>
              {items.map((one) => (
                <QuarantineLine key={one.id} payload={one} onChanged={held.reload} />
              ))}
            </ul>
          )
        }
      </Loaded>
      <MoreRows pages={held} />
    </section>
  );
}

interface LineProps {
  payload: Quarantined;
  onChanged: () => void;
}
function QuarantineLine({ payload, onChanged }: LineProps): VNode {
  const { api, session, nowMs } = useApp();
  const words = useWords().system;
  const format = useFormat();
  const { href } = useScope();
  const [isOpen, setOpen] = useState(false);
  const command = useCommand();
  const act = (action: 'replay' | 'discard') => (): void =>
    command.run(async (key) => {
      await api.post<Quarantined>(`/quarantine/${payload.id}/${action}`, {}, key);
      onChanged();
    });
  return (
    <li class="quarantine-line">
      <div class="line wrap">
        <span class={payload.state === 'held' ? 'tag is-warm' : 'tag'}>{words.state[payload.state]}</span>
        <a class="link" href={href(`/devices/${payload.device}`)}>
          {payload.device}
        </a>
        <strong>{payload.reason}</strong>
        <span class="muted">{payload.detail}</span>
        <span class="grow" />
        <span class="muted">
          {format.ago(payload.receivedAt, nowMs.value)}
          {payload.seen > 1 && ` · ${words.seen(format.integer(payload.seen))}`} ·{' '}
          {words.bytes(format.integer(payload.bytes))}
        </span>
        <button type="button" class="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? words.hide : words.show}
        </button>
        {payload.state === 'held' && session.can('quarantine:write') && (
          <>
            <button type="button" class="button" disabled={command.isBusy} onClick={act('replay')}>
              {words.replay}
            </button>
            <button type="button" class="button danger" disabled={command.isBusy} onClick={act('discard')}>
              {words.discard}
            </button>
          </>
        )}
      </div>
      {command.problem !== null && (
        <p class="form-message" role="alert">
          {command.problem}
        </p>
      )}
      {isOpen && (
        <div class="payload">
          <p class="mono muted">{payload.topic}</p>
          <pre class="mono">{payload.preview}</pre>
        </div>
      )}
    </li>
  );
}
