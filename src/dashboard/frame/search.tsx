// The search field: `/` focuses it, arrows choose, Enter opens.
import type { VNode } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import { useApp, useFormat, useWords } from '../app-context.ts';
import { Icon, type IconName } from '../components/icon.tsx';
import { useKeys } from '../state/use-keys.ts';
import { useScope } from '../state/use-scope.ts';
import { type Found, searchRecords } from './search-records.ts';

const ICONS: Readonly<Record<Found['kind'], IconName>> = {
  device: 'fleet',
  alert: 'alerts',
  workOrder: 'jobs',
  customer: 'person',
};

export function Search(): VNode {
  const words = useWords().frame.search;
  const app = useApp();
  const { go } = useScope();
  const input = useRef<HTMLInputElement>(null);
  const listId = useId();
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const [isOpen, setOpen] = useState(false);
  useKeys({ '/': () => input.current?.focus() });

  const found =
    isOpen && query.trim() !== ''
      ? searchRecords(query, {
          devices: app.devices.byId.value.values(),
          alerts: app.alerts.byId.value.values(),
          workOrders: app.workOrders.byId.value.values(),
        })
      : [];
  const choose = (one: Found | undefined): void => {
    if (!one) return;
    setQuery('');
    setOpen(false);
    input.current?.blur();
    go(one.path, one.query);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setActive((active + step + found.length) % Math.max(1, found.length));
    } else if (event.key === 'Enter') choose(found[active]);
    else if (event.key === 'Escape') {
      setOpen(false);
      input.current?.blur();
    }
  };
  return (
    <search class="search">
      <Icon name="search" />
      <input
        ref={input}
        type="search"
        role="combobox"
        list={undefined}
        aria-label={words.label}
        aria-expanded={found.length > 0}
        aria-controls={listId}
        aria-activedescendant={found.length > 0 ? `${listId}-${active}` : undefined}
        autocomplete="off"
        placeholder={words.placeholder}
        value={query}
        onInput={(event) => {
          setQuery(event.currentTarget.value);
          setActive(0);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      <kbd aria-hidden="true">/</kbd>
      {isOpen && query.trim() !== '' && (
        <SearchResults id={listId} query={query} found={found} active={active} onChoose={choose} />
      )}
    </search>
  );
}

interface ResultsProps {
  id: string;
  query: string;
  found: readonly Found[];
  active: number;
  onChoose: (one: Found) => void;
}
function SearchResults({ id, query, found, active, onChoose }: ResultsProps): VNode {
  const words = useWords().frame.search;
  const format = useFormat();
  if (found.length === 0) {
    return (
      <div class="search-results" role="status">
        <p class="search-none">{words.none(query)}</p>
      </div>
    );
  }
  return (
    <ul class="search-results" id={id} role="listbox" aria-label={words.label}>
      {found.map((one, index) => (
        <li
          key={`${one.kind}${one.path}${format.text(one.title)}`}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === active}
          // Before the blur that would take the list away.
          onPointerDown={(event) => {
            event.preventDefault();
            onChoose(one);
          }}
        >
          <Icon name={ICONS[one.kind]} />
          <span class="search-title">{format.text(one.title)}</span>
          <span class="search-detail">{format.text(one.detail)}</span>
          <span class="search-kind">{words[one.kind]}</span>
        </li>
      ))}
    </ul>
  );
}
