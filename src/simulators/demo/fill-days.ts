// Tells devices' days one after another: each stretch's telemetry as a backlog over MQTT, then its jobs over HTTP, so that the past
// is made by the same rules as the present.
import { DAY_MS, type EpochMs } from '../../contracts/time.ts';
import type { Maintenance } from './maintenance.ts';
import type { Unit } from './unit.ts';

export interface FillOptions {
  units: readonly Unit[];
  maintenance: Maintenance;
  fromMs: EpochMs;
  toMs: EpochMs;
  /** Days told at once. */
  strideDays: number;
  stepMsAt: (day: number, total: number) => number;
  /** Told to stop, it ends after the stretch in hand. */
  stop: AbortSignal;
  afterDay: (done: number, total: number) => Promise<void>;
}

/** Gives back how many readings were acknowledged. */
export async function fillDays(options: FillOptions): Promise<number> {
  const { units, maintenance, fromMs, toMs, strideDays, stepMsAt, stop, afterDay } = options;
  const total = Math.ceil((toMs - fromMs) / DAY_MS);
  let readings = 0;
  for (let day = 0; day < total && !stop.aborted; day += strideDays) {
    const beginMs = fromMs + day * DAY_MS;
    const endMs = Math.min(beginMs + strideDays * DAY_MS, toMs);
    const stepMs = stepMsAt(day, total);
    const sent = await Promise.all(units.map((unit) => unit.publish(beginMs, endMs, stepMs)));
    readings += sent.reduce((sum, count) => sum + count, 0);
    await maintenance.workUntil(endMs);
    await maintenance.planAfter(endMs);
    await afterDay(Math.min(day + strideDays, total), total);
  }
  return readings;
}
