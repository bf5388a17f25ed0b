// What a product's devices have gone through, in the database: event E7 comes a day or so before the cold head fails, E1 at any
// time; each failure has its corrective job with a confirmed finding. And a model trained on it, put where it is asked.
import type { HorizonSet } from '../../src/predictor/core/horizon/fit.ts';
import type { HorizonContent } from '../../src/predictor/core/horizon/stored.ts';
import { seededRandom } from '../../src/predictor/core/random.ts';
import { gatherHorizonSet } from '../../src/predictor/horizon/gather.ts';
import { insertModel } from '../../src/predictor/models/store-model.ts';
import type { TestDatabase } from './database.ts';
import { DAY, HOUR, START } from './predictor-signals.ts';

const TRAINING_DAYS = 900;
export const TRAINED_FROM = START - TRAINING_DAYS * DAY;

/** Failures, each with its events, of the given devices before `START`. */
export async function liveThrough(db: TestDatabase, devices: readonly string[], seed = 1): Promise<number> {
  const random = seededRandom(seed);
  const events: { device: string; at: Date; code: string }[] = [];
  const failures: { device: string; at: Date }[] = [];
  for (const device of devices) {
    for (let day = 60 + 200 * random(); day < TRAINING_DAYS; day += 150 + 250 * random()) {
      const failedMs = TRAINED_FROM + day * DAY;
      failures.push({ device, at: new Date(failedMs) });
      for (let early = 0; early < 3; early++) {
        events.push({ device, at: new Date(failedMs - (20 + 500 * random()) * HOUR), code: 'E7' });
      }
    }
    for (let day = 0; day < TRAINING_DAYS; day += 40 * random()) {
      events.push({ device, at: new Date(TRAINED_FROM + day * DAY), code: 'E1' });
    }
  }
  await db.query(
    `INSERT INTO device_event (device_id, at, code, severity, received_at)
     SELECT d.id, u.at, u.code, 'warning', u.at FROM unnest($1::text[], $2::timestamptz[], $3::text[]) AS u (device, at, code)
     JOIN device d ON d.code = u.device ON CONFLICT DO NOTHING`,
    [events.map(({ device }) => device), events.map(({ at }) => at), events.map(({ code }) => code)],
  );
  await db.query('UPDATE device SET installed_on = $1', [new Date(TRAINED_FROM)]);
  await db.query(
    `WITH job AS (
       INSERT INTO work_order (kind, service_type, state, priority, device_id, component, failure_mode, title_en, title_zh, opened_at,
         opened_by, failed_at, completed_at, finding_failure_mode, finding_confirmed, product_line, product, customer, region, station)
       SELECT 'corrective', 'on-site', 'closed', 'major', d.id, 'head', 'wear', 'Head failed', '冷头故障', u.at, 'test', u.at,
         u.at + interval '5 hours', 'wear', true, 'cooling', d.product_code, d.customer_code, 'east', d.station_code
       FROM unnest($1::text[], $2::timestamptz[]) AS u (device, at) JOIN device d ON d.code = u.device
       RETURNING id, device_id, product, component, failure_mode, failed_at)
     INSERT INTO known_failure SELECT id, device_id, product, component, failure_mode, failed_at FROM job`,
    [failures.map(({ device }) => device), failures.map(({ at }) => at)],
  );
  return failures.length;
}

export async function gathered(db: TestDatabase, product: string): Promise<HorizonSet> {
  const request = { product, component: null, fromMs: null, toMs: START, onProgress: () => undefined };
  return (await gatherHorizonSet(db, { ...request, signal: new AbortController().signal })).set as HorizonSet;
}

/** Puts a model in force or in shadow; returns its version. */
export async function putModel(
  db: TestDatabase,
  product: string,
  state: 'active' | 'shadow',
  content: HorizonContent,
): Promise<string> {
  const id = await db.transaction((tx) =>
    insertModel(tx, {
      kind: 'horizon',
      product,
      component: null,
      content,
      trainedOn: null,
      figures: null,
      codeVersion: 'test',
      author: 'author',
      change: 'trained',
      note: null,
      atMs: START,
    }),
  );
  const text = `UPDATE model SET state = $2, mode = 'auto', approver = 'another' WHERE id = $1 RETURNING version`;
  return String((await db.query<{ version: number }>(text, [id, state])).rows[0]?.version);
}
