// Whether a prognosis leads to a job, to a proposal, or to nothing but its record: the mode of its model, p against p*, and
// what is known of the costs. And who gets the room a station has in a week.

export const TRIGGER_MODES = ['shadow', 'suggest', 'auto'] as const;
export type TriggerMode = (typeof TRIGGER_MODES)[number];

export interface Offer {
  mode: TriggerMode;
  probability: number;
  /** p*; `null`: acting never pays, or nobody knows the costs. */
  threshold: number | null;
  hasCosts: boolean;
}

export type Decision =
  | { state: 'recorded'; why: 'shadow-mode' }
  | { state: 'proposed'; why: 'suggest-mode' | 'costs-unknown' }
  /** Opens a job as far as the station has room. */
  | { state: 'wanted'; why: 'worth-it' };

/**
 * Without costs there is no p*. A person is asked from this probability on, as if a failure saved three needless visits: a
 * machine never sends anybody at a price it does not know.
 */
export const ASK_WITHOUT_COSTS_FROM = 0.25;

/** `null`: it does not pay to act on this. */
export function decide({ mode, probability, threshold, hasCosts }: Offer): Decision | null {
  const isWorthIt = hasCosts ? threshold !== null && probability > threshold : probability >= ASK_WITHOUT_COSTS_FROM;
  if (!isWorthIt) return null;
  if (mode === 'shadow') return { state: 'recorded', why: 'shadow-mode' };
  if (!hasCosts) return { state: 'proposed', why: 'costs-unknown' };
  return mode === 'auto' ? { state: 'wanted', why: 'worth-it' } : { state: 'proposed', why: 'suggest-mode' };
}

export interface Waiting {
  id: number;
  valueMinor: bigint;
  madeAtMs: number;
}

/**
 * Which of those that wait are opened when `room` jobs fit: the most valuable, of equal value the one that waits longest. So
 * what stays held back is always the least valuable. `null` = no limit.
 */
export function fillRoom(waiting: readonly Waiting[], room: number | null): Waiting[] {
  const inOrder = [...waiting].sort(
    (a, b) =>
      (a.valueMinor === b.valueMinor ? 0 : a.valueMinor > b.valueMinor ? -1 : 1) ||
      a.madeAtMs - b.madeAtMs ||
      a.id - b.id,
  );
  return room === null ? inOrder : inOrder.slice(0, Math.max(0, room));
}
