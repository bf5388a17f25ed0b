// May a job go from one state to another, now? Pure; the table itself is the contract's.
import type { EpochMs } from '../../contracts/time.ts';
import { TRANSITIONS, type WorkOrderKind, type WorkOrderState } from '../../contracts/work-order-states.ts';

/** Clocks of phones and servers differ a little; beyond this an entry lies in the future. */
export const FUTURE_TOLERANCE_MS = 5 * 60_000;

/** Kinds that answer a suspected failure: closing one without saying what was found would teach nobody anything. */
const NEEDS_FINDING: ReadonlySet<WorkOrderKind> = new Set(['corrective', 'predictive']);

export interface Asked {
  kind: WorkOrderKind;
  from: WorkOrderState;
  to: WorkOrderState;
  at: EpochMs;
  /** When the job came into its present state. */
  since: EpochMs;
  now: EpochMs;
  hasFinding: boolean;
  hasWaitingReason: boolean;
}

export interface Refusal {
  code: 'transition-refused' | 'refused';
  detail: string;
}

const words = (states: readonly WorkOrderState[]): string => (states.length === 0 ? 'none' : states.join(', '));

/** `null`: it may. */
export function refusalOfTransition(asked: Asked): Refusal | null {
  const { kind, from, to, at, since, now, hasFinding, hasWaitingReason } = asked;
  const allowed = TRANSITIONS[from];
  if (!allowed.includes(to)) {
    return {
      code: 'transition-refused',
      detail: `A job that is ${from} cannot become ${to}; allowed: ${words(allowed)}`,
    };
  }
  if (at > now + FUTURE_TOLERANCE_MS) return { code: 'refused', detail: 'The time of a transition lies in the future' };
  if (at < since) {
    const before = new Date(since).toISOString();
    return { code: 'refused', detail: `The job became ${from} at ${before}; a transition cannot lie before that` };
  }
  if (to === 'waiting' && !hasWaitingReason) {
    return { code: 'refused', detail: 'Say what the job waits for: parts, customer or access' };
  }
  if (to === 'completed' && !hasFinding && NEEDS_FINDING.has(kind)) {
    return { code: 'refused', detail: `Record the finding first: a ${kind} job is completed with what was found` };
  }
  return null;
}

/** Minutes out of order: what the engineer says, else from failure to restoration, else none is known of. */
export function downtimeOf(stated: number | undefined, failedAt: EpochMs | null, restoredAt: EpochMs): number {
  if (stated !== undefined) return stated;
  return failedAt === null ? 0 : Math.max(0, Math.round((restoredAt - failedAt) / 60_000));
}
