// Notifications: how one is told oneself; and, for who looks after them, what was sent, who is told of which severity, webhooks
// and teams.
import type { VNode } from 'preact';
import { useApp, useWords } from '../../app-context.ts';
import { Segmented } from '../../components/segmented.tsx';
import { useScope } from '../../state/use-scope.ts';
import { MineTab } from './mine-tab.tsx';
import { PoliciesTab } from './policies-tab.tsx';
import { SentTab } from './sent-tab.tsx';
import { TeamsTab } from './teams-tab.tsx';
import { WebhooksTab } from './webhooks-tab.tsx';

const TABS = ['mine', 'sent', 'policies', 'webhooks', 'teams'] as const;
type Tab = (typeof TABS)[number];

export function NotificationsView(): VNode {
  const { session } = useApp();
  const words = useWords().notifications;
  const { query, go } = useScope();
  const seesAll = session.can('notifications:read') && session.seesEverything();
  const tabs = TABS.filter((tab) => tab === 'mine' || seesAll);
  const tab: Tab = tabs.find((one) => one === query['tab']) ?? 'mine';
  return (
    <div class="view">
      <div class="view-head wrap">
        <h1>{words.title}</h1>
        <span class="grow" />
        {tabs.length > 1 && (
          <Segmented
            label={words.tabs.label}
            value={tab}
            options={tabs.map((value) => ({ value, text: words.tabs[value] }))}
            onChange={(next) => go('/notifications', { tab: next === 'mine' ? null : next })}
          />
        )}
      </div>
      {tab === 'mine' && <MineTab />}
      {tab === 'sent' && <SentTab />}
      {tab === 'policies' && <PoliciesTab />}
      {tab === 'webhooks' && <WebhooksTab />}
      {tab === 'teams' && <TeamsTab />}
    </div>
  );
}
