// Runs the demo's world against an instance: founds it, fills its history, then lets it live until told to stop.
import { DAY_MS } from '../../contracts/time.ts';
import { signIn } from '../api-client.ts';
import { writeRules } from './alarm-desk.ts';
import { closeFirstMonths, proposeForTheManager } from './books-desk.ts';
import { putBudgetInForce, putCycleInForce } from './cost-desk.ts';
import { foundWorld } from './found.ts';
import { fillHistory } from './history.ts';
import { askDevices } from './support-desk.ts';
import { liveOn } from './live.ts';
import { fillPast } from './past.ts';
import { sinceMsOf } from './plan.ts';
import { teachModels } from './training-desk.ts';
import { connectUnit } from './unit.ts';

const HISTORY_DAYS = 75;

export interface DemoOptions {
  httpUrl: string;
  brokerUrl: string;
  admin: { email: string; password: string };
  now: () => number;
  say: (line: string) => void;
  stop: AbortSignal;
}

export async function runDemo({ httpUrl, brokerUrl, admin, now, say, stop }: DemoOptions): Promise<void> {
  const nowMs = now();
  const startMs = Math.floor((nowMs - HISTORY_DAYS * DAY_MS) / DAY_MS) * DAY_MS;
  const api = await signIn(httpUrl, admin.email, admin.password);
  const devices = await foundWorld(api, startMs);
  await putCycleInForce(httpUrl);
  const units = await Promise.all(
    devices.map((device) => connectUnit({ device, brokerUrl, startMs, sinceMs: sinceMsOf(device, startMs), nowMs })),
  );
  try {
    say(`${devices.length} devices are connected; filling ${HISTORY_DAYS} days of history ...`);
    const begun = performance.now();
    const before = await fillPast({
      api,
      units,
      startMs,
      stop,
      onProgress: (done, total) => {
        if (done % 60 === 0 || done === total) say(`  before it, ventilators alone: day ${done} of ${total}`);
      },
    });
    const readings = await fillHistory({
      api,
      units,
      startMs,
      endMs: nowMs,
      stop,
      onProgress: (done, total) => {
        if (done % 20 === 0 || done === total) say(`  history: day ${done} of ${total}`);
      },
    });
    if (stop.aborted) return;
    await putBudgetInForce(httpUrl, nowMs);
    await closeFirstMonths(httpUrl, startMs);
    await proposeForTheManager(httpUrl, nowMs);
    const seconds = (performance.now() - begun) / 1000;
    say(
      `History is there: ${before + readings} readings in ${seconds.toFixed(0)} s. The fleet is live; some units are wearing out as you watch.`,
    );
    await askDevices(httpUrl);
    await writeRules(httpUrl);
    await Promise.all([liveOn(units, nowMs, now, stop), teachModels({ httpUrl, say, stop })]);
  } finally {
    await Promise.all(units.map((unit) => unit.close()));
  }
}
