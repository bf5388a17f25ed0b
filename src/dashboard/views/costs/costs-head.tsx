// The head every cost tab opens with: title, the months and currency shown, and the tabs a person may open.
import type { ComponentChildren, VNode } from 'preact';
import { useFormat, useWords } from '../../app-context.ts';
import { Segmented } from '../../components/segmented.tsx';
import { useScope } from '../../state/use-scope.ts';
import { type CostTab, tabOf, useCostTabs } from './costs-tabs.ts';

export function CostsHead({
  currency,
  children,
}: {
  currency?: string | undefined;
  children?: ComponentChildren;
}): VNode {
  const words = useWords().costs;
  const format = useFormat();
  const { filter, query, go } = useScope();
  const tabs = useCostTabs();
  const { from, to } = filter.range;
  return (
    <div class="view-head wrap">
      <h1>{words.title}</h1>
      <span class="muted">
        {format.period(from)}
        {from !== to && ` – ${format.period(to)}`}
        {currency !== undefined && ` · ${currency}`}
      </span>
      {children}
      <span class="grow" />
      {tabs.length > 1 && (
        <Segmented<CostTab>
          label={words.tabs.label}
          value={tabOf(query['tab'])}
          options={tabs.map((value) => ({ value, text: words.tabs[value] }))}
          onChange={(next) => go('/costs', { tab: next === 'overview' ? null : next, cell: null, way: null })}
        />
      )}
    </div>
  );
}
