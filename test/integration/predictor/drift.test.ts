import { afterAll, beforeAll, expect, test } from 'vitest';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import type { DriftFigures } from '../../../src/contracts/http/models.ts';
import { readEvents } from '../../../src/db/event-log.ts';
import { MODEL } from '../../../src/predictor/core/settings.ts';
import { watchDrift } from '../../../src/predictor/models/watch-drift.ts';
import type { Predictor } from '../../../src/predictor/predictor.ts';
import { fitHorizonModel } from '../../../src/predictor/core/horizon/fit.ts';
import { gathered, liveThrough, putModel } from '../../support/horizon-world.ts';
import { COOLER, DAY, HOUR, START } from '../../support/predictor-signals.ts';
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

test('inputs of a trained model that move are named, the others are not; nothing is put in force', async () => {
  const devices = Array.from({ length: 24 }, (_, index) => `T-${index + 1}`);
  const lived = await openPredictorWorld(devices);
  try {
    await liveThrough(lived.database, devices);
    const { content } = fitHorizonModel(await gathered(lived.database, COOLER.code), { seed: 1 });
    await putModel(lived.database, COOLER.code, 'active', content);
    await lived.database.query(
      `INSERT INTO model_change (model_id, at, actor, change, mode) SELECT id, $1, 'another', 'activated', 'auto' FROM model
       WHERE kind = 'horizon'`,
      [new Date(START)],
    );
    const newest = async () =>
      (
        await lived.database.query<{ figures: DriftFigures; proposal: string | null }>(
          `SELECT d.figures, d.proposal_en AS proposal FROM model_drift d JOIN model m ON m.id = d.model_id
           WHERE m.kind = 'horizon' ORDER BY d.id DESC LIMIT 1`,
        )
      ).rows[0];
    const signal = new AbortController().signal;
    await watchDrift(lived.database, START, signal);
    const calm = await newest();
    expect(calm?.figures.inputRows).toBeGreaterThanOrEqual(100);
    expect(calm?.figures.inputs.length).toBeGreaterThan(3);
    expect(calm?.proposal).toBeNull();

    // Every device reports the sign day and night.
    await lived.database.query(
      `INSERT INTO device_event (device_id, at, code, severity, received_at)
       SELECT d.id, t, 'E7', 'warning', t FROM device d, generate_series($1::timestamptz, $2, interval '6 hours') t ON CONFLICT DO NOTHING`,
      [new Date(START - 45 * DAY), new Date(START - HOUR)],
    );
    await watchDrift(lived.database, START, signal);
    const moved = await newest();
    expect(moved?.proposal).toContain('its inputs have moved');
    expect(moved?.figures.inputs[0]?.name.en).toContain('E7');
    expect(moved?.figures.inputs[0]?.psi).toBeGreaterThan(moved?.figures.inputs[0]?.limit as number);
    expect(moved?.figures.inputs[0]?.name.zh).toMatch(/事件/);
    const { rows } = await lived.database.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM model WHERE kind = 'horizon'`,
    );
    expect(rows[0]?.n).toBe(1);
  } finally {
    await lived.close();
  }
}, 120_000);
