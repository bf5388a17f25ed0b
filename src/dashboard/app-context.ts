// What every component may ask for, handed down once: session, API, live connection, records, words and formats.
import type { ReadonlySignal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { ApiClient } from './api-client.ts';
import type { Format } from './format/format.ts';
import type { Words } from './i18n/words.ts';
import type { LiveStores } from './state/live-stores.ts';
import type { Preferences } from './state/preferences.ts';
import type { Session } from './state/session.ts';

export interface App extends LiveStores {
  session: Session;
  preferences: Preferences;
  api: ApiClient;
  words: ReadonlySignal<Words>;
  format: ReadonlySignal<Format>;
  /** Now, ticking slowly: for ages and open periods. */
  nowMs: ReadonlySignal<number>;
}

export const AppContext = createContext<App | null>(null);

export function useApp(): App {
  const app = useContext(AppContext);
  if (app === null) throw new Error('Components are rendered inside AppContext');
  return app;
}

export const useWords = (): Words => useApp().words.value;
export const useFormat = (): Format => useApp().format.value;
