// Which work orders a tab shows, in which order, and the stages of the board. Pure.
import type { WorkOrder } from '../../../contracts/http/work-orders.ts';
import { isOpen, SEVERITIES, type WorkOrderKind, type WorkOrderState } from '../../../contracts/work-order-states.ts';
import { isInFilter, type ScopeFilter } from '../../state/scope-filter.ts';

export const TABS = ['open', 'mine', 'done'] as const;
export type Tab = (typeof TABS)[number];

export const STAGES = ['draft', 'approved', 'planned', 'underWay', 'review'] as const;
export type Stage = (typeof STAGES)[number];

const STAGE_OF: Readonly<Partial<Record<WorkOrderState, Stage>>> = {
  draft: 'draft',
  approved: 'approved',
  scheduled: 'planned',
  dispatched: 'planned',
  travelling: 'underWay',
  'on-site': 'underWay',
  waiting: 'underWay',
  completed: 'review',
  reviewed: 'review',
};
/** Where a job stands on the board; closed and cancelled ones are not on it. */
export const stageOf = (state: WorkOrderState): Stage | null => STAGE_OF[state] ?? null;

export interface JobFilter {
  kind: WorkOrderKind | null;
  engineer: string | null;
}

export const jobsIn = (jobs: Iterable<WorkOrder>, scope: ScopeFilter, { kind, engineer }: JobFilter): WorkOrder[] =>
  [...jobs].filter(
    (job) =>
      isInFilter(scope, { region: job.region, customer: job.customer.code }) &&
      (kind === null || job.kind === kind) &&
      (engineer === null || job.engineer?.code === engineer),
  );

/** `engineer`: the one the person signed in is, if any. */
export const isMine = (job: WorkOrder, engineer: string | null): boolean =>
  engineer !== null && job.engineer?.code === engineer;

export const isInTab = (job: WorkOrder, tab: Tab, engineer: string | null): boolean =>
  tab === 'done' ? !isOpen(job.state) : isOpen(job.state) && (tab === 'open' || isMine(job, engineer));

/** What waits longest for a planned moment first; jobs without a plan after, by priority and age. */
export function byPlan(a: WorkOrder, b: WorkOrder): number {
  if (a.plannedAt !== null && b.plannedAt !== null && a.plannedAt !== b.plannedAt) {
    return a.plannedAt.localeCompare(b.plannedAt);
  }
  if ((a.plannedAt === null) !== (b.plannedAt === null)) return a.plannedAt === null ? 1 : -1;
  return SEVERITIES.indexOf(a.priority) - SEVERITIES.indexOf(b.priority) || a.id - b.id;
}
export const byEnd = (a: WorkOrder, b: WorkOrder): number => endOf(b).localeCompare(endOf(a)) || b.id - a.id;
export const endOf = (job: WorkOrder): string => job.completedAt ?? job.closedAt ?? job.openedAt;
