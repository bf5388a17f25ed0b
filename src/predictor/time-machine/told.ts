// An episode that a candidate would have opened, with what it may speak of.
import type { HistoryEpisode } from '../core/time-machine/judge-history.ts';
import type { Said, Target } from '../core/time-machine/compare.ts';
import { isRuleCause } from '../core/plan.ts';
import type { Judged } from './facts.ts';

export interface Told extends Said {
  station: string;
  history: HistoryEpisode;
}

/**
 * A rule may speak of any of its modes; a prognosis of its own, as far ahead as it looked; a metric that no known mode shows like this
 * of none.
 */
export function toldOf({ code: device, station }: Judged, history: HistoryEpisode, targets: readonly Target[]): Told {
  const { component, failureMode, cause, raisedMs, prognosis } = history;
  const own = targets
    .filter((one) => one.component === component && one.failureMode === failureMode)
    .map((one) => (prognosis === null ? one : { ...one, horizonHours: prognosis.horizonHours }));
  return { device, station, raisedMs, targets: isRuleCause(cause) ? targets : own, history };
}
