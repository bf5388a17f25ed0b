// Work orders as a list or a board, with one beside it (or alone, on a phone).
import type { VNode } from 'preact';
import type { Page } from '../../../contracts/http/page.ts';
import type { WorkOrder } from '../../../contracts/http/work-orders.ts';
import { WORK_ORDER_KINDS } from '../../../contracts/work-order-states.ts';
import { boundsOf } from '../../../contracts/time.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Select } from '../../components/field.tsx';
import { Icon } from '../../components/icon.tsx';
import { MoreRows } from '../../components/more-rows.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { Empty, ErrorState, Skeleton } from '../../components/state-views.tsx';
import { useIsWide } from '../../state/use-media.ts';
import { type Pages, usePages } from '../../state/use-pages.ts';
import { useScope } from '../../state/use-scope.ts';
import { JobBoard } from './job-board.tsx';
import { JobDetailPane } from './job-detail-pane.tsx';
import { byEnd, byPlan, endOf, isInTab, jobsIn, type Tab, TABS } from './job-list.ts';
import { JobTable } from './job-table.tsx';

const DONE_LIMIT = 300;

export function WorkOrdersView({ id }: { id?: string }): VNode {
  const { workOrders } = useApp();
  const { empty, title } = useWords().workOrders;
  const { query, href } = useScope();
  const isWide = useIsWide();
  const { tab, jobs, isLoading, problem, older } = useJobs();
  const isBoard = query['view'] === 'board' && tab !== 'done';
  const chosenId = id === undefined ? null : Number(id);
  const kept = {
    show: query['show'] ?? null,
    view: query['view'] ?? null,
    kind: query['kind'] ?? null,
    engineer: query['engineer'] ?? null,
  };
  const hrefOf = (job: WorkOrder): string => href(`/work-orders/${job.id}`, kept);
  const more = older === null ? null : <MoreRows pages={older} />;
  const isListShown = isWide || chosenId === null;
  return (
    <div class="view fills">
      {isListShown ? (
        <JobsHead tab={tab} count={jobs.length} isBoard={isBoard} />
      ) : (
        <h1 class="only-readers">{title}</h1>
      )}
      <div class={chosenId !== null && isWide ? 'split jobs-split' : 'split'}>
        {isListShown &&
          (problem ??
            (isLoading && !workOrders.isLoaded.value ? (
              <div class="pane">
                <Skeleton rows={14} />
              </div>
            ) : jobs.length === 0 ? (
              <div class="pane">
                <Empty icon="jobs" title={empty[tab]} hint={empty[`${tab}Hint`]} />
                {more}
              </div>
            ) : isBoard ? (
              <JobBoard jobs={jobs} chosenId={chosenId} hrefOf={hrefOf} />
            ) : (
              <JobTable jobs={jobs} tab={tab} chosenId={chosenId} hrefOf={hrefOf} more={more} />
            )))}
        {chosenId !== null && <JobDetailPane key={chosenId} id={chosenId} closeHref={href('/work-orders', kept)} />}
      </div>
    </div>
  );
}

interface ShownJobs {
  tab: Tab;
  jobs: WorkOrder[];
  isLoading: boolean;
  problem: VNode | null;
  /** Set while jobs of the period may not be loaded yet. */
  older: Pages<WorkOrder> | null;
}

/** Open jobs are live; what ended is read from the API and cut to the chosen period. */
function useJobs(): ShownJobs {
  const { workOrders, api, session } = useApp();
  const { filter, query } = useScope();
  const role = session.person.value?.role;
  const tab = TABS.find((one) => one === query['show']) ?? (role === 'field-engineer' ? 'mine' : 'open');
  const done = usePages(tab === 'done' ? 'done jobs' : null, (cursor, signal) =>
    api.get<Page<WorkOrder>>('/work-orders', { open: false, limit: DONE_LIMIT, cursor }, signal),
  );
  const kind = WORK_ORDER_KINDS.find((one) => one === query['kind']) ?? null;
  const source = tab === 'done' ? (done.value ?? []) : workOrders.byId.value.values();
  const engineer = session.person.value?.engineer ?? null;
  const matching = jobsIn(source, filter, { kind, engineer: query['engineer'] ?? null }).filter(
    // The board's last column holds completed jobs that still wait for review.
    (job) => isInTab(job, tab, engineer) || (tab === 'open' && query['view'] === 'board' && job.state === 'completed'),
  );
  if (tab !== 'done') {
    return { tab, jobs: matching.sort(byPlan), isLoading: !workOrders.isLoaded.value, problem: null, older: null };
  }
  const fromMs = boundsOf(filter.range.from).fromMs;
  const { toMs } = boundsOf(filter.range.to);
  const jobs = matching.filter((job) => Date.parse(endOf(job)) >= fromMs && Date.parse(endOf(job)) < toMs).sort(byEnd);
  const problem = done.error === null ? null : <ErrorState error={done.error} onRetry={done.reload} />;
  return { tab, jobs, isLoading: done.isLoading, problem, older: done };
}

function JobsHead({ tab, count, isBoard }: { tab: Tab; count: number; isBoard: boolean }): VNode {
  const { workOrders } = useApp();
  const words = useWords();
  const format = useFormat();
  const { query, setQuery } = useScope();
  const t = words.workOrders;
  const engineers = new Map(
    [...workOrders.byId.value.values()].flatMap(({ engineer }) => (engineer ? [[engineer.code, engineer.name]] : [])),
  );
  return (
    <div class="view-head">
      <h1>{t.title}</h1>
      <span class="muted">{format.integer(count)}</span>
      <span class="grow" />
      <Select
        label={t.kind.label}
        value={query['kind'] ?? ''}
        options={[
          { value: '', text: t.kind.all },
          ...WORK_ORDER_KINDS.map((value) => ({ value: value as string, text: words.terms.jobKind[value] })),
        ]}
        onChange={(kind) => setQuery({ kind: kind || null })}
      />
      {tab === 'open' && (
        <Select
          label={t.engineer.label}
          value={query['engineer'] ?? ''}
          options={[
            { value: '', text: t.engineer.all },
            ...[...engineers].map(([code, name]) => ({ value: code, text: format.text(name) })),
          ]}
          onChange={(engineer) => setQuery({ engineer: engineer || null })}
        />
      )}
      <Segmented
        label={t.show.label}
        value={tab}
        options={TABS.map((value) => ({ value, text: t.show[value] }))}
        onChange={(show) => setQuery({ show })}
      />
      {tab !== 'done' && (
        <Segmented
          label={t.view.label}
          value={isBoard ? 'board' : 'list'}
          options={(['list', 'board'] as const).map((value) => ({
            value,
            text: (
              <>
                <Icon name={value} size={14} /> {t.view[value]}
              </>
            ),
          }))}
          onChange={(view) => setQuery({ view: view === 'list' ? null : view })}
        />
      )}
    </div>
  );
}
