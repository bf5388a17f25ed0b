// What a person's act changes in a device's state: an episode that was resolved, a component that was repaired. Each
// changes the given state in place and needs nothing but the state, so it can be applied to a stored snapshot.
import type { Component, Product } from '../../contracts/product.ts';
import type { EpochMs } from '../../contracts/time.ts';
import { acceptLevel, restart } from './detector.ts';
import { keepQuiet } from './episodes.ts';
import { JOINT_CAUSE } from './multivariate/joint-finding.ts';
import type { JointMemory } from './multivariate/state.ts';
import { causeOfMetric, causeOfMode } from './plan.ts';
import { type Detector, type DeviceState, NEVER_MS, type Quiet, type Series } from './state.ts';

/** Ends the episode of `cause`, which may open anew `quietMs` after `atMs` when the condition is still on. */
export function endEpisode(state: DeviceState, cause: string, atMs: EpochMs, quietMs: number): void {
  state.episodes = state.episodes.filter((episode) => episode.cause !== cause);
  keepQuiet(state, cause, atMs + quietMs);
}

/**
 * Starts the component's signs afresh: their normal is learned again, with the old one as a first guess of half a day's
 * weight beside that of peers, and readings measured before the repair are not judged. Wear after a repair is news, so nothing stays quiet; what
 * is open and not ended by the job itself clears with the next reading.
 */
export function resetComponent(state: DeviceState, component: Component, repairedMs: EpochMs): void {
  const metrics = signsOf(component);
  const causes = causesOf(component);
  state.quiet = state.quiet.filter(({ cause }) => !causes.has(cause));
  delete state.joint;
  for (const series of state.series.filter(({ metric }) => metrics.has(metric))) {
    series.ignoreToMs = Math.max(series.ignoreToMs, repairedMs);
    delete series.channel;
    delete series.unusual;
    delete series.unlikePeersMs;
    for (const detector of series.detectors) {
      restart(detector, detector.mean);
      delete detector.peers;
    }
  }
}

/** What is known of the values of one of a component's signs; what a reset leaves alone is not in it. */
export type LearnedSeries = Pick<
  Series,
  'metric' | 'detectors' | 'channel' | 'fit' | 'unusual' | 'unlikePeersMs' | 'ignoreToMs'
>;

/** All that resetting a component takes away. */
export interface Learned {
  series: LearnedSeries[];
  quiet: Quiet[];
  joint?: JointMemory;
}

const signsOf = ({ failureModes }: Component): Set<string> =>
  new Set(failureModes.flatMap(({ signs }) => signs.map(({ metric }) => metric)));

const causesOf = (component: Component): Set<string> =>
  new Set([
    ...component.failureModes.map(({ code }) => causeOfMode(component.code, code)),
    ...[...signsOf(component)].map(causeOfMetric),
  ]);

export function learnedOf({ series, quiet, joint }: DeviceState, component: Component): Learned {
  const metrics = signsOf(component);
  const causes = causesOf(component);
  return {
    series: series
      .filter(({ metric }) => metrics.has(metric))
      .map(({ metric, detectors, channel, fit, unusual, unlikePeersMs, ignoreToMs }) => ({
        metric,
        detectors,
        ignoreToMs,
        ...(channel === undefined ? {} : { channel }),
        ...(fit === undefined ? {} : { fit }),
        ...(unusual === undefined ? {} : { unusual }),
        ...(unlikePeersMs === undefined ? {} : { unlikePeersMs }),
      })),
    quiet: quiet.filter(({ cause }) => causes.has(cause)),
    ...(joint === undefined ? {} : { joint }),
  };
}

/** How much of it counts again: what something else has made anew since stays as it is. */
export type Restored = 'all' | 'some' | 'none';

/**
 * What was learned before counts again in the place of what was learned since. `renewed`: components whose normal was made anew
 * by something else meanwhile, '' the device's; with any of them how its gauges go together stays as it was learned since.
 */
export function takeBack(
  state: DeviceState,
  learned: Learned,
  { components }: Pick<Product, 'components'>,
  renewed: ReadonlySet<string>,
): Restored {
  const kept = new Set(components.filter(({ code }) => renewed.has(code)).flatMap((one) => [...signsOf(one)]));
  const back = renewed.has('') ? [] : learned.series.filter(({ metric }) => !kept.has(metric));
  let restored = 0;
  for (const { metric, ...rest } of back) {
    const series = state.series.find((one) => one.metric === metric);
    if (series === undefined) continue;
    for (const key of ['channel', 'fit', 'unusual', 'unlikePeersMs'] as const) delete series[key];
    Object.assign(series, rest);
    restored += 1;
  }
  if (restored > 0) for (const { cause, untilMs } of learned.quiet) keepQuiet(state, cause, untilMs);
  if (renewed.size === 0) {
    delete state.joint;
    if (learned.joint !== undefined) state.joint = learned.joint;
  }
  if (restored === 0 && learned.series.length > 0) return 'none';
  return restored === learned.series.length && renewed.size === 0 ? 'all' : 'some';
}

/** A person looked and found no fault: where the signs of `cause` are now is this unit's normal. */
export function acceptAsNormal(state: DeviceState, cause: string): void {
  if (cause === JOINT_CAUSE) {
    delete state.joint;
    return;
  }
  const moved = new Set(state.episodes.find((episode) => episode.cause === cause)?.moved);
  for (const series of state.series.filter(({ metric }) => moved.has(metric))) {
    delete series.unusual;
    for (const one of series.detectors) settleIn(one);
  }
}

function settleIn(detector: Detector): void {
  if (detector.by === 'scatter' && detector.side !== 0) detector.scatterMean = detector.scatter;
  acceptLevel(detector, detector.by === 'slow' ? detector.slow : detector.level);
}

/** The sensor stands still since then; `null`: it moves again. */
export function noteStuck(state: DeviceState, metric: string, sinceMs: EpochMs | null): void {
  const series = state.series.find((known) => known.metric === metric);
  if (series === undefined) return;
  if (sinceMs === null) delete series.stuckSinceMs;
  else series.stuckSinceMs = sinceMs;
}

/**
 * Forgets all that was learned as a unit of another product. Open episodes stay until the next reading clears them, so that
 * nobody is left with an alert about a part this device does not have.
 */
export function forgetProduct(state: DeviceState): void {
  state.series = [];
  state.mode = null;
  state.quiet = [];
  state.health = [];
  state.healthToldMs = NEVER_MS;
  delete state.horizon;
  delete state.days;
  delete state.joint;
}
