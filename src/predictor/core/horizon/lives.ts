// The lives of components as their unit's history tells them: from an installation (or from when the unit was first heard of)
// to a failure, or to a replacement or the end, which end the watch and not the life.
import type { EpochMs } from '../../../contracts/time.ts';
import { type Life, lifeBetween } from '../survival/weibull.ts';
import type { UnitHistory } from './history.ts';

/** By component. A life whose installation nobody knows has no age and is left out. */
export function livesOf(histories: readonly UnitHistory[], fromMs: EpochMs, toMs: EpochMs): Map<string, Life[]> {
  const lives = new Map<string, Life[]>();
  for (const { happenings } of histories) {
    const installed = new Map<string, EpochMs>();
    const end = (component: string, atMs: EpochMs, failed: boolean): void => {
      const since = installed.get(component);
      if (since === undefined || atMs <= since || atMs <= fromMs) return;
      const known = lives.get(component) ?? [];
      known.push(lifeBetween(since, Math.max(since, fromMs), atMs, failed));
      lives.set(component, known);
    };
    for (const happening of happenings) {
      if (happening.kind === 'event' || happening.atMs > toMs) continue;
      const { component, atMs } = happening;
      end(component, atMs, happening.kind === 'failed');
      if (happening.kind === 'replaced') installed.set(component, atMs);
      else installed.delete(component);
    }
    for (const component of installed.keys()) end(component, toMs, false);
  }
  return lives;
}
