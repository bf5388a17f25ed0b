// What the gauges of a product's devices say of late, in the steps a remaining-life model takes, so that it can be held against
// the lives it was trained on.
import { HOUR_MS } from '../../contracts/time.ts';
import type { Queryable } from '../../db/database.ts';
import { runBetween } from '../core/remaining-life/component-runs.ts';
import { gaugeRows } from '../core/remaining-life/fit.ts';
import type { Run } from '../core/remaining-life/run.ts';
import type { ComponentLifeModel } from '../core/remaining-life/stored-life.ts';
import { devicesOf, historyOf } from '../horizon/device-history.ts';
import { productOf } from '../horizon/gather.ts';
import type { RecentInputs, RecentRequest } from '../models/kinds.ts';

/** Part of the longest life that is told apart: devices in use are at every age of theirs. */
const RECENT_SHARE = 0.5;

export async function recentLifeInputs(
  db: Queryable,
  { model, product: code, toMs, signal }: RecentRequest,
): Promise<RecentInputs> {
  const { gauges, everyHours, life } = model as ComponentLifeModel;
  const product = await productOf(db, code);
  const sinceMs = toMs - RECENT_SHARE * life.cap * HOUR_MS;
  const runs: Run[] = [];
  for (const device of await devicesOf(db, code)) {
    signal.throwIfAborted();
    const { readings } = await historyOf(db, product, device, { fromMs: sinceMs, toMs });
    runs.push(runBetween(device.code, readings, gauges, { sinceMs, toMs, everyHours }));
  }
  return {
    rows: gaugeRows(gauges, runs),
    nameOf: (metric) => product.metrics.find(({ code: known }) => known === metric)?.name ?? { en: metric, zh: metric },
  };
}
