// Entry of the dashboard: builds session, API client, live stores and words once, and renders the app.
import { batch, computed, effect, signal } from '@preact/signals';
import { render } from 'preact';
import type { Language } from '../contracts/text.ts';
import { createApiClient } from './api-client.ts';
import { type App, AppContext } from './app-context.ts';
import { createFormat } from './format/format.ts';
import { loadWords } from './i18n/load-words.ts';
import { Root } from './root.tsx';
import { createLiveStores } from './state/live-stores.ts';
import { createPreferences } from './state/preferences.ts';
import { createSession } from './state/session.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/signs.css';
import './styles/frame.css';
import './styles/table.css';
import './styles/panel.css';
import './styles/chart.css';
import './styles/fleet.css';
import './styles/device.css';
import './styles/alerts.css';
import './styles/commands.css';
import './styles/work-orders.css';
import './styles/books.css';
import './styles/costs.css';
import './styles/contracts.css';
import './styles/movers.css';
import './styles/explain.css';
import './styles/forecast.css';
import './styles/allocation.css';
import './styles/access.css';
import './styles/quality.css';
import './styles/models.css';
import './styles/rules.css';
import './styles/notifications.css';

const TICK_MS = 10_000;

async function createApp(): Promise<App> {
  const preferences = createPreferences(window, localStorage);
  const session = createSession(localStorage);
  const api = createApiClient(session, window.fetch.bind(window));
  const stores = createLiveStores(session, api, {
    url: '/live',
    token: () => session.tokens.value?.accessToken ?? null,
    renewToken: () => api.refresh().catch(() => false),
    now: Date.now,
  });
  const nowMs = signal(Date.now());
  setInterval(() => {
    nowMs.value = Date.now();
  }, TICK_MS);

  const first = preferences.language.value;
  const tongue = signal({ language: first, words: await loadWords(first) });
  const speak = async (language: Language): Promise<void> => {
    tongue.value = { language, words: await loadWords(language) };
  };
  effect(() => {
    const language = preferences.language.value;
    if (language === tongue.peek().language) return;
    void speak(language);
  });
  window.addEventListener('storage', () => batch(() => session.followStored()));
  return {
    ...stores,
    session,
    preferences,
    api,
    nowMs,
    words: computed(() => tongue.value.words),
    format: computed(() => createFormat(tongue.value)),
  };
}

const place = document.getElementById('app');
if (place === null) throw new Error('index.html lacks #app');
const app = await createApp();
render(
  <AppContext.Provider value={app}>
    <Root />
  </AppContext.Provider>,
  place,
);
