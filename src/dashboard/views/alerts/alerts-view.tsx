// The support console: the queue of alerts, and one of them with everything needed to decide, worked by keyboard.
import { useLocation } from 'preact-iso';
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Alert, AlertAction } from '../../../contracts/http/alerts.ts';
import type { Page } from '../../../contracts/http/page.ts';
import { boundsOf } from '../../../contracts/time.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Icon } from '../../components/icon.tsx';
import { MoreRows } from '../../components/more-rows.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { Empty, ErrorState, Skeleton } from '../../components/state-views.tsx';
import { useIsWide } from '../../state/use-media.ts';
import { useKeys } from '../../state/use-keys.ts';
import { useSteadyOrder } from '../../state/steady-order.ts';
import { type Pages, usePages } from '../../state/use-pages.ts';
import { useScope } from '../../state/use-scope.ts';
import { AlertDetailPane } from './alert-detail-pane.tsx';
import { AlertLine } from './alert-line.tsx';
import { BulkActions } from './bulk-actions.tsx';
import { alertsIn, byNewest, byValueAtRisk, isInTab, type Tab, TABS } from './alert-queue.ts';

const DONE_LIMIT = 200;

export function AlertsView({ id }: { id?: string }): VNode {
  const { alerts } = useApp();
  const { alerts: words, notifications } = useWords();
  const notificationsTitle = notifications.title;
  const format = useFormat();
  const { query, href, go } = useScope();
  const { route } = useLocation();
  const isWide = useIsWide();
  const [asked, setAsked] = useState<AlertAction | null>(null);
  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set());
  const tab = TABS.find((one) => one === query['show']) ?? 'open';
  const { queue, isLoading, problem, older } = useQueue(tab);
  const chosenId = id === undefined ? null : Number(id);
  const kept = { show: query['show'] ?? null };
  const open = (alert: Alert | undefined): void => {
    if (!alert) return;
    setAsked(null);
    go(`/alerts/${alert.id}`, kept);
  };
  // On a wide screen the first one is open at once; in the address, so that it stays when others come.
  const firstId = isWide && chosenId === null ? (queue[0]?.id ?? null) : null;
  useEffect(() => {
    if (firstId !== null) route(href(`/alerts/${firstId}`, kept), true);
  }, [firstId]);
  const position = queue.findIndex((alert) => alert.id === chosenId);
  const { session } = useApp();
  const mayBulk = session.can('alerts:write') && tab !== 'done';
  const toggle = (one: number): void => {
    const next = new Set(selected);
    if (!next.delete(one)) next.add(one);
    setSelected(next);
  };
  const ask = (action: AlertAction) => (): void => {
    if (chosenId !== null && session.can('alerts:write')) setAsked(action);
  };
  useKeys({
    j: () => open(queue[Math.min(queue.length - 1, position + 1)]),
    k: () => open(queue[Math.max(0, position - 1)]),
    Enter: () => (chosenId === null ? open(queue[0]) : undefined),
    a: ask('acknowledge'),
    s: ask('shelve'),
    c: ask('comment'),
    r: ask('resolve'),
    x: () => chosenId !== null && mayBulk && toggle(chosenId),
  });
  const selectedHere = queue.flatMap(({ id: one }) => (selected.has(one) ? [one] : []));
  const isListShown = isWide || chosenId === null;
  return (
    <div class="view fills">
      {!isListShown && <h1 class="only-readers">{words.title}</h1>}
      {isListShown && (
        <div class="view-head">
          <h1>{words.title}</h1>
          <span class="muted">
            {format.integer(queue.length)}
            {tab !== 'done' && ` · ${words.sortedBy}`}
          </span>
          <span class="grow" />
          <a class="button quiet" href={href('/notifications')}>
            <Icon name="send" size={14} /> {notificationsTitle}
          </a>
          <Segmented
            label={words.show.label}
            value={tab}
            options={TABS.map((value) => ({ value, text: words.show[value] }))}
            onChange={(show) => go('/alerts', { show: show === 'open' ? null : show })}
          />
        </div>
      )}
      <div class={isWide ? 'split alerts-split' : 'split'}>
        {isListShown && (
          <div class="pane">
            {selectedHere.length > 0 && (
              <BulkActions ids={selectedHere} onChanged={(ids) => setSelected(new Set(ids))} />
            )}
            {problem ??
              (isLoading && !alerts.isLoaded.value ? (
                <Skeleton rows={14} />
              ) : (
                <Queue {...{ queue, tab, chosenId, hrefOf, selected }} onToggle={mayBulk ? toggle : null} />
              ))}
            {older !== null && <MoreRows pages={older} />}
          </div>
        )}
        {chosenId !== null ? (
          <AlertDetailPane
            key={chosenId}
            id={chosenId}
            asked={asked}
            onAsk={setAsked}
            closeHref={isWide ? null : href('/alerts', kept)}
          />
        ) : (
          isWide && (
            <div class="pane">
              <Empty icon="alerts" title={words.choose} hint={words.chooseHint} />
            </div>
          )
        )}
      </div>
    </div>
  );

  function hrefOf(alert: Alert): string {
    return href(`/alerts/${alert.id}`, kept);
  }
}

