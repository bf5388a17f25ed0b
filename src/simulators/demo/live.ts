// The present of the demo: every unit publishes in real time, a little apart from the others.
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Unit } from './unit.ts';

const STEP_MS = 2_000;

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
  await Promise.all(units.map((unit, index) => publishUnit(unit, (index / units.length) * STEP_MS)));

  async function publishUnit(unit: Unit, offsetMs: number): Promise<void> {
    await pause(offsetMs);
    let lastMs = fromMs;
    while (!stop.aborted) {
      const steps = Math.floor((now() - lastMs) / STEP_MS);
      await unit.publish(lastMs, lastMs + steps * STEP_MS, STEP_MS);
      lastMs += steps * STEP_MS;
      await pause(lastMs + STEP_MS - now());
    }
  }

  async function pause(ms: number): Promise<void> {
    await sleep(Math.max(1, ms), undefined, { signal: stop }).catch(() => {});
  }
}
