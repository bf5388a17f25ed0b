// The one table of work order states and transitions (domain: work orders); pure, shared with the dashboard's buttons.

export const WORK_ORDER_KINDS = [
  'corrective',
  'preventive',
  'predictive',
  'inspection',
  'remote-support',
  'installation',
  'field-change',
] as const;
export type WorkOrderKind = (typeof WORK_ORDER_KINDS)[number];

export const SERVICE_TYPES = ['on-site', 'remote', 'bench', 'parts-only', 'subcontract'] as const;
export type ServiceType = (typeof SERVICE_TYPES)[number];

export const WAITING_REASONS = ['parts', 'customer', 'access'] as const;
export type WaitingReason = (typeof WAITING_REASONS)[number];

export const WORK_ORDER_STATES = [
  'draft',
  'approved',
  'scheduled',
  'dispatched',
  'travelling',
  'on-site',
  'waiting',
  'completed',
  'reviewed',
  'closed',
  'cancelled',
] as const;
export type WorkOrderState = (typeof WORK_ORDER_STATES)[number];

/** Remote and bench work skips the travel states: `approved -> on-site` stands for "work started". */
export const TRANSITIONS: Readonly<Record<WorkOrderState, readonly WorkOrderState[]>> = {
  draft: ['approved', 'cancelled'],
  approved: ['scheduled', 'on-site', 'cancelled'],
  scheduled: ['dispatched', 'on-site', 'cancelled'],
  dispatched: ['travelling', 'on-site', 'cancelled'],
  travelling: ['on-site', 'cancelled'],
  'on-site': ['waiting', 'completed', 'cancelled'],
  waiting: ['travelling', 'on-site', 'cancelled'],
  completed: ['reviewed'],
  reviewed: ['closed'],
  closed: [],
  cancelled: [],
};

export const isOpen = (state: WorkOrderState): boolean =>
  !['completed', 'reviewed', 'closed', 'cancelled'].includes(state);

/** Actuals may be captured from `approved` on and until the job is closed. */
export const takesActuals = (state: WorkOrderState): boolean => !['draft', 'closed', 'cancelled'].includes(state);

export const ALERT_STATES = ['open', 'acknowledged', 'in-progress', 'resolved', 'closed'] as const;
export type AlertState = (typeof ALERT_STATES)[number];

export const SEVERITIES = ['critical', 'major', 'minor', 'warning'] as const;
export type Severity = (typeof SEVERITIES)[number];
