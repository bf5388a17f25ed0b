// Language and theme of this person on this browser; remembered, and put on <html> for style sheets and readers.
import { computed, effect, type ReadonlySignal, signal, type Signal } from '@preact/signals';
import { LANGUAGES, type Language } from '../../contracts/text.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export interface Preferences {
  language: Signal<Language>;
  theme: Signal<Theme>;
  /** What `system` comes to. */
  shownTheme: ReadonlySignal<'light' | 'dark'>;
}
const KEY = { language: 'stethos.language', theme: 'stethos.theme' };

const oneOf = <T extends string>(allowed: readonly T[], value: string | null): T | null =>
  allowed.find((one) => one === value) ?? null;

export const languageOf = (tags: readonly string[]): Language =>
  tags.map((tag) => oneOf(LANGUAGES, tag.slice(0, 2).toLowerCase())).find((found) => found !== null) ?? 'en';

export function createPreferences(browser: Window, storage: Storage): Preferences {
  const language = signal(oneOf(LANGUAGES, storage.getItem(KEY.language)) ?? languageOf(browser.navigator.languages));
  const theme = signal<Theme>(oneOf(THEMES, storage.getItem(KEY.theme)) ?? 'system');
  const prefersDark = browser.matchMedia('(prefers-color-scheme: dark)');
  const isSystemDark = signal(prefersDark.matches);
  prefersDark.addEventListener('change', (event) => {
    isSystemDark.value = event.matches;
  });
  const shownTheme = computed(() => (theme.value === 'system' ? (isSystemDark.value ? 'dark' : 'light') : theme.value));
  const root = browser.document.documentElement;
  effect(() => {
    root.lang = language.value === 'zh' ? 'zh-CN' : 'en';
    storage.setItem(KEY.language, language.value);
  });
  effect(() => {
    root.dataset['theme'] = shownTheme.value;
    storage.setItem(KEY.theme, theme.value);
  });
  return { language, theme, shownTheme };
}
