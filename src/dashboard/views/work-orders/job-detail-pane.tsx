// One work order: where it stands and what may come next, the proposed fix, capturing, cost and history.
import type { VNode } from 'preact';
import type { WorkOrder, WorkOrderDetail } from '../../../contracts/http/work-orders.ts';
import { takesActuals } from '../../../contracts/work-order-states.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Icon } from '../../components/icon.tsx';
import { JobState } from '../../components/job-state.tsx';
import { SeveritySign } from '../../components/signs.tsx';
import { Loaded, Skeleton } from '../../components/state-views.tsx';
import { useResource } from '../../state/use-resource.ts';
import { useScope } from '../../state/use-scope.ts';
import { isSystem } from '../actor.ts';
import { contractTypeName } from '../contract-type.ts';
import { CapturePanel } from './capture-panel.tsx';
import { Captured } from './captured.tsx';
import { JobCost } from './job-cost.tsx';
import { JobHistory } from './job-history.tsx';
import { StateStepper } from './state-stepper.tsx';
import { TransitionPanel } from './transition-panel.tsx';

export function JobDetailPane({ id, closeHref }: { id: number; closeHref: string }): VNode {
  const { api, workOrders, session, costsVersion } = useApp();
  const words = useWords().workOrders;
  const known = workOrders.byId.value.get(id);
  const bookings = known?.cost.map(({ amount }) => amount).join() ?? '';
  const detail = useResource(
    // Booking follows capturing by a moment and does not touch the job itself: costs are read again when they move.
    `job ${id} ${known?.revision ?? ''} ${bookings} ${costsVersion.value}`,
    (signal) => api.get<WorkOrderDetail>(`/work-orders/${id}`, {}, signal),
    true,
  );
  const mayWrite = session.can('work-orders:write');
  return (
    <article class="pane job-pane" aria-label={`#${id}`}>
      <Loaded resource={detail} skeleton={<Skeleton rows={16} />}>
        {(value) => {
          const job = known !== undefined && known.revision >= value.workOrder.revision ? known : value.workOrder;
          return (
            <>
              <JobHead job={job} closeHref={closeHref} />
              <div class="pane-part">
                <StateStepper state={job.state} />
                {mayWrite && <TransitionPanel job={job} onMoved={detail.reload} />}
              </div>
              {value.proposal !== null && <Proposal proposal={value.proposal} />}
              {mayWrite &&
                (takesActuals(job.state) ? (
                  <CapturePanel detail={value} onCaptured={detail.reload} />
                ) : (
                  job.state === 'draft' && <p class="pane-part muted">{words.capture.notYet}</p>
                ))}
              <JobCost detail={value} />
              <Captured detail={value} />
              <JobHistory transitions={value.transitions} />
            </>
          );
        }}
      </Loaded>
    </article>
  );
}

function JobHead({ job, closeHref }: { job: WorkOrder; closeHref: string }): VNode {
  const words = useWords();
  const format = useFormat();
  const { href } = useScope();
  const t = words.workOrders;
  return (
    <header class="pane-head">
      <div class="line">
        <a class="button quiet only-narrow" href={closeHref} aria-label={words.frame.action.back}>
          <Icon name="left" />
        </a>
        <h2>#{job.id}</h2>
        <JobState state={job.state} waiting={job.waitingReason} />
        <SeveritySign severity={job.priority} />
        <span class="grow" />
        {job.alertId !== null && (
          <a class="button" href={href(`/alerts/${job.alertId}`)}>
            <Icon name="alerts" size={14} /> {t.alert(String(job.alertId))}
          </a>
        )}
        <a class="button quiet only-wide" href={closeHref} aria-label={words.frame.action.close}>
          <Icon name="close" />
        </a>
      </div>
      <p class="reason">{format.text(job.title)}</p>
      <p class="muted alert-meta">
        <a class="link" href={href(`/devices/${job.device}`)}>
          {job.device}
        </a>
        {[
          '',
          job.component === null ? null : format.text(job.component.name),
          job.failureMode === null ? null : format.text(job.failureMode.name),
          format.text(job.customer.name),
          job.contract === null ? null : contractTypeName(words, job.contract.type),
          words.terms.jobKind[job.kind],
          words.terms.serviceType[job.serviceType],
        ]
          .filter((one) => one !== null)
          .join(' · ')}
      </p>
      <p class="muted alert-meta">
        {[
          isSystem(job.openedBy)
            ? t.openedBySystem(format.dateTime(job.openedAt))
            : t.openedBy(job.openedBy, format.dateTime(job.openedAt)),
          job.engineer === null ? t.unassigned : format.text(job.engineer.name),
          job.plannedAt === null ? null : `${t.column.planned} ${format.dateTime(job.plannedAt)}`,
        ]
          .filter((one) => one !== null)
          .join(' · ')}
      </p>
    </header>
  );
}

function Proposal({ proposal }: { proposal: NonNullable<WorkOrderDetail['proposal']> }): VNode {
  const words = useWords().workOrders;
  const format = useFormat();
  return (
    <div class="pane-part proposal">
      <h3>{words.proposal}</h3>
      <div class="line wrap">
        <strong>{format.text(proposal.remedy)}</strong>
        {proposal.part !== null && (
          <span class="tag">
            <Icon name="part" size={12} /> {format.text(proposal.part.name)}
          </span>
        )}
        <span class="tag">
          <Icon name="clock" size={12} />{' '}
          {words.proposalOf(format.measure(proposal.labourHours), format.integer(proposal.people))}
        </span>
        {proposal.remote && <span class="tag is-good">{words.remote}</span>}
      </div>
    </div>
  );
}
