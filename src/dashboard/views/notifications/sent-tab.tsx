// What was sent, waits or was given up, newest first; what was given up is sent again with one press.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import {
  type Notification,
  NOTIFICATION_STATES,
  type NotificationState,
} from '../../../contracts/http/notifications.ts';
import type { Page } from '../../../contracts/http/page.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Select } from '../../components/field.tsx';
import { MoreRows } from '../../components/more-rows.tsx';
import { SeverityShape } from '../../components/signs.tsx';
import { Empty, Loaded } from '../../components/state-views.tsx';
import { useCommand } from '../../state/use-command.ts';
import { usePages } from '../../state/use-pages.ts';
import { useScope } from '../../state/use-scope.ts';
import { NotificationStateTag } from './notification-state-tag.tsx';

const LIMIT = 100;
type Shown = NotificationState | 'all';

export function SentTab(): VNode {
  const { api } = useApp();
  const words = useWords().notifications;
  const [state, setState] = useState<Shown>('all');
  const sent = usePages(`notifications ${state}`, (cursor, signal) =>
    api.get<Page<Notification>>(
      '/notifications',
      { limit: LIMIT, cursor, state: state === 'all' ? null : state },
      signal,
    ),
  );
  return (
    <section class="section is-whole">
      <header class="section-head">
        <h2>{words.tabs.sent}</h2>
        <span class="grow" />
        <span class="notification-filter">
          <Select<Shown>
            label={words.sent.state}
            value={state}
            options={(['all', ...NOTIFICATION_STATES] as const).map((value) => ({
              value,
              text: value === 'all' ? words.sent.all : words.state[value],
            }))}
            onChange={setState}
          />
        </span>
      </header>
      <Loaded resource={sent}>
        {(items) =>
          items.length === 0 ? (
            <Empty icon="send" title={words.sent.none} hint={words.sent.noneHint} />
          ) : (
            <ul class="notification-list">
              {items.map((one) => (
                <SentLine key={one.id} notification={one} onResent={sent.reload} />
              ))}
            </ul>
          )
        }
      </Loaded>
      <MoreRows pages={sent} />
    </section>
  );
}

function SentLine({ notification: one, onResent }: { notification: Notification; onResent: () => void }): VNode {
  const { api, session } = useApp();
  const words = useWords().notifications;
  const format = useFormat();
  const { href } = useScope();
  const command = useCommand();
  return (
    <li>
      <span class="notification-top">
        <NotificationStateTag state={one.state} />
        {one.severity !== null && <SeverityShape severity={one.severity} />}
        <strong class="clip">{one.subject ?? (one.kind === 'test' ? words.sent.test : one.recipient)}</strong>
        <span class="grow" />
        <time class="muted" dateTime={one.createdAt}>
          {format.dateTime(one.settledAt ?? one.createdAt)}
        </time>
      </span>
      <span class="notification-facts muted">
        <span>
          {words.channel[one.channel]} · {one.recipient} · {one.address}
        </span>
        {one.state === 'waiting' && (
          <span>
            {words.due(format.dateTime(one.dueAt))}
            {one.heldFor !== null && ` · ${words.heldFor[one.heldFor]}`}
          </span>
        )}
        {one.attempts > 1 && <span>{words.tries(format.integer(one.attempts))}</span>}
        {one.alertCount > 0 && (
          <span>
            {words.sent.alerts} {format.integer(one.alertCount)}:{' '}
            {one.alerts.slice(0, 5).map((id) => (
              <a key={id} class="link" href={href(`/alerts/${id}`)}>
                #{id}{' '}
              </a>
            ))}
          </span>
        )}
      </span>
      {one.lastError !== null && <span class="form-message">{one.lastError}</span>}
      {command.problem !== null && <span class="form-message">{command.problem}</span>}
      {one.state === 'dead' && session.can('notifications:write') && (
        <button
          type="button"
          class="button"
          disabled={command.isBusy}
          onClick={() =>
            command.run(async (key) => {
              await api.post(`/notifications/${one.id}/resend`, {}, key);
              onResent();
            })
          }
        >
          {words.sent.resend}
        </button>
      )}
    </li>
  );
}
