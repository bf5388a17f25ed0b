// The current filter, links that carry it along, and changing the query of the screen one is on.
import { useLocation } from 'preact-iso';
import { useApp } from '../app-context.ts';
import { hrefWith, type ScopeFilter, scopeOf } from './scope-filter.ts';

type Changes = Readonly<Record<string, string | null>>;
export interface ScopeLinks {
  filter: ScopeFilter;
  query: Readonly<Record<string, string | undefined>>;
  href: (path: string, changes?: Changes) => string;
  go: (path: string, changes?: Changes) => void;
  /** This screen as it is, with a changed query. */
  here: (changes: Changes) => string;
  /** Changes the query of this screen and keeps the rest of it. */
  setQuery: (changes: Changes) => void;
}

export function useScope(): ScopeLinks {
  const { path, query, route } = useLocation();
  const app = useApp();
  const href = (to: string, changes: Changes = {}): string => hrefWith(to, query, changes);
  const here = (changes: Changes): string => hrefWith(path, query, { ...query, ...changes });
  return {
    filter: scopeOf(query, app.nowMs.value),
    query,
    href,
    go: (to, changes) => route(href(to, changes)),
    here,
    setQuery: (changes) => route(here(changes), true),
  };
}
