// Whom an alert was told to and how that went, or why it was not.
import type { VNode } from 'preact';
import type { AlertNotice } from '../../../contracts/http/notifications.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { NotificationStateTag } from '../notifications/notification-state-tag.tsx';

export function AlertNotices({ notices }: { notices: readonly AlertNotice[] }): VNode {
  const words = useWords().alerts;
  return (
    <div class="pane-part">
      <h3>{words.notices}</h3>
      {notices.length === 0 ? (
        <p class="muted">{words.noNotices}</p>
      ) : (
        <ol class="history">
          {notices.map((one, index) => (
            <Notice key={`${one.at}${index}`} notice={one} />
          ))}
        </ol>
      )}
    </div>
  );
}

function Notice({ notice }: { notice: AlertNotice }): VNode {
  const words = useWords();
  const format = useFormat();
  const { at, occasion, level, recipient, suppressed, notification } = notice;
  const known: Readonly<Record<string, string>> = words.notifications.suppressed;
  return (
    <li>
      <time dateTime={at}>{format.dateTime(at)}</time>
      <span>
        <strong>{words.alerts.occasion[occasion]}</strong>{' '}
        {recipient !== null && <span class="muted">{words.alerts.noticeTo(recipient, format.integer(level))}</span>}{' '}
        {suppressed !== null ? (
          <span class="history-note">{words.notifications.notTold(known[suppressed] ?? suppressed)}</span>
        ) : (
          notification !== null && (
            <span class="history-note">
              <NotificationStateTag state={notification.state} /> {words.notifications.channel[notification.channel]}
              {notification.settledAt !== null && ` · ${format.dateTime(notification.settledAt)}`}
              {notification.state === 'waiting' && ` · ${words.notifications.due(format.dateTime(notification.dueAt))}`}
              {notification.state === 'waiting' &&
                notification.heldFor !== null &&
                ` · ${words.notifications.heldFor[notification.heldFor]}`}
              {notification.alertCount > 1 &&
                ` · ${words.alerts.together(format.integer(notification.alertCount - 1))}`}
              {notification.attempts > 1 && ` · ${words.notifications.tries(format.integer(notification.attempts))}`}
              {notification.lastError !== null && ` · ${notification.lastError}`}
            </span>
          )
        )}
      </span>
    </li>
  );
}
