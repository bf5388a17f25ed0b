// The fleet's data quality: what is wrong now, how complete the data of each day is, names nobody knows, and payloads
// that could not be read.
import type { VNode } from 'preact';
import { useApp, useWords } from '../../app-context.ts';
import { Segmented } from '../../components/segmented.tsx';
import { useScope } from '../../state/use-scope.ts';
import { CompletenessTab } from './completeness-tab.tsx';
import { EventsTab } from './events-tab.tsx';
import { NamesTab } from './names-tab.tsx';
import { QuarantineTab } from './quarantine-tab.tsx';

const TABS = ['events', 'days', 'names', 'quarantine'] as const;
type Tab = (typeof TABS)[number];

export function QualityView(): VNode {
  const { session } = useApp();
  const words = useWords().quality;
  const { query, go } = useScope();
  const tabs = TABS.filter((tab) => tab !== 'quarantine' || session.can('quarantine:read'));
  const tab: Tab = tabs.find((one) => one === query['tab']) ?? 'events';
  return (
    <div class="view">
      <div class="view-head wrap">
        <h1>{words.title}</h1>
        <span class="grow" />
        <Segmented
          label={words.tabs.label}
          value={tab}
          options={tabs.map((value) => ({ value, text: words.tabs[value] }))}
          onChange={(next) => go('/quality', { tab: next === 'events' ? null : next })}
        />
      </div>
      {tab === 'events' && <EventsTab />}
      {tab === 'days' && <CompletenessTab />}
      {tab === 'names' && <NamesTab />}
      {tab === 'quarantine' && <QuarantineTab />}
    </div>
  );
}
