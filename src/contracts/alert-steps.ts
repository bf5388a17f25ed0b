// The one table of what a person may do with an alert in which state; pure, shared with the dashboard's buttons.
import type { AlertState } from './work-order-states.ts';

export const ALERT_ACTIONS = ['acknowledge', 'assign', 'comment', 'shelve', 'unshelve', 'resolve', 'close'] as const;
export type AlertAction = (typeof ALERT_ACTIONS)[number];

/** What a person found the cause to be, said when resolving. */
export const RESOLUTIONS = [
  'repaired',
  'adjusted',
  'planned-work',
  'no-fault',
  'sensor',
  'duplicate',
  'other',
] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

interface AlertStep {
  from: readonly AlertState[];
  /** Absent: the state stays. */
  to?: AlertState;
}

const ONGOING: readonly AlertState[] = ['open', 'acknowledged', 'in-progress'];

export const ALERT_STEPS: Readonly<Record<AlertAction, AlertStep>> = {
  acknowledge: { from: ['open'], to: 'acknowledged' },
  assign: { from: ONGOING },
  comment: { from: [...ONGOING, 'resolved', 'closed'] },
  shelve: { from: ONGOING },
  unshelve: { from: ONGOING },
  resolve: { from: ONGOING, to: 'resolved' },
  close: { from: ['resolved'], to: 'closed' },
};

export interface Handled {
  state: AlertState;
  isCleared: boolean;
  isShelved: boolean;
}

/** A condition that went away by itself leaves nothing to resolve: such an alert may be closed as it is. */
export function mayAct(action: AlertAction, { state, isCleared, isShelved }: Handled): boolean {
  if (action === 'close' && isCleared) return state !== 'closed';
  if (action === 'unshelve' && !isShelved) return false;
  return ALERT_STEPS[action].from.includes(state);
}

export const possibleActions = (alert: Handled): AlertAction[] =>
  ALERT_ACTIONS.filter((action) => mayAct(action, alert));
