// What the detectors said day by day, from the stream into the table, from there into a model, and from the device's state into its
// answers: live, after kills, and in the time machine.
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { isoOf } from '../../../src/contracts/time.ts';
import { createAssessor } from '../../../src/predictor/core/assess.ts';
import type { DetectorDay } from '../../../src/predictor/core/horizon/detector-days.ts';
import { fitHorizonModel } from '../../../src/predictor/core/horizon/fit.ts';
import type { HorizonContent } from '../../../src/predictor/core/horizon/stored.ts';
import { planOf } from '../../../src/predictor/core/plan.ts';
import { newDeviceState } from '../../../src/predictor/core/state.ts';
import { DAYS_KEPT, daysOf } from '../../../src/predictor/horizon/day-store.ts';
import type { Predictor } from '../../../src/predictor/predictor.ts';
import { predictorMaintenance } from '../../../src/predictor/upkeep.ts';
import { gathered, liveThrough, putModel } from '../../support/horizon-world.ts';
import type { TestDatabase } from '../../support/database.ts';
import { COOLER, DAY, HOUR, signals, START } from '../../support/predictor-signals.ts';
import { COSTS, openPredictorWorld, type PredictorWorld } from '../../support/predictor-world.ts';

const TRAINED = Array.from({ length: 12 }, (_, index) => `T-${index + 1}`);
const OWN = ['C-1', 'C-2'];
const DAYS = 19;
const END = START + DAYS * DAY;

// Beside others on a slow machine, on the embedded database.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let world: PredictorWorld;
let predictor: Predictor | null = null;
let content: HorizonContent;
beforeAll(async () => {
  const lived = await openPredictorWorld(TRAINED);
  await liveThrough(lived.database, TRAINED);
  await driftBeforeFailures(lived.database);
  content = fitHorizonModel(await gathered(lived.database, COOLER.code), { seed: 1 }).content;
  await lived.close();
});
beforeEach(async () => {
  world = await openPredictorWorld(OWN);
  world.time.now = START;
  await world.database.query('UPDATE device SET installed_on = $1', [new Date(START - 20 * DAY)]);
});
afterEach(async () => {
  await predictor?.close();
  predictor = null;
  await world.close();
});

/** No event tells of a failure: the detectors have a gauge beyond its limit in the forty days before it, and at no other time. */
async function driftBeforeFailures(db: TestDatabase): Promise<void> {
  await db.query("DELETE FROM device_event WHERE code = 'E7'");
  await db.query(
    `INSERT INTO detector_day (device_id, day, closed_at, drift)
     SELECT d.id, t::date, t + interval '25 hours', (EXISTS (SELECT FROM known_failure f WHERE f.device_id = d.id
         AND f.failed_at > t AND f.failed_at < t + interval '40 days'))::integer * (1.3 + 20 * chance) + chance
     FROM device d, generate_series($1::timestamptz, $2::timestamptz, interval '1 day') t,
       LATERAL (SELECT abs(hashtext(d.code || t::text)) % 1000 / 1000.0 AS chance) c`,
    [new Date(START - 900 * DAY), new Date(START - DAY)],
  );
}

/** The flow of C-2 falls from day 15 on. */
const slicesOf = (device: string) =>
  signals({
    days: DAYS,
    seed: device,
    stepMs: 2 * HOUR,
    shift: (atMs) => (device === 'C-2' && atMs > START + 15 * DAY ? { flow: -5 } : {}),
  });

// Acting pays from 0.3 on.
const economics = async () => ({ ...COSTS, needlessMinor: 1_370_000n });

/** Commits as time goes by; every so many of them another process takes over, every second time before it has heard of the last one. */
async function live(killEvery: number): Promise<void> {
  predictor = await world.start({ economics });
  const all = OWN.flatMap((device) => slicesOf(device).map((slice) => ({ device, slice }))).sort(
    (a, b) => a.slice.receivedAtMs - b.slice.receivedAtMs,
  );
  for (const [index, { device, slice }] of all.entries()) {
    const [batch] = await world.commit(device, [slice]);
    world.time.now = slice.receivedAtMs + 1_000;
    const isKilled = index % killEvery === killEvery - 1;
    if (isKilled) {
      await predictor.close();
      predictor = await world.start({ economics });
    }
    if (batch !== undefined && !(isKilled && index % 2 === 0)) predictor.observe(batch);
    await predictor.idle();
  }
  world.time.now = END;
}

