// After a replay: waits until the instance has thought about everything it was told. It has when nothing waits
// to be judged or handled, and judging and the consumers of the event log stand still for some looks in a row.
import { setTimeout as sleep } from 'node:timers/promises';
import type { System } from '../../contracts/http/system.ts';
import type { ApiClient } from '../api-client.ts';

const SETTLE_LIMIT_MS = 600_000;
const LOOK_EVERY_MS = 1_000;
const STILL_LOOKS = 3;

/** False when it still moved at the limit. */
export async function settled(api: ApiClient, httpUrl: string): Promise<boolean> {
  let before = '';
  let still = 0;
  for (let waitedMs = 0; waitedMs < SETTLE_LIMIT_MS; waitedMs += LOOK_EVERY_MS) {
    const { consumers } = await api.get<System>('/system');
    const judging = await judgingOf(httpUrl);
    const now = JSON.stringify([judging, consumers]);
    const isBusy = judging.waiting > 0 || consumers.some(({ lag }) => lag > 0);
    still = isBusy || now !== before ? 0 : still + 1;
    if (still >= STILL_LOOKS) return true;
    before = now;
    await sleep(LOOK_EVERY_MS);
  }
  return false;
}

/** What the predictor in that process has judged and what waits for it; zeros where it runs in another one. */
async function judgingOf(httpUrl: string): Promise<{ waiting: number; judged: number }> {
  const text = await (await fetch(new URL('/metrics', httpUrl))).text();
  const figure = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? 0);
  return {
    waiting: figure('stethos_predictor_waiting_readings'),
    judged: figure('stethos_predictor_readings_total'),
  };
}
