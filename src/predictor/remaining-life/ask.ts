// Asks the remaining-life models of a device's components, on a fixed grid of measured time, from the readings that are stored
// since the component came: the same readings give the same prognoses, whatever was killed in between.
import type { EpochMs } from '../../contracts/time.ts';
import type { Database } from '../../db/database.ts';
import { contributorOf } from '../core/advice.ts';
import { askedAt, type LifeAnswer, lifeAnswerOf } from '../core/remaining-life/component-ask.ts';
import type { ComponentLifeModel } from '../core/remaining-life/stored-life.ts';
import { NEVER_MS } from '../core/state.ts';
import type { LoadedDevice } from '../device-states.ts';
import { type DeviceRow, historyOf } from '../horizon/device-history.ts';
import type { LoadedModel } from '../models/load-model.ts';
import type { ModelBook } from '../models/model-book.ts';
import { widthOf } from './realised.ts';

export interface LifeAsk {
  /** Asks and stores where the grid has moved on and a model is in force. */
  lookAt(loaded: LoadedDevice): Promise<void>;
}

const DEVICE = 'SELECT id, code, installed_on::timestamptz AS installed_on, firmware, lot FROM device WHERE id = $1';

const INSERT = `
  INSERT INTO prognosis (device_id, component, failure_mode, model, model_version, made_at, watermark, horizon_hours, probability,
    probability_low, probability_high, probability_n, rul_hours_p10, rul_hours_p50, rul_hours_p90, rul_more_than_hours, contributors,
    window_from, window_to, threshold, triggered, basis, is_shadow, is_strange)
  SELECT $1, $2, $3, 'remaining-life', $4, $5, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $5, NULL, false, 'model', $17, $18
  WHERE NOT EXISTS (SELECT FROM prognosis WHERE device_id = $1 AND component = $2 AND model = 'remaining-life'
    AND model_version = $4 AND made_at = $5)`;

export function createLifeAsk({
  database,
  book,
}: {
  database: Database;
  book: Pick<ModelBook, 'active' | 'shadow'>;
}): LifeAsk {
  /** Instant of the grid that was last looked at, by device and model in memory. */
  const asked = new WeakMap<LoadedDevice, Map<number, EpochMs>>();

  function dueAt(loaded: LoadedDevice, model: LoadedModel): EpochMs | null {
    if (loaded.stored.state.measuredToMs === NEVER_MS) return null;
    const atMs = askedAt(model.content as ComponentLifeModel, loaded.stored.state.measuredToMs);
    const known = asked.get(loaded) ?? new Map<number, EpochMs>();
    asked.set(loaded, known);
    if ((known.get(model.id) ?? Number.NEGATIVE_INFINITY) >= atMs) return null;
    known.set(model.id, atMs);
    return atMs;
  }

  async function ask(loaded: LoadedDevice, model: LoadedModel, isShadow: boolean): Promise<void> {
    const atMs = dueAt(loaded, model);
    if (atMs === null) return;
    const content = model.content as ComponentLifeModel;
    const { product } = loaded.plan;
    const { rows } = await database.prepared<DeviceRow>('life-device', DEVICE, [loaded.device.id]);
    const row = rows[0];
    if (row === undefined) return;
    const history = await historyOf(database, product, row, { fromMs: null, toMs: atMs });
    const width = await widthOf(database, { product: product.code, component: content.component, isTrained: true });
    const answer = lifeAnswerOf(product, content, history, { atMs, width });
    if (answer !== null) await write(loaded, { content, version: model.version, answer, isShadow });
  }

  async function write({ device, plan }: LoadedDevice, { content, version, answer, isShadow }: Told): Promise<void> {
    const { probability, hours, sinceMs } = answer;
    const contributors = answer.contributors.map((one) => contributorOf(plan, { ...one, sinceMs }));
    await database.query(INSERT, [
      device.id,
      content.component,
      content.failureMode,
      version,
      new Date(answer.atMs),
      answer.horizonHours,
      probability.value,
      probability.low,
      probability.high,
      probability.n,
      hours.p10,
      hours.p50,
      hours.p90,
      answer.moreThanHours,
      JSON.stringify(contributors),
      new Date(sinceMs),
      isShadow,
      !answer.isFamiliar,
    ]);
  }

  return {
    async lookAt(loaded) {
      const { product } = loaded.plan;
      for (const { code } of product.components) {
        const active = book.active('remaining-life', product.code, code);
        const shadow = book.shadow('remaining-life', product.code, code);
        if (active !== null) await ask(loaded, active, false);
        if (shadow !== null) await ask(loaded, shadow, true);
      }
    },
  };
}

interface Told {
  content: ComponentLifeModel;
  version: string;
  answer: LifeAnswer;
  isShadow: boolean;
}
