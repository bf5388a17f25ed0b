// Escalation by severity: who is told at once, who after how long, and how often again.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { EscalationPolicy } from '../../../contracts/http/notifications.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Icon } from '../../components/icon.tsx';
import { SeveritySign } from '../../components/signs.tsx';
import { Loaded } from '../../components/state-views.tsx';
import { useResource } from '../../state/use-resource.ts';
import { PolicyForm } from './policy-form.tsx';
import { useRecipients } from './use-recipients.ts';

const MINUTE_MS = 60_000;

export function PoliciesTab(): VNode {
  const { api } = useApp();
  const words = useWords().notifications;
  const policies = useResource('/notifications/policies', (signal) =>
    api.get<EscalationPolicy[]>('/notifications/policies', {}, signal),
  );
  const recipients = useRecipients();
  return (
    <>
      <p class="muted">{words.policy.lead}</p>
      {recipients.hasMail === false && (
        <p class="notice-line" role="note">
          <Icon name="info" size={14} /> {words.mine.noMail}
        </p>
      )}
      <Loaded resource={policies}>
        {(all) => (
          <div class="policies">
            {all.map((policy) => (
              <PolicyCard key={policy.severity} policy={policy} recipients={recipients} onSaved={policies.reload} />
            ))}
          </div>
        )}
      </Loaded>
    </>
  );
}

interface CardProps {
  policy: EscalationPolicy;
  recipients: ReturnType<typeof useRecipients>;
  onSaved: () => void;
}

function PolicyCard({ policy, recipients, onSaved }: CardProps): VNode {
  const { session } = useApp();
  const words = useWords().notifications.policy;
  const format = useFormat();
  const [isEditing, setEditing] = useState(false);
  const { severity, levels, repeatMinutes, changedBy, changedAt } = policy;
  return (
    <section class="section">
      <header class="section-head">
        <h2>
          <SeveritySign severity={severity} />
        </h2>
        <span class="grow" />
        {session.can('notifications:write') && !isEditing && (
          <button type="button" class="button" onClick={() => setEditing(true)}>
            {words.edit}
          </button>
        )}
      </header>
      {isEditing ? (
        <PolicyForm
          policy={policy}
          recipients={recipients}
          onDone={(isSaved) => {
            setEditing(false);
            if (isSaved) onSaved();
          }}
        />
      ) : (
        <div class="policy">
          {levels.length === 0 ? (
            <p class="muted">{words.none}</p>
          ) : (
            <ol>
              {levels.map((level) => (
                <li key={level.afterMinutes}>
                  <strong>
                    {level.afterMinutes === 0 ? words.atOnce : words.after(format.span(level.afterMinutes * MINUTE_MS))}
                  </strong>
                  <span>{level.recipients.map(recipients.nameOf).join(format.language === 'zh' ? '、' : ', ')}</span>
                </li>
              ))}
            </ol>
          )}
          {levels.length > 0 && (
            <p class="muted">
              {repeatMinutes === null ? words.noRepeat : words.repeat(format.span(repeatMinutes * MINUTE_MS))}
            </p>
          )}
          {changedBy !== 'system' && <p class="muted">{words.changed(changedBy, format.dateTime(changedAt))}</p>}
        </div>
      )}
    </section>
  );
}
