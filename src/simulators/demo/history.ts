// The months before one arrives: each day's telemetry as a backlog over MQTT, then that day's jobs over HTTP, so that the
// past is made by the same rules as the present. Reports its progress as an import.
import type { Import } from '../../contracts/http/system.ts';
import { DAY_MS, periodOf, boundsOf } from '../../contracts/time.ts';
import type { ApiClient } from '../api-client.ts';
import { postSharedCosts } from './found.ts';
import { createMaintenance } from './maintenance.ts';
import { FAR_STEP_MS, NEAR_DAYS, NEAR_STEP_MS } from './pace.ts';
import type { Unit } from './unit.ts';

export interface HistoryOptions {
  api: ApiClient;
  units: readonly Unit[];
  startMs: number;
  endMs: number;
  /** Told to stop, it ends after the day in hand. */
  stop: AbortSignal;
  onProgress: (done: number, total: number) => void;
}

/** Gives back how many readings were acknowledged. */
export async function fillHistory({ api, units, startMs, endMs, stop, onProgress }: HistoryOptions): Promise<number> {
  const maintenance = createMaintenance(api, units, startMs);
  const total = Math.ceil((endMs - startMs) / DAY_MS);
  const run = await api.post<Import>('/imports', { name: 'demo history', total });
  let readings = 0;
  let period = '';
  for (let day = 0; day < total && !stop.aborted; day++) {
    const fromMs = startMs + day * DAY_MS;
    const toMs = Math.min(fromMs + DAY_MS, endMs);
    if (periodOf(fromMs) !== period) {
      period = periodOf(fromMs);
      await postSharedCosts(api, Math.max(startMs, boundsOf(period).fromMs));
    }
    const stepMs = day >= total - NEAR_DAYS ? NEAR_STEP_MS : FAR_STEP_MS;
    const sent = await Promise.all(units.map((unit) => unit.publish(fromMs, toMs, stepMs)));
    readings += sent.reduce((sum, count) => sum + count, 0);
    await maintenance.workUntil(toMs);
    await maintenance.planAfter(toMs);
    await api.post(`/imports/${run.id}/progress`, { done: day + 1 });
    onProgress(day + 1, total);
  }
  if (!stop.aborted) {
    await api.post(`/imports/${run.id}/progress`, { done: total, state: 'finished', report: { readings } });
  }
  return readings;
}
