// What a person's act changes in a device's state: an episode that was resolved, a component that was repaired. Each
// changes the given state in place and needs nothing but the state, so it can be applied to a stored snapshot.
import type { Component } from '../../contracts/product.ts';
import type { EpochMs } from '../../contracts/time.ts';
import { restart } from './detector.ts';
import { keepQuiet } from './episodes.ts';
import { causeOfMetric, causeOfMode } from './plan.ts';
import type { DeviceState } from './state.ts';

/** Ends the episode of `cause`, which may open anew `quietMs` after `atMs` when the condition is still on. */
export function endEpisode(state: DeviceState, cause: string, atMs: EpochMs, quietMs: number): void {
  state.episodes = state.episodes.filter((episode) => episode.cause !== cause);
  keepQuiet(state, cause, atMs + quietMs);
}

/**
 * Starts the component's signs afresh: their normal is learned again, with the old one as a first guess of half a day's
 * weight, and readings measured before the repair are not judged. Wear after a repair is news, so nothing stays quiet.
 */
export function resetComponent(state: DeviceState, component: Component, repairedMs: EpochMs): void {
  const metrics = new Set(component.failureModes.flatMap(({ signs }) => signs.map(({ metric }) => metric)));
  const causes = new Set([
    ...component.failureModes.map(({ code }) => causeOfMode(component.code, code)),
    ...[...metrics].map(causeOfMetric),
  ]);
  state.episodes = state.episodes.filter(({ cause }) => !causes.has(cause));
  state.quiet = state.quiet.filter(({ cause }) => !causes.has(cause));
  for (const series of state.series.filter(({ metric }) => metrics.has(metric))) {
    series.ignoreToMs = Math.max(series.ignoreToMs, repairedMs);
    for (const detector of series.detectors) restart(detector, detector.mean);
  }
}
