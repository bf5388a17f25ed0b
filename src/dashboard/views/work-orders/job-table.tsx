// The list of work orders: a dense table on wide screens, two lines a job on phones and beside a detail.
import { useLocation } from 'preact-iso';
import type { VNode } from 'preact';
import type { WorkOrder } from '../../../contracts/http/work-orders.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { Amounts, JobState } from '../../components/job-state.tsx';
import { SeverityShape, SeveritySign } from '../../components/signs.tsx';
import { NOTHING } from '../../format/format.ts';
import { useChangeMark } from '../../state/use-change-mark.ts';
import { useMedia } from '../../state/use-media.ts';
import { endOf, type Tab } from './job-list.ts';

interface JobsProps {
  jobs: readonly WorkOrder[];
  tab: Tab;
  chosenId: number | null;
  hrefOf: (job: WorkOrder) => string;
  /** Stands under the last one. */
  more: VNode | null;
}
const NUMBERS = ['cost'];

export function JobTable({ jobs, tab, chosenId, hrefOf, more }: JobsProps): VNode {
  const { title, column } = useWords().workOrders;
  const isRoomy = useMedia('(min-width: 1000px)');
  if (!isRoomy || chosenId !== null) {
    return (
      <div class="pane">
        <ul class="queue">
          {jobs.map((job) => (
            <JobLine key={job.id} job={job} isChosen={job.id === chosenId} href={hrefOf(job)} />
          ))}
        </ul>
        {more}
      </div>
    );
  }
  const columns = ['id', 'state', 'kind', 'priority', 'title', 'device', 'customer', 'engineer'] as const;
  const shown = [...columns, tab === 'done' ? 'ended' : 'planned', 'cost'] as const;
  return (
    <div class="table-pane" tabIndex={0} role="region" aria-label={title}>
      <table class="table-fixed jobs-table">
        <thead>
          <tr>
            {shown.map((one) => (
              <th key={one} scope="col" class={NUMBERS.includes(one) ? `column-${one} number` : `column-${one}`}>
                {column[one]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {jobs.map((job) => (
            <JobRow key={job.id} job={job} tab={tab} href={hrefOf(job)} />
          ))}
        </tbody>
      </table>
      {more}
    </div>
  );
}

const versionOf = (job: WorkOrder): string =>
  `${job.state}${job.engineer?.code}${job.cost.map(({ amount }) => amount).join()}`;

function JobRow({ job, tab, href }: { job: WorkOrder; tab: Tab; href: string }): VNode {
  const words = useWords();
  const format = useFormat();
  const { route } = useLocation();
  const isMarked = useChangeMark(versionOf(job));
  const when = tab === 'done' ? endOf(job) : job.plannedAt;
  return (
    <tr
      class={isMarked ? 'is-link is-marked' : 'is-link'}
      onClick={(event) => {
        if (!(event.target instanceof Element && event.target.closest('a'))) route(href);
      }}
    >
      <td>
        <a class="row-link" href={href}>
          #{job.id}
        </a>
      </td>
      <td>
        <JobState state={job.state} waiting={job.waitingReason} />
      </td>
      <td class="quiet">{words.terms.jobKind[job.kind]}</td>
      <td>
        <SeveritySign severity={job.priority} />
      </td>
      <td title={format.text(job.title)}>{format.text(job.title)}</td>
      <td>{job.device}</td>
      <td>{format.text(job.customer.name)}</td>
      <td>
        {job.engineer === null ? (
          <span class="muted">{words.workOrders.unassigned}</span>
        ) : (
          format.text(job.engineer.name)
        )}
      </td>
      <td class="quiet">{when === null ? NOTHING : format.dateTime(when)}</td>
      <td class="number">
        <Amounts amounts={job.cost} />
      </td>
    </tr>
  );
}

interface JobLineProps {
  job: WorkOrder;
  isChosen: boolean;
  href: string;
  /** What stands above the line already says the state. */
  isStateSaid?: boolean;
}

export function JobLine({ job, isChosen, href, isStateSaid = false }: JobLineProps): VNode {
  const words = useWords();
  const format = useFormat();
  const isMarked = useChangeMark(versionOf(job));
  return (
    <li class={isMarked ? 'queue-line is-marked' : 'queue-line'}>
      <a href={href} aria-current={isChosen ? 'true' : undefined}>
        <span class="queue-top job-line-top">
          <SeverityShape severity={job.priority} />
          <strong>#{job.id}</strong>
          <span class="job-line-device">{job.device}</span>
          <span class="grow" />
          {!isStateSaid && <JobState state={job.state} waiting={job.waitingReason} />}
        </span>
        <span class="job-line-title">{format.text(job.title)}</span>
        <span class="job-line-note muted">
          <span class="clip">
            {words.terms.jobKind[job.kind]} · {format.text(job.customer.name)}
            {job.engineer !== null && ` · ${format.text(job.engineer.name)}`}
          </span>
          <span class="number">{job.plannedAt === null ? '' : format.dateTime(job.plannedAt)}</span>
        </span>
      </a>
    </li>
  );
}
