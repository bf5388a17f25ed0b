// Webhooks: set up, tried, switched off, given a new secret, which is shown this once.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Webhook, WebhookWithSecret } from '../../../contracts/http/notifications.ts';
import { useApp, useWords } from '../../app-context.ts';
import { DeleteButton } from '../../components/delete-button.tsx';
import { Field } from '../../components/field.tsx';
import { Icon } from '../../components/icon.tsx';
import { Empty, Loaded } from '../../components/state-views.tsx';
import { useCommand } from '../../state/use-command.ts';
import { useResource } from '../../state/use-resource.ts';
import { CopyText } from '../device/copy-text.tsx';
import { ownSpeech, SpeechFields } from './speech-fields.tsx';
import { FormMessage } from '../../components/form-message.tsx';

const PATH = '/notifications/webhooks';

export function WebhooksTab(): VNode {
  const { api, session } = useApp();
  const { webhook: words, tabs } = useWords().notifications;
  const title = tabs.webhooks;
  const webhooks = useResource(PATH, (signal) => api.get<Webhook[]>(PATH, {}, signal));
  const [made, setMade] = useState<WebhookWithSecret | null>(null);
  const take = (fresh: WebhookWithSecret): void => {
    setMade(fresh);
    webhooks.reload();
  };
  return (
    <section class="section is-whole">
      <header class="section-head">
        <h2>{title}</h2>
      </header>
      <p class="muted section-lead">{words.lead}</p>
      {made !== null && (
        <div class="access-once" role="status">
          <strong>
            {made.webhook.name}: {words.once}
          </strong>
          <CopyText text={made.secret} label={words.secret} />
          <button type="button" class="button" onClick={() => setMade(null)}>
            {words.closeSecret}
          </button>
        </div>
      )}
      <Loaded resource={webhooks}>
        {(items) =>
          items.length === 0 ? (
            <Empty icon="plug" title={words.none} hint={words.noneHint} />
          ) : (
            <ul class="notification-list">
              {items.map((one) => (
                <WebhookLine key={one.id} webhook={one} onChanged={webhooks.reload} onSecret={take} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {session.can('notifications:write') && <NewWebhookForm onMade={take} />}
    </section>
  );
}

interface LineProps {
  webhook: Webhook;
  onChanged: () => void;
  onSecret: (fresh: WebhookWithSecret) => void;
}

function WebhookLine({ webhook, onChanged, onSecret }: LineProps): VNode {
  const { api, session } = useApp();
  const words = useWords().notifications;
  const command = useCommand();
  const [said, setSaid] = useState<string | null>(null);
  const path = `${PATH}/${webhook.id}`;
  return (
    <li>
      <span class="notification-top">
        <span class={webhook.active ? 'tag is-good' : 'tag'}>
          {webhook.active ? words.webhook.on : words.webhook.off}
        </span>
        <strong>{webhook.name}</strong>
        <span class="clip muted">{webhook.url}</span>
      </span>
      {session.can('notifications:write') && (
        <span class="line wrap">
          <button
            type="button"
            class="button"
            disabled={command.isBusy}
            onClick={() =>
              command.run(async (key) => {
                await api.post(`${path}/test`, {}, key);
                setSaid(words.mine.testSent);
              })
            }
          >
            {words.webhook.test}
          </button>
          <button
            type="button"
            class="button"
            disabled={command.isBusy}
            onClick={() => command.run(async () => onSecret(await api.post<WebhookWithSecret>(`${path}/secret`)))}
          >
            {words.webhook.rotate}
          </button>
          <button
            type="button"
            class="button"
            disabled={command.isBusy}
            onClick={() =>
              command.run(async () => {
                await api.patch(path, { active: !webhook.active }, webhook.revision);
                onChanged();
              })
            }
          >
            {webhook.active ? words.webhook.switchOff : words.webhook.switchOn}
          </button>
          <DeleteButton
            text={words.webhook.remove}
            sure={words.webhook.removeSure}
            onDelete={async () => {
              await api.delete(path, webhook.revision);
              onChanged();
            }}
          />
          {said !== null && <span role="status">{said}</span>}
          {command.problem !== null && <span class="form-message">{command.problem}</span>}
        </span>
      )}
    </li>
  );
}

function NewWebhookForm({ onMade }: { onMade: (fresh: WebhookWithSecret) => void }): VNode {
  const { api, preferences } = useApp();
  const words = useWords();
  const say = words.notifications.webhook;
  const [isOpen, setOpen] = useState(false);
  const [name, setName] = useState('');
  const [url, setUrl] = useState('https://');
  const [speech, setSpeech] = useState(() => ownSpeech(preferences.language.value));
  const command = useCommand();
  if (!isOpen) {
    return (
      <button type="button" class="button section-button" onClick={() => setOpen(true)}>
        <Icon name="plus" size={14} /> {say.add}
      </button>
    );
  }
  return (
    <form
      class="action-form"
      onSubmit={(event) => {
        event.preventDefault();
        command.run(async () => {
          onMade(await api.post<WebhookWithSecret>(PATH, { name, url, ...speech }));
          setOpen(false);
        });
      }}
    >
      <Field label={say.name}>
        <input required maxLength={100} value={name} onInput={(event) => setName(event.currentTarget.value)} />
      </Field>
      <Field label={say.url}>
        <input type="url" required value={url} onInput={(event) => setUrl(event.currentTarget.value)} />
      </Field>
      <SpeechFields speech={speech} onChange={setSpeech} />
      <FormMessage text={command.problem} />
      <div class="line">
        <button type="submit" class="button primary" disabled={command.isBusy}>
          {say.make}
        </button>
        <button type="button" class="button quiet" onClick={() => setOpen(false)}>
          {words.frame.action.cancel}
        </button>
      </div>
    </form>
  );
}