const idOf = async (device: string): Promise<number> =>
  (await world.database.query<{ id: number }>('SELECT id FROM device WHERE code = $1', [device])).rows[0]?.id as number;

describe('what the detectors said day by day', () => {
  test('is stored as it was judged, whoever was killed meanwhile, and kept for as long as a model asks', async () => {
    await live(41);
    for (const device of OWN) {
      const assessor = createAssessor(planOf(COOLER), newDeviceState());
      const effects = slicesOf(device).flatMap((slice) => assessor.observe(slice));
      const judged = effects.flatMap((effect) => (effect.kind === 'detector-day' ? [effect.day] : []));
      const id = await idOf(device);
      expect(judged.length).toBeGreaterThan(5);
      expect(await daysOf(world.database, id, END)).toEqual(judged);
      expect(await daysOf(world.database, id, START + 10 * DAY - 1)).toEqual(
        judged.filter(({ closedMs }) => closedMs < START + 10 * DAY),
      );
      const { rows } = await world.database.query<{ closed: DetectorDay[] }>(
        `SELECT snapshot->'days'->'closed' AS closed FROM predictor_state WHERE device_id = $1`,
        [id],
      );
      expect(rows[0]?.closed).toEqual(judged);
    }
  });

  test('moves a model that learned from it, live and in the time machine alike, and is named in the reason', async () => {
    expect(content.layout.detectors).toEqual(['drift']);
    const version = await putModel(world.database, COOLER.code, 'active', content);
    await live(1_000);
    const { rows } = await world.database.query<{
      device: string;
      raised: Date;
      probability: number;
      reason: { en: string };
    }>(
      `SELECT d.code AS device, a.raised_at AS raised, p.probability, a.reason FROM alert a JOIN device d ON d.id = a.device_id
       JOIN job_proposal p ON p.alert_id = a.id
       WHERE a.component = 'head' ORDER BY a.raised_at`,
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ device: 'C-2' });
    expect(rows[0]?.reason.en).toMatch(/because of: Largest drift of any gauge/);
    const { models, replays } = predictor as Predictor;
    const model = (await models.reads.list({ kind: 'horizon' })).items.find((one) => String(one.version) === version);
    const asked = { from: isoOf(START), to: isoOf(END) };
    const { id } = await replays.start({ model: model?.id as number }, asked, 'li@example.org');
    await expect.poll(async () => (await replays.one(id))?.state, { timeout: 120_000 }).toBe('finished');
    const again = (await replays.one(id))?.result;
    expect(again?.episodes).toMatchObject([
      {
        device: 'C-2',
        raisedAt: rows[0]?.raised.toISOString(),
        prognosis: { probability: rows[0]?.probability },
      },
    ]);
  });

  test('a unit of another product begins anew; what is past its keep is deleted', async () => {
    const id = await idOf('C-1');
    await world.database.query(
      `INSERT INTO detector_day (device_id, day, closed_at, drift) SELECT $1, t::date, t + interval '25 hours', 1
       FROM unnest($2::timestamptz[]) t`,
      [id, [START - (DAYS_KEPT + 1) * DAY, START - (DAYS_KEPT - 1) * DAY, START - 3 * DAY].map((at) => new Date(at))],
    );
    const job = predictorMaintenance({ now: () => START }).find(({ name }) => name === 'trim-detector-days');
    const { signal } = new AbortController();
    expect(await job?.run(world.database, signal)).toBe('1 days of detectors were deleted');
    expect(await daysOf(world.database, id, END)).toHaveLength(2);
    await world.database.query(
      "INSERT INTO baseline_reset (device_id, at, reason) VALUES ($1, $2, 'product-changed')",
      [id, new Date(START - 10 * DAY)],
    );
    expect(await daysOf(world.database, id, END)).toHaveLength(1);
    expect(await daysOf(world.database, id, START - 20 * DAY)).toHaveLength(1);
  });
});
