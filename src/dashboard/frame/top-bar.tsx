// The bar over every screen: search, scope and period, live state, language, theme, person.
import type { VNode } from 'preact';
import { LiveSign } from './live-sign.tsx';
import { LanguageSwitch, PersonMenu, ThemeMenu } from './person-menu.tsx';
import { ScopeBar } from './scope-bar.tsx';
import { Search } from './search.tsx';

export const TopBar = (): VNode => (
  <header class="top-bar">
    <Search />
    <ScopeBar />
    <span class="grow" />
    <LiveSign />
    <LanguageSwitch />
    <ThemeMenu />
    <PersonMenu />
  </header>
);
