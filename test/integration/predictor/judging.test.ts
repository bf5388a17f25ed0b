import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import { readEvents } from '../../../src/db/event-log.ts';
import type { Slice } from '../../../src/predictor/core/assess.ts';
import { MODEL } from '../../../src/predictor/core/settings.ts';
import type { Predictor } from '../../../src/predictor/predictor.ts';
import { DAY, headWear, signals, START } from '../../support/predictor-signals.ts';
import { openPredictorWorld, type PredictorWorld, toldOf } from '../../support/predictor-world.ts';

let world: PredictorWorld;
const abandoned: Predictor[] = [];
beforeAll(async () => {
  world = await openPredictorWorld(['WHOLE', 'REPLACED', 'BEHIND', 'SILENT', 'RACED', 'HEALTHY']);
  world.time.now = START + 75 * DAY;
});
afterAll(async () => {
  for (const predictor of abandoned) await predictor.close();
  await world.close();
});

const wearing = (): Slice[] => signals({ days: 75, shift: headWear(45), commit: 6 });

describe('one device that wears', () => {
  test('one alert with its reason, prognoses, one trigger, and health that falls', async () => {
    const predictor = await world.start();
    for (const batch of await world.commit('WHOLE', wearing())) predictor.observe(batch);
    await predictor.idle();
    const { items } = await predictor.alerts.list({ device: 'WHOLE' }, EVERYTHING);
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      cause: 'head/wear',
      component: { code: 'head', name: { en: 'Cold head', zh: '冷头' } },
      failureMode: { code: 'wear', name: { zh: '排出器磨损' } },
      state: 'open',
      region: 'east',
      customer: { code: 'renji' },
      clearedAt: null,
      probability: { n: 0 },
      reason: { zh: expect.stringContaining('冷头排出器磨损常有此征兆') },
    });
    expect(items[0]?.valueAtRisk?.currency).toBe('CNY');
    expect(items[0]?.findings).toBeGreaterThan(5);
    const events = await readEvents(world.database, 0, 5000, ['alert.raised', 'prognosis.triggered']);
    expect(events.map(({ type }) => type)).toEqual(['alert.raised', 'prognosis.triggered']);
    expect(events[1]?.payload).toMatchObject({ component: 'head', failureMode: 'wear', alertId: items[0]?.id });
    expect(events[1]?.at).toBe(items[0]?.raisedAt);
    const health = await predictor.health.health('WHOLE');
    expect(health.status).not.toBe('healthy');
    expect(health.components.find(({ component }) => component === 'pump')?.status).toBe('healthy');
    expect(health.components.find(({ component }) => component === 'head')?.contributors[0]).toMatchObject({
      metric: 'head_temp',
      direction: 'up',
    });
    expect(health.trend.at(-1)?.health).toBe(health.health);
    for (const { trend, health: now } of health.components) expect(trend.at(-1)?.health).toBe(now);
    const { items: prognoses, next } = await predictor.health.prognoses('WHOLE', { limit: 3 });
    expect(prognoses[0]).toMatchObject({
      model: 'sign-drift',
      modelVersion: MODEL.version,
      triggered: true,
      alertId: items[0]?.id,
    });
    const second = await predictor.health.prognoses('WHOLE', { limit: 3, cursor: next as string });
    expect((second.items[0]?.madeAt as string) < (prognoses[2]?.madeAt as string)).toBe(true);
    expect(await predictor.health.prognoses('WHOLE', { latest: true })).toEqual({ items: [prognoses[0]], next: null });
    await predictor.close();
  });

  test('old health is unknown health', async () => {
    const predictor = await world.start({ isJudging: false });
    world.time.now = START + 77 * DAY;
    expect(await predictor.health.health('WHOLE')).toMatchObject({ health: null, status: 'unknown' });
    world.time.now = START + 75 * DAY;
    expect((await predictor.health.health('WHOLE')).health).toBeLessThan(80);
    await predictor.close();
  });
});

describe('whatever happens to the process', () => {
  const same = async (device: string) => {
    const [expected, told] = [await toldOf(world.database, 'WHOLE'), await toldOf(world.database, device)];
    for (const name of ['alerts', 'prognoses', 'points', 'events', 'state'])
      expect([name, told[name]]).toEqual([name, expected[name]]);
  };

  test('replaced six times on the way, it says the same', async () => {
    const slices = wearing();
    const cuts = [0, 100, 180, 190, 200, 250, slices.length];
    for (let index = 1; index < cuts.length; index++) {
      const predictor = await world.start();
      const batches = await world.commit('REPLACED', slices.slice(cuts[index - 1], cuts[index]));
      // What was committed but not handed over before that is found in the database by the next one.
      for (const batch of batches.slice(0, batches.length - 3)) predictor.observe(batch);
      if (index < cuts.length - 1) await abandon(predictor);
      else {
        for (const batch of batches.slice(-3)) predictor.observe(batch);
        await predictor.idle();
        await predictor.close();
      }
    }
    await same('REPLACED');
  });

  test('with an inbox that overflows it reads from the database and says the same', async () => {
    const predictor = await world.start({ limits: { inboxReadings: 60, replayPage: 97, devicesInMemory: 1 } });
    for (const batch of await world.commit('BEHIND', wearing())) predictor.observe(batch);
    await predictor.idle();
    await predictor.close();
    await same('BEHIND');
  });

  test('a device that has gone silent is caught up at the start', async () => {
    await world.commit('SILENT', wearing());
    const predictor = await world.start();
    await predictor.idle();
    await predictor.close();
    await same('SILENT');
  });

  test('two workers on one device make one episode', async () => {
    const [one, other] = [await world.start(), await world.start()];
    for (const batch of await world.commit('RACED', wearing())) {
      one.observe(batch);
      other.observe(batch);
    }
    await Promise.all([one.idle(), other.idle()]);
    await Promise.all([one.close(), other.close()]);
    await same('RACED');
  });
});

test('a healthy device raises nothing and is healthy', async () => {
  const predictor = await world.start();
  for (const batch of await world.commit('HEALTHY', signals({ seed: 'h', days: 75, commit: 24 })))
    predictor.observe(batch);
  await predictor.idle();
  world.time.now = START + 75 * DAY;
  expect(await predictor.health.health('HEALTHY')).toMatchObject({ status: 'healthy' });
  expect((await predictor.alerts.list({ device: 'HEALTHY' }, EVERYTHING)).items).toEqual([]);
  await predictor.close();
});

/**
 * Leaves it at work and hands over to the next, as when a process is thought dead and is not: whatever it still writes must
 * change nothing.
 */
async function abandon(predictor: Predictor): Promise<void> {
  await new Promise((resolve) => void setTimeout(resolve, 30));
  abandoned.push(predictor);
}
