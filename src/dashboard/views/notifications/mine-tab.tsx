// How the person who is signed in is told of alerts, with a test.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Preference } from '../../../contracts/http/notifications.ts';
import { useApp, useWords } from '../../app-context.ts';
import { Loaded } from '../../components/state-views.tsx';
import { useCommand } from '../../state/use-command.ts';
import { useResource } from '../../state/use-resource.ts';
import { SpeechFields } from './speech-fields.tsx';

const PATH = '/notifications/preference';

export function MineTab(): VNode {
  const { api, session } = useApp();
  const words = useWords().notifications.mine;
  const preference = useResource(PATH, (signal) => api.get<Preference>(PATH, {}, signal));
  return (
    <section class="section notification-form">
      <header class="section-head">
        <h2>{words.title}</h2>
        <span class="muted">{session.person.value?.email}</span>
      </header>
      <Loaded resource={preference}>{(value) => <PreferenceForm key="form" known={value} />}</Loaded>
    </section>
  );
}

function PreferenceForm({ known }: { known: Preference }): VNode {
  const { api } = useApp();
  const words = useWords();
  const [preference, setPreference] = useState(known);
  const [said, setSaid] = useState<string | null>(null);
  const save = useCommand();
  const test = useCommand();
  const change = (next: Preference): void => {
    setSaid(null);
    setPreference(next);
  };
  return (
    <form
      class="action-form"
      onSubmit={(event) => {
        event.preventDefault();
        save.run(async () => {
          await api.put(PATH, preference);
          setSaid(words.notifications.mine.saved);
        });
      }}
    >
      <label class="check">
        <input
          type="checkbox"
          checked={preference.email}
          onChange={(event) => change({ ...preference, email: event.currentTarget.checked })}
        />
        {words.notifications.mine.email}
      </label>
      <SpeechFields speech={preference} onChange={(speech) => change({ ...preference, ...speech })} />
      {(save.problem ?? test.problem) !== null && (
        <p class="form-message" role="alert">
          {save.problem ?? test.problem}
        </p>
      )}
      <div class="line">
        <button type="submit" class="button primary" disabled={save.isBusy}>
          {words.frame.action.save}
        </button>
        <button
          type="button"
          class="button"
          disabled={test.isBusy}
          onClick={() =>
            test.run(async (key) => {
              await api.post('/notifications/test', {}, key);
              setSaid(words.notifications.mine.testSent);
            })
          }
        >
          {words.notifications.mine.test}
        </button>
        {said !== null && <span role="status">{said}</span>}
      </div>
    </form>
  );
}
