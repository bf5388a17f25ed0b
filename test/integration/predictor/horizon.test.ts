import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import { appendEvent } from '../../../src/db/event-log.ts';
import { fitHorizonModel } from '../../../src/predictor/core/horizon/fit.ts';
import type { HorizonContent } from '../../../src/predictor/core/horizon/stored.ts';
import type { Predictor } from '../../../src/predictor/predictor.ts';
import { gathered, liveThrough, putModel } from '../../support/horizon-world.ts';
import { COOLER, DAY, HOUR, signals, START } from '../../support/predictor-signals.ts';
import { COSTS, openPredictorWorld, type PredictorWorld, toldOf } from '../../support/predictor-world.ts';

const TRAINED = Array.from({ length: 12 }, (_, index) => `T-${index + 1}`);
const OWN = ['C-1', 'C-2', 'C-3', 'C-4'];
const DAYS = 30;

// Beside others on a slow machine, on the embedded database.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let world: PredictorWorld;
let predictor: Predictor | null = null;
let content: HorizonContent;
beforeAll(async () => {
  const lived = await openPredictorWorld(TRAINED);
  await liveThrough(lived.database, TRAINED);
  content = fitHorizonModel(await gathered(lived.database, COOLER.code), { seed: 1 }).content;
  await lived.close();
}, 120_000);
beforeEach(async () => {
  world = await openPredictorWorld([...TRAINED, ...OWN]);
  world.time.now = START + DAYS * DAY;
  await world.database.query('UPDATE device SET installed_on = $1', [new Date(START - 20 * DAY)]);
});
afterEach(async () => {
  await predictor?.close();
  predictor = null;
  await world.close();
});

async function event(device: string, code: string, atMs: number): Promise<void> {
  await world.database.query(
    `INSERT INTO device_event (device_id, at, code, severity, received_at)
     SELECT id, $2, $3, 'warning', $2::timestamptz + interval '1 second' FROM device WHERE code = $1`,
    [device, new Date(atMs), code],
  );
}

async function feed(device: string, fromDay: number, toDay: number): Promise<void> {
  const slices = signals({ days: toDay, seed: device, commit: 6 }).filter(
    ({ receivedAtMs }) => receivedAtMs > START + fromDay * DAY,
  );
  for (const batch of await world.commit(device, slices)) predictor?.observe(batch);
  await predictor?.idle();
}

interface Kept {
  snapshot: { horizon: { eventsTo?: number; log: { components: unknown[] } } };
}

const rows = async (device: string) =>
  (
    await world.database.query<{ probability: number; is_shadow: boolean; contributors: { share: number }[] }>(
      `SELECT p.* FROM prognosis p JOIN device d ON d.id = p.device_id WHERE d.code = $1 AND p.model = 'horizon'
       ORDER BY p.made_at, p.id`,
      [device],
    )
  ).rows;
const alertsOf = async (device: string) => (await (predictor as Predictor).alerts.list({ device }, EVERYTHING)).items;

