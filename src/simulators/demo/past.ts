// The months before the demo's history: its ventilators, bought together, at work while the detector only records. What failed was
// mended and written down, as it is where a predictor is new: the failures that models are trained on.
import type { Model } from '../../contracts/http/models.ts';
import type { Page } from '../../contracts/http/page.ts';
import { DAY_MS, type EpochMs } from '../../contracts/time.ts';
import type { ApiClient } from '../api-client.ts';
import { fillDays } from './fill-days.ts';
import { createMaintenance } from './maintenance.ts';
import { PAST_STEP_MS } from './pace.ts';
import { PAST_DAYS, sinceMsOf } from './plan.ts';
import type { Unit } from './unit.ts';

/** Told in strides: nobody watches these days go by. */
const STRIDE_DAYS = 4;

export interface PastOptions {
  api: ApiClient;
  units: readonly Unit[];
  /** When the history begins and the past ends. */
  startMs: EpochMs;
  stop: AbortSignal;
  onProgress: (done: number, total: number) => void;
}

/** Gives back how many readings were acknowledged. */
export async function fillPast({ api, units, startMs, stop, onProgress }: PastOptions): Promise<number> {
  const listened = units.filter(({ device }) => sinceMsOf(device, startMs) < startMs);
  const fromMs = startMs - PAST_DAYS * DAY_MS;
  await setDetector(api, 'shadow', '试用期：只记录，不产生工单');
  const maintenance = createMaintenance(api, listened, { startMs: fromMs, keepsCalendar: false });
  const readings = await fillDays({
    units: listened,
    maintenance,
    fromMs,
    toMs: startMs,
    strideDays: STRIDE_DAYS,
    stepMsAt: () => PAST_STEP_MS,
    stop,
    afterDay: async (done, total) => onProgress(done, total),
  });
  await setDetector(api, 'auto', '试用期结束：值得时自动开工单');
  return readings;
}

async function setDetector(api: ApiClient, mode: Model['mode'], note: string): Promise<void> {
  const { items } = await api.get<Page<Model>>('/models?kind=sign-drift&state=active');
  for (const { id } of items) await api.post(`/models/${id}/activate`, { mode, note });
}
