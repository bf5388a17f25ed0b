// Language, theme, and who is signed in with what they may see.
import type { VNode } from 'preact';
import { useApp, useWords } from '../app-context.ts';
import { Icon, type IconName } from '../components/icon.tsx';
import { Menu, MenuChoice } from '../components/menu.tsx';
import { type Theme, THEMES } from '../state/preferences.ts';
import { useScope } from '../state/use-scope.ts';

export function LanguageSwitch(): VNode {
  const { preferences } = useApp();
  const words = useWords();
  const isChinese = preferences.language.value === 'zh';
  return (
    <button
      type="button"
      class="button quiet language-switch"
      aria-label={`${words.frame.language}: ${isChinese ? 'English' : '中文'}`}
      onClick={() => {
        preferences.language.value = isChinese ? 'en' : 'zh';
      }}
    >
      <span lang={isChinese ? 'en' : 'zh'}>{isChinese ? 'EN' : '中'}</span>
    </button>
  );
}

const THEME_ICONS: Readonly<Record<Theme, IconName>> = { system: 'auto', light: 'sun', dark: 'moon' };

export function ThemeMenu(): VNode {
  const { preferences } = useApp();
  const { theme } = useWords().frame;
  const current = preferences.theme.value;
  return (
    <Menu label={theme.label} button={<Icon name={THEME_ICONS[current]} />} align="end">
      {(close) =>
        THEMES.map((one) => (
          <MenuChoice
            key={one}
            isChosen={one === current}
            onChoose={() => {
              preferences.theme.value = one;
              close();
            }}
          >
            <Icon name={THEME_ICONS[one]} /> {theme[one]}
          </MenuChoice>
        ))
      }
    </Menu>
  );
}

export function PersonMenu(): VNode | null {
  const { session, api } = useApp();
  const words = useWords();
  const { go } = useScope();
  const person = session.person.value;
  if (person === null) return null;
  const scope = [...(person.regions ?? []), ...(person.customers ?? [])];
  return (
    <Menu
      label={`${words.frame.person.menu}: ${person.name}`}
      button={<span class="avatar">{initialsOf(person.name)}</span>}
      align="end"
    >
      {(close) => (
        <>
          <div class="menu-head">
            <strong>{person.name}</strong>
            <span>{person.email}</span>
            <span>{words.terms.role[person.role]}</span>
            <span>
              {words.frame.person.scope}: {scope.length === 0 ? words.frame.person.everything : scope.join(', ')}
            </span>
          </div>
          {session.can('alerts:read') && (
            <MenuChoice
              onChoose={() => {
                close();
                go('/notifications');
              }}
            >
              <Icon name="send" /> {words.notifications.title}
            </MenuChoice>
          )}
          <MenuChoice onChoose={() => void api.signOut()}>
            <Icon name="leave" /> {words.frame.person.signOut}
          </MenuChoice>
        </>
      )}
    </Menu>
  );
}

/** Two letters of a Latin name, the last two characters of a Chinese one. */
function initialsOf(name: string): string {
  const chinese = name.match(/\p{Script=Han}/gu);
  if (chinese) return chinese.slice(-2).join('');
  return name
    .split(/\s+/)
    .map((part) => part.charAt(0).toUpperCase())
    .slice(0, 2)
    .join('');
}