describe('a trained model', () => {
  test('is refused until enough failures are known, in words that say what is missing', async () => {
    await expect(gathered(world.database, COOLER.code)).rejects.toThrow('needs 10 confirmed failures');
    await liveThrough(world.database, TRAINED.slice(0, 1));
    await expect(gathered(world.database, COOLER.code)).rejects.toThrow(/known are head \d/);
    await expect(gathered(world.database, 'no-such')).rejects.toThrow('There is no product no-such');
  });

  test('learns from the instance itself, and figures are of devices it has not seen', async () => {
    const failures = await liveThrough(world.database, TRAINED);
    const set = await gathered(world.database, COOLER.code);
    expect(set.histories.flatMap(({ happenings }) => happenings.filter(({ kind }) => kind === 'failed'))).toHaveLength(
      failures,
    );
    const { figures, content: learned } = fitHorizonModel(set, { seed: 1 });
    expect(figures.auc).toBeGreaterThan(0.9);
    expect(figures.brierSkill).toBeGreaterThan(0.3);
    expect(learned.components[0]).toMatchObject({ component: 'head', failureMode: 'wear' });
  });

  test('raises one alert soon after events that lead to failure, with its parts, and says what it rests on', async () => {
    const version = await putModel(world.database, COOLER.code, 'active', content);
    // Acting pays from 0.3 on.
    const economics = async () => ({ ...COSTS, needlessMinor: 1_370_000n });
    predictor = await world.start({ limits: { eventsEveryMs: 100 }, economics });
    await feed('C-1', 0, 8);
    await feed('C-2', 0, 8);
    expect(await alertsOf('C-1')).toEqual([]);
    const before = await rows('C-1');
    expect(before.length).toBeGreaterThan(0);
    for (const hour of [1, 5, 9]) await event('C-1', 'E7', START + 8 * DAY + hour * HOUR);
    // No reading comes: the event alone is news.
    await expect.poll(async () => (await alertsOf('C-1')).length, { timeout: 15_000 }).toBe(1);
    const [alert] = await alertsOf('C-1');
    expect(alert).toMatchObject({ component: { code: 'head' }, failureMode: { code: 'wear' } });
    expect(alert?.reason.en).toContain(`model version ${version}`);
    expect(alert?.reason.zh).toContain('冷头');
    expect(alert?.contributors[0]?.name.en).toContain('E7');
    expect(alert?.contributors[0]?.share).toBeGreaterThan(0);
    const { items } = await predictor.health.prognoses('C-1', {});
    const acted = items.find(({ triggered }) => triggered);
    expect(acted).toMatchObject({
      model: 'horizon',
      modelVersion: version,
      horizonHours: 1000,
      alertId: alert?.id,
      basis: 'model',
      isStrange: false,
    });
    expect(acted?.probability.value).toBeGreaterThan(acted?.threshold as number);
    expect(acted?.probability.low).toBeLessThan(acted?.probability.value as number);
    // The same again enriches; a device that had none of it is left alone.
    await feed('C-1', 8, 10);
    await feed('C-2', 8, 10);
    expect(await alertsOf('C-1')).toHaveLength(1);
    expect(await alertsOf('C-2')).toEqual([]);
  });

  test('in shadow is recorded and raises nothing', async () => {
    await putModel(world.database, COOLER.code, 'shadow', content);
    predictor = await world.start();
    await feed('C-1', 0, 8);
    for (const hour of [1, 5, 9]) await event('C-1', 'E7', START + 8 * DAY + hour * HOUR);
    await feed('C-1', 8, 11);
    const told = await rows('C-1');
    expect(told.every(({ is_shadow: isShadow }) => isShadow)).toBe(true);
    expect(Math.max(...told.map(({ probability }) => probability))).toBeGreaterThan(0.3);
    expect(await alertsOf('C-1')).toEqual([]);
    expect((await predictor.health.prognoses('C-1', {})).items).toEqual([]);
    const episodes = await world.database.query(
      `SELECT model, is_shadow FROM prediction_episode e JOIN device d ON d.id = e.device_id WHERE d.code = 'C-1'`,
    );
    expect(episodes.rows).toEqual([{ model: 'horizon', is_shadow: true }]);
  });

  test('a kill at any commit changes no answer', async () => {
    await putModel(world.database, COOLER.code, 'active', content);
    const story = async (device: string, kills: readonly number[]): Promise<void> => {
      for (const [from, to] of [
        [0, 8],
        [8, 10],
        [10, 12],
      ] as const) {
        if (kills.includes(from)) {
          await predictor?.close();
          predictor = await world.start();
        }
        if (from === 8) await event(device, 'E7', START + 8 * DAY + HOUR);
        const slices = signals({ days: to, seed: 'same', commit: 6 }).filter(
          ({ receivedAtMs }) => receivedAtMs > START + from * DAY,
        );
        const batches = await world.commit(device, slices);
        // Killed before it saw them, it reads them from the database.
        if (!kills.includes(to)) for (const batch of batches) predictor?.observe(batch);
        await predictor?.idle();
      }
    };
    predictor = await world.start();
    await story('C-3', []);
    await story('C-1', [8, 10]);
    const [whole, killed] = [await toldOf(world.database, 'C-3'), await toldOf(world.database, 'C-1')];
    // Events are numbered across devices.
    for (const told of [whole, killed]) delete (told.state as [Kept])[0].snapshot.horizon.eventsTo;
    expect(killed).toEqual(whole);
    expect((await rows('C-1')).length).toBeGreaterThan(2);
  });

  test('a finished repair starts the component anew in the log', async () => {
    await putModel(world.database, COOLER.code, 'active', content);
    predictor = await world.start();
    await feed('C-1', 0, 2);
    const completedAt = new Date(START + 2 * DAY).toISOString();
    const job = {
      workOrderId: 1,
      device: 'C-1',
      component: 'head',
      productLine: 'cooling',
      product: COOLER.code,
      customer: 'renji',
      customerGroup: null,
      contract: null,
      contractType: null,
      serviceType: 'on-site',
      maintenanceKind: 'corrective',
      region: 'east',
      station: 'sh',
    };
    const payload = { job, alertId: null, failureMode: 'wear', confirmed: true, downtimeMinutes: 0, completedAt };
    await world.database.transaction(async (tx) =>
      appendEvent(tx, { type: 'work-order.completed', at: completedAt, payload }),
    );
    await predictor.idle();
    const [{ snapshot }] = (await toldOf(world.database, 'C-1')).state as [Kept];
    expect(snapshot.horizon.log.components).toContainEqual({
      component: 'head',
      installedMs: START + 2 * DAY,
      failures: 1,
    });
  });
});