interface QueueProps {
  queue: readonly Alert[];
  tab: Tab;
  chosenId: number | null;
  hrefOf: (alert: Alert) => string;
  selected: ReadonlySet<number>;
  onToggle: ((id: number) => void) | null;
}
function Queue({ queue, tab, chosenId, hrefOf, selected, onToggle }: QueueProps): VNode {
  const { empty } = useWords().alerts;
  if (queue.length === 0) return <Empty icon="check" title={empty[tab]} hint={empty[`${tab}Hint`]} />;
  return (
    <ul class="queue">
      {queue.map((alert) => (
        <AlertLine
          key={alert.id}
          alert={alert}
          isChosen={alert.id === chosenId}
          href={hrefOf(alert)}
          {...(onToggle === null
            ? {}
            : { selection: { isSelected: selected.has(alert.id), onToggle: () => onToggle(alert.id) } })}
        />
      ))}
    </ul>
  );
}

interface ShownQueue {
  queue: Alert[];
  isLoading: boolean;
  problem: VNode | null;
  /** Set while alerts of the period may not be loaded yet. */
  older: Pages<Alert> | null;
}

/** Open alerts are live; what ended is read from the API and cut to the chosen period. */
function useQueue(tab: Tab): ShownQueue {
  const { alerts, api, session, nowMs } = useApp();
  const { filter } = useScope();
  const done = usePages(tab === 'done' ? 'done alerts' : null, (cursor, signal) =>
    api.get<Page<Alert>>('/alerts', { open: false, limit: DONE_LIMIT, sort: '-raisedAt', cursor }, signal),
  );
  const email = session.person.value?.email ?? '';
  const source = tab === 'done' ? (done.value ?? []) : alerts.byId.value.values();
  const matching = alertsIn(source, filter).filter((alert) => isInTab(alert, tab, email, nowMs.value));
  const isOpenLoaded = alerts.isLoaded.value;
  const steady = useSteadyOrder(`${tab} ${JSON.stringify(filter)} ${isOpenLoaded}`, matching, byValueAtRisk);
  if (tab !== 'done') return { queue: steady, isLoading: !isOpenLoaded, problem: null, older: null };
  const fromMs = boundsOf(filter.range.from).fromMs;
  const { toMs } = boundsOf(filter.range.to);
  const queue = matching.filter(({ raisedAt }) => Date.parse(raisedAt) >= fromMs && Date.parse(raisedAt) < toMs);
  const problem = done.error === null ? null : <ErrorState error={done.error} onRetry={done.reload} />;
  const oldest = done.value?.at(-1);
  const mayMiss = done.hasMore && oldest !== undefined && Date.parse(oldest.raisedAt) >= fromMs;
  return { queue: queue.sort(byNewest), isLoading: done.isLoading, problem, older: mayMiss ? done : null };
}
