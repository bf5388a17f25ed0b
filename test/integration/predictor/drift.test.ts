import { afterAll, beforeAll, expect, test } from 'vitest';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import { readEvents } from '../../../src/db/event-log.ts';
import { MODEL } from '../../../src/predictor/core/settings.ts';
import { watchDrift } from '../../../src/predictor/models/watch-drift.ts';
import type { Predictor } from '../../../src/predictor/predictor.ts';
import { DAY } from '../../support/predictor-signals.ts';
import { openPredictorWorld, type PredictorWorld } from '../../support/predictor-world.ts';

let world: PredictorWorld;
let predictor: Predictor;
let activatedMs: number;
beforeAll(async () => {
  world = await openPredictorWorld(['D-1']);
  predictor = await world.start();
  const { rows } = await world.database.query<{ at: Date }>('SELECT max(at) AS at FROM model_change');
  activatedMs = (rows[0] as { at: Date }).at.getTime();
});
afterAll(async () => {
  await predictor.close();
  await world.close();
});

/** Prognoses of the detector in force, one an hour, with probabilities about `mean`. */
const say = (fromMs: number, n: number, mean: number) =>
  world.database.query(
    `INSERT INTO prognosis (device_id, component, failure_mode, model, model_version, made_at, watermark, horizon_hours, probability,
       probability_low, probability_high, probability_n, contributors, window_from, window_to, triggered)
     SELECT d.id, 'head', 'wear', $1, $2, t, t, 24, $5 + (n % 10) * 0.02, 0, 1, 0, '[]', t, t, false
     FROM device d, generate_series(1, $4::integer) n CROSS JOIN LATERAL (SELECT $3::timestamptz + make_interval(hours => n) AS t) at`,
    [MODEL.name, MODEL.version, new Date(fromMs), n, mean],
  );

const look = async (nowMs: number) => {
  const said = await watchDrift(world.database, nowMs, new AbortController().signal);
  const { items } = await predictor.models.reads.list({ kind: 'sign-drift' });
  return { said, model: items[0] as NonNullable<(typeof items)[0]> };
};

test('probabilities as they were give no reason to train; a shift is proposed, once, and nothing is put in force', async () => {
  await say(activatedMs, 300, 0.1);
  await say(activatedMs + 30 * DAY, 300, 0.1);
  const calm = await look(activatedMs + 43 * DAY);
  expect(calm.model.drift).toMatchObject({ scoreRows: 300, scorePsi: expect.closeTo(0, 6) });
  // Nothing failed at all, so that no model could beat saying so.
  expect(calm.model.drift?.proposal).toBeNull();

  await say(activatedMs + 50 * DAY, 330, 0.7);
  const before = (await readEvents(world.database, 0, 5000, ['model.changed'])).length;
  const moved = await look(activatedMs + 64 * DAY);
  expect(moved.said).toBe('1 models looked at, 1 to be trained anew');
  expect(moved.model.drift?.scorePsi).toBeGreaterThan(0.25);
  expect(moved.model.drift?.brier as number).toBeGreaterThan(moved.model.drift?.brierOfBaseRate as number);
  expect(moved.model.drift?.proposal?.en).toMatch(/^Train it anew: its probabilities have moved/);
  expect(moved.model.drift?.proposal?.zh).toContain('建议重新训练');
  expect(moved.model).toMatchObject({ state: 'active', version: Number(MODEL.version) });
  await look(activatedMs + 64 * DAY + 3_600_000);
  const events = (await readEvents(world.database, 0, 5000, ['model.changed'])).slice(before);
  expect(events.map(({ payload }) => (payload as { change: string }).change)).toEqual(['drifted']);
  expect((await predictor.alerts.list({}, EVERYTHING)).items).toEqual([]);
});
