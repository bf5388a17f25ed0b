// Storms become one message: whether an alert joins a notification that still waits for its recipient, or starts one and
// when that is due. Pure.
import type { EpochMs } from '../../contracts/time.ts';
import type { Severity } from '../../contracts/work-order-states.ts';

export type HeldFor = 'gather' | 'storm' | 'quiet-hours';

/** What of an alert others may share with it. */
export interface Kin {
  site: string;
  /** Product and cause. */
  cause: string;
  severity: Severity;
}

/** A notification to the same recipient that waits, or was sent within the storm window. */
export interface Earlier {
  id: number;
  site: string | null;
  cause: string | null;
  isWaiting: boolean;
  heldFor: HeldFor | null;
  dueAtMs: EpochMs;
  /** When it was sent or given up; while it waits, when it was begun. */
  atMs: EpochMs;
}

export type Place =
  | { kind: 'join'; id: number; site: string | null; cause: string | null; dueAtMs: EpochMs; heldFor: HeldFor | null }
  | { kind: 'begin'; dueAtMs: EpochMs; heldFor: HeldFor | null };

/** What comes within this of the first one goes with it. */
export const GATHER_MS = 10_000;
export const CRITICAL_GATHER_MS = 2_000;
/** Who was told of a site or cause is told of more of it after this, in one message. */
export const STORM_MS = 5 * 60_000;
export const CRITICAL_STORM_MS = 60_000;

const shares = (one: Pick<Earlier, 'site' | 'cause'>, kin: Kin): boolean =>
  one.site === kin.site || one.cause === kin.cause;

export interface Asked {
  nowMs: EpochMs;
  /** The recipient's quiet hours end then; `null`: none hold, or the alert passes them. */
  quietUntilMs: EpochMs | null;
}

/**
 * In quiet hours everything waits in one notification. Otherwise alerts of one site, or of one product and cause, go
 * together: at once for the first of them, and after the storm window for those that follow a notification of the same.
 */
export function placeOf(kin: Kin, earlier: readonly Earlier[], { nowMs, quietUntilMs }: Asked): Place {
  const waiting = earlier.filter(({ isWaiting }) => isWaiting);
  if (quietUntilMs !== null) {
    const morning = waiting.find(({ heldFor }) => heldFor === 'quiet-hours');
    if (morning === undefined) return { kind: 'begin', dueAtMs: quietUntilMs, heldFor: 'quiet-hours' };
    return joining(morning, kin, morning.dueAtMs);
  }
  const isCritical = kin.severity === 'critical';
  const soonMs = nowMs + (isCritical ? CRITICAL_GATHER_MS : GATHER_MS);
  const told = earlier.filter((one) => !one.isWaiting && shares(one, kin));
  const lastMs = Math.max(-Infinity, ...told.map(({ atMs }) => atMs));
  const afterStormMs = lastMs + (isCritical ? CRITICAL_STORM_MS : STORM_MS);
  const dueAtMs = Math.max(soonMs, afterStormMs);
  // What is held for the morning is not woken by what may be told now.
  const group = waiting.find((one) => one.heldFor !== 'quiet-hours' && shares(one, kin));
  if (group !== undefined) return joining(group, kin, Math.min(group.dueAtMs, dueAtMs));
  return { kind: 'begin', dueAtMs, heldFor: afterStormMs > soonMs ? 'storm' : 'gather' };
}

const joining = ({ id, site, cause, heldFor }: Earlier, kin: Kin, dueAtMs: EpochMs): Place => ({
  kind: 'join',
  id,
  site: site === kin.site ? site : null,
  cause: cause === kin.cause ? cause : null,
  dueAtMs,
  heldFor,
});
