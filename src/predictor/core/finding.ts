// A finding in numbers: who contributes, over which window, how bad, and how much time the line leaves.
import type { FailureMode } from '../../contracts/product.ts';
import type { Text } from '../../contracts/text.ts';
import type { EpochMs } from '../../contracts/time.ts';
import { alongSign, type FoundCause } from './attribution.ts';
import { normalOf } from './cold-start/prior.ts';
import type { StandingAnswer } from './horizon/watch.ts';
import type { DevicePlan } from './plan.ts';
import { timeLeft, type TimeLeft } from './trend.ts';
import { type Contribution, contributionOf, type MetricView } from './views.ts';

export interface Finding {
  /** Score of the strongest sign, 1 at the limit. */
  worst: number;
  contributors: Contribution[];
  windowFromMs: EpochMs;
  windowToMs: EpochMs;
  /** By the sign that gets there first; `null` when no sign leads to failure in a line. */
  timeLeft: TimeLeft | null;
  /** Signs of the mode that nothing trustworthy is known of, and what share of its signs they are; left out: none. */
  unknown?: { metrics: readonly string[]; share: number };
  /** In words, where the finding says itself what it found. */
  reason?: Text;
  /** What a trained model says of the same component, where there is one. */
  answer?: StandingAnswer;
}

const MOST_CONTRIBUTORS = 3;

export function findingOf(plan: DevicePlan, { mode, moved, unknown }: FoundCause, nowMs: EpochMs): Finding {
  const contributors = moved.slice(0, MOST_CONTRIBUTORS).flatMap((view) => contributionsOf(plan, view));
  return {
    worst: Math.max(...moved.map(({ score }) => Math.abs(score))),
    contributors,
    windowFromMs: Math.min(nowMs, ...contributors.map(({ sinceMs }) => sinceMs)),
    windowToMs: nowMs,
    timeLeft: mode === null ? null : soonest(moved.flatMap((view) => linesOf(mode.mode, view))),
    ...(mode === null || unknown.length === 0
      ? {}
      : { unknown: { metrics: unknown, share: unknown.length / mode.mode.signs.length } }),
  };
}

const soonest = (lines: readonly TimeLeft[]): TimeLeft | null =>
  lines.reduce<TimeLeft | null>((best, line) => (best === null || line.p50 < best.p50 ? line : best), null);

/** What the lines of one metric say, one per operating mode: a part fails first in the mode that asks most of it. */
function linesOf({ signs, horizonHours }: FailureMode, { metric, recent }: MetricView): TimeLeft[] {
  const sign = signs.find((known) => known.metric === metric);
  const failsAt = sign?.failsAt;
  if (sign === undefined || failsAt === undefined) return [];
  return recent.flatMap((detector) => {
    const { trend, level } = detector;
    if (trend === null || alongSign(sign, trend.side) <= 0) return [];
    const normal = normalOf(detector);
    const levels = { normal, now: level, failsAt: failsAtOn(trend.side, normal, failsAt) };
    return timeLeft(trend, levels, horizonHours) ?? [];
  });
}

export function contributionsOf(plan: DevicePlan, { metric, detector }: MetricView): Contribution[] {
  const known = plan.metrics.get(metric);
  return known?.tuning && detector ? [contributionOf(known, known.tuning, detector)] : [];
}

/** A sign that may go either way fails as far below its normal as the catalogue says above, and the other way round. */
export const failsAtOn = (side: 1 | -1, mean: number, failsAt: number): number =>
  (failsAt - mean) * side >= 0 ? failsAt : 2 * mean - failsAt;
