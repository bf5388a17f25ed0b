// Region, customer and period: kept in the URL, obeyed by every screen. On narrow screens behind one button.
import type { VNode } from 'preact';
import { useApp, useFormat, useWords } from '../app-context.ts';
import { Select } from '../components/field.tsx';
import { Icon } from '../components/icon.tsx';
import { Menu } from '../components/menu.tsx';
import type { Words } from '../i18n/words.ts';
import { lastMonths, rangeText, shiftPeriod } from '../state/periods.ts';
import { useMedia } from '../state/use-media.ts';
import { useNames } from '../state/use-names.ts';
import { useScope } from '../state/use-scope.ts';

export function ScopeBar(): VNode {
  const words = useWords();
  const { filter, query, setQuery } = useScope();
  const isRoomy = useMedia('(min-width: 1240px)');
  const count = [filter.region, filter.customer, query['period'] ?? null].filter((one) => one !== null).length;
  if (isRoomy) return <ScopeFields />;
  return (
    <Menu
      label={words.frame.scope.filters}
      className={count > 0 ? 'button quiet is-on' : 'button quiet'}
      button={
        <>
          <Icon name="filter" />
          {count > 0 && <span class="rail-count">{count}</span>}
        </>
      }
    >
      {() => (
        <div class="scope-panel">
          <ScopeFields />
          {count > 0 && (
            <button
              type="button"
              class="button"
              onClick={() => setQuery({ region: null, customer: null, period: null })}
            >
              {words.frame.scope.clear}
            </button>
          )}
        </div>
      )}
    </Menu>
  );
}

function ScopeFields(): VNode {
  const words = useWords().frame.scope;
  const format = useFormat();
  const { nowMs } = useApp();
  const names = useNames();
  const { filter, setQuery } = useScope();
  const customers = [...names.customers.values()]
    .filter((one) => filter.region === null || one.region === filter.region)
    .map((one) => ({ value: one.code, text: format.text(one.name) }));
  const period = rangeText(filter.range);
  const presets = presetsOf(words, nowMs.value);
  const known = presets.some((preset) => preset.value === period);
  return (
    <div class="scope-fields">
      <Select
        label={words.region}
        value={filter.region ?? ''}
        options={[
          { value: '', text: words.allRegions },
          ...[...names.regions].map(([code, name]) => ({ value: code, text: format.text(name) })),
        ]}
        onChange={(region) => setQuery({ region: region || null, customer: null })}
      />
      <Select
        label={words.customer}
        value={filter.customer ?? ''}
        options={[{ value: '', text: words.allCustomers }, ...customers]}
        onChange={(customer) => setQuery({ customer: customer || null })}
      />
      <Select
        label={words.period}
        value={period}
        options={known ? presets : [...presets, { value: period, text: period.replace('..', ' – ') }]}
        onChange={(value) => setQuery({ period: value })}
      />
    </div>
  );
}

function presetsOf(words: Words['frame']['scope'], nowMs: number): { value: string; text: string }[] {
  const thisMonth = lastMonths(1, nowMs);
  const lastMonth = shiftPeriod(thisMonth.to, -1);
  return [
    { value: rangeText(thisMonth), text: words.thisMonth },
    { value: lastMonth, text: words.lastMonth },
    { value: rangeText(lastMonths(3, nowMs)), text: words.last3 },
    { value: rangeText(lastMonths(6, nowMs)), text: words.last6 },
    { value: rangeText(lastMonths(12, nowMs)), text: words.last12 },
  ];
}
