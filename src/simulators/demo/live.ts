// The present of the demo: every unit publishes in real time, a little apart from the others.
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Unit } from './unit.ts';

/** So that a new interval takes hold soon. */
const LONGEST_PAUSE_MS = 2_000;
/** Units begin a little apart, within this span. */
const SPREAD_MS = 2_000;

/** Publishes until told to stop; catches up from `fromMs` first, so that no gap is left behind the history. */
export async function liveOn(
  units: readonly Unit[],
  fromMs: number,
  now: () => number,
  stop: AbortSignal,
): Promise<void> {
  // Every unit waits on it.
  setMaxListeners(units.length + 1, stop);
  const liveMs = now();
  for (const unit of units) unit.watch(liveMs);
  await Promise.all(units.map((unit, index) => publishUnit(unit, (index / units.length) * SPREAD_MS)));

  async function publishUnit(unit: Unit, offsetMs: number): Promise<void> {
    await pause(offsetMs);
    let lastMs = fromMs;
    while (!stop.aborted) {
      const stepMs = unit.stepMs();
      const steps = Math.floor((now() - lastMs) / stepMs);
      await unit.publish(lastMs, lastMs + steps * stepMs, stepMs);
      lastMs += steps * stepMs;
      await pause(Math.min(LONGEST_PAUSE_MS, lastMs + stepMs - now()));
    }
  }

  async function pause(ms: number): Promise<void> {
    await sleep(Math.max(1, ms), undefined, { signal: stop }).catch(() => {});
  }
}
