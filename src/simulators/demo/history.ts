// The months before one arrives, day by day, with the shared costs of each month. Reports its progress as an import.
import type { Import } from '../../contracts/http/system.ts';
import { boundsOf, DAY_MS, type EpochMs, periodOf } from '../../contracts/time.ts';
import type { ApiClient } from '../api-client.ts';
import { fillDays } from './fill-days.ts';
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
  const total = Math.ceil((endMs - startMs) / DAY_MS);
  const run = await api.post<Import>('/imports', { name: 'demo history', total });
  let period = '';
  /** The shared cost of each month, when its first day comes. */
  async function chargeMonth(atMs: EpochMs): Promise<void> {
    if (atMs >= endMs || periodOf(atMs) === period) return;
    period = periodOf(atMs);
    await postSharedCosts(api, Math.max(startMs, boundsOf(period).fromMs));
  }
  await chargeMonth(startMs);
  const readings = await fillDays({
    units,
    maintenance: createMaintenance(api, units, { startMs, keepsCalendar: true }),
    fromMs: startMs,
    toMs: endMs,
    strideDays: 1,
    stepMsAt: (day) => (day >= total - NEAR_DAYS ? NEAR_STEP_MS : FAR_STEP_MS),
    stop,
    async afterDay(done) {
      await api.post(`/imports/${run.id}/progress`, { done });
      await chargeMonth(startMs + done * DAY_MS);
      onProgress(done, total);
    },
  });
  if (!stop.aborted) {
    await api.post(`/imports/${run.id}/progress`, { done: total, state: 'finished', report: { readings } });
  }
  return readings;
}
