// The rows a horizon model would be asked with over the last stretch of time, device by device, so that they can be held against
// those it was trained on.
import { HOUR_MS } from '../../contracts/time.ts';
import type { Queryable } from '../../db/database.ts';
import { columnsOf } from '../core/horizon/columns.ts';
import { recentHours } from '../core/horizon/fit.ts';
import type { HorizonModel } from '../core/horizon/model.ts';
import { samplesOf } from '../core/horizon/samples.ts';
import { LOG_SETTINGS } from '../core/horizon/unit-log.ts';
import { nameColumn } from '../core/horizon/words.ts';
import type { RecentInputs, RecentRequest } from '../models/kinds.ts';
import { daysOf } from './day-store.ts';
import { devicesOf, historyOf } from './device-history.ts';
import { productOf } from './gather.ts';

export async function recentHorizonInputs(
  db: Queryable,
  { model, product: code, toMs, signal }: RecentRequest,
): Promise<RecentInputs> {
  const { layout, everyHours } = model as HorizonModel;
  const product = await productOf(db, code);
  const columns = columnsOf(layout, LOG_SETTINGS.memoriesMs);
  const fromMs = toMs - recentHours({ everyHours }) * HOUR_MS;
  const values: Float32Array[] = [];
  let rows = 0;
  for (const device of await devicesOf(db, code)) {
    signal.throwIfAborted();
    // One device's history at a time: a fleet's would not fit in memory.
    const history = await historyOf(db, product, device, { fromMs: null, toMs });
    const days = await daysOf(db, device.id, toMs);
    const { x } = samplesOf([{ ...history, days }], layout, { fromMs, toMs, everyHours });
    values.push(x.values);
    rows += x.rows;
  }
  const all = new Float32Array(rows * columns.length);
  let at = 0;
  for (const part of values) {
    all.set(part, at);
    at += part.length;
  }
  return {
    rows: { columns: columns.map(({ name }) => name), rows, values: all },
    nameOf(name) {
      const column = columns.find((one) => one.name === name);
      return column === undefined ? { en: name, zh: name } : nameColumn(product, column).name;
    },
  };
}
