// What people did to a device in the time that is judged anew, and what that does to its state: the same as it did live.
import type { Component } from '../../../contracts/product.ts';
import type { EpochMs } from '../../../contracts/time.ts';
import { noteRepair } from '../horizon/note-repair.ts';
import { type DevicePlan, isRuleCause, ruleIdOfCause } from '../plan.ts';
import { acceptAsNormal, endEpisode, resetComponent } from '../repair.ts';
import { SETTINGS } from '../settings.ts';
import type { DeviceState } from '../state.ts';

export interface Visit {
  atMs: EpochMs;
  /** A finished job, or a change that was confirmed: the log of what happened to the device is told. */
  isInLog: boolean;
  /** Components whose normal is learned anew from here on; `hasFailed`: it had. */
  renewed: readonly { component: Component; hasFailed: boolean }[];
  /** Episodes that end with it: of the cause it was opened for, and of the component it mended. */
  ends: { cause: string | null; component: string | null };
  /** Nothing was found: where the signs of what it ends are, is normal. */
  isFoundNormal: boolean;
}

/** Changes the state in place; the causes whose episodes it ended. */
export function applyVisit(plan: DevicePlan, state: DeviceState, visit: Visit): string[] {
  const { atMs, isInLog, renewed, ends, isFoundNormal } = visit;
  const ended = state.episodes
    .map(({ cause }) => cause)
    .filter(
      (cause) => cause === ends.cause || (ends.component !== null && componentOf(plan, cause) === ends.component),
    );
  if (isFoundNormal) for (const cause of ended) acceptAsNormal(state, cause);
  for (const cause of ended) endEpisode(state, cause, atMs, SETTINGS.resolvedQuietMs);
  for (const { component, hasFailed } of renewed) {
    resetComponent(state, component, atMs);
    if (isInLog && state.horizon !== undefined) noteRepair(state.horizon.log, component, { atMs, hasFailed });
  }
  return ended;
}

const componentOf = ({ modes, rules }: DevicePlan, cause: string): string | null =>
  isRuleCause(cause)
    ? (rules.find(({ id }) => id === ruleIdOfCause(cause))?.component ?? null)
    : (modes.find((mode) => mode.cause === cause)?.component.code ?? null);
