// Gauges that stop going together, and a unit unlike its peers: alerts as the screens read them, kept over another process, and
// what peers are learned by the nightly job.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import type { Slice } from '../../../src/predictor/core/assess.ts';
import { predictorMaintenance } from '../../../src/predictor/upkeep.ts';
import { coupledSignals } from '../../support/coupled-signals.ts';
import { DAY, START } from '../../support/predictor-signals.ts';
import { openPredictorWorld, type PredictorWorld, toldOf } from '../../support/predictor-world.ts';

const PEERS = Array.from({ length: 11 }, (_, index) => `PEER-${index}`);
/** Its flow was always lower, inside the band of healthy units. */
const ODD = 'ODD';

let world: PredictorWorld;
beforeAll(async () => {
  world = await openPredictorWorld(['BROKEN', 'RESTARTED', ODD, ...PEERS]);
  world.time.now = START + 100 * DAY;
  await world.database.query(`UPDATE device SET firmware = '2.1' WHERE code LIKE 'PEER%' OR code = $1`, [ODD]);
});
afterAll(() => world.close());

const inCommits = (slices: readonly Slice[], size = 24): Slice[] =>
  Array.from({ length: Math.ceil(slices.length / size) }, (_, index) => {
    const part = slices.slice(index * size, (index + 1) * size);
    return { receivedAtMs: part.at(-1)?.receivedAtMs ?? 0, readings: part.flatMap(({ readings }) => readings) };
  });

async function feed(device: string, slices: readonly Slice[]): Promise<void> {
  const predictor = await world.start();
  for (const batch of await world.commit(device, inCommits(slices))) predictor.observe(batch);
  await predictor.idle();
  await predictor.close();
}

async function learnPeers(): Promise<string> {
  const job = predictorMaintenance({ now: () => world.time.now }).find(({ name }) => name === 'learn-peers');
  return (await job?.run(world.database, new AbortController().signal)) ?? '';
}

describe('gauges that stop going together', () => {
  const broken = coupledSignals({ days: 100, brokenFromDay: 90 });

  test('one warning about the device as a whole: no metric of its own, the leading gauges with their shares', async () => {
    await feed('BROKEN', broken);
    const predictor = await world.start({ isJudging: false });
    const { items } = await predictor.alerts.list({ device: 'BROKEN' }, EVERYTHING);
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      cause: 'joint',
      severity: 'warning',
      metric: null,
      component: null,
      failureMode: null,
      probability: null,
      reason: { zh: expect.stringContaining('对应关系与本机以往不同') },
    });
    expect(items[0]?.contributors.every(({ share }) => share !== undefined && share > 0)).toBe(true);
    const detail = await predictor.alerts.one(items[0]?.id ?? 0, EVERYTHING);
    expect(detail).toMatchObject({ alert: { cause: 'joint' }, nextStep: null });
    await predictor.close();
  });

  test('law: another process going on in the middle says the same', async () => {
    const cut = 24 * 92;
    await feed('RESTARTED', broken.slice(0, cut));
    await feed('RESTARTED', broken.slice(cut));
    const [whole, told] = [await toldOf(world.database, 'BROKEN'), await toldOf(world.database, 'RESTARTED')];
    expect(told.alerts).toEqual(whole.alerts);
  });
});

describe('a unit unlike its peers', () => {
  test('is said once, with how many peers and where they are; closed by a person it is not said again', async () => {
    for (const [index, peer] of PEERS.entries())
      await feed(peer, coupledSignals({ days: 12, seed: peer, shift: () => ({ flow: index / 50 }) }));
    await feed(ODD, coupledSignals({ days: 12, seed: ODD, shift: () => ({ flow: -5 }) }));
    world.time.now = START + 12 * DAY;
    expect(await learnPeers()).toMatch(/^[1-9]\d* normals of 1 products/);
    const { rows } = await world.database.query<{ metric: string; devices: number }>(
      `SELECT metric, devices FROM peer_normal WHERE cohort = 'firmware' AND member = '2.1' ORDER BY metric`,
    );
    expect(rows).toEqual(['flow', 'head_temp', 'pressure'].map((metric) => ({ metric, devices: 12 })));

    const later = coupledSignals({ days: 16, seed: ODD, shift: () => ({ flow: -5 }) });
    await feed(ODD, later.slice(12 * 24, 14 * 24));
    await feed('PEER-3', coupledSignals({ days: 14, seed: 'PEER-3', shift: () => ({ flow: 3 / 50 }) }).slice(12 * 24));
    const predictor = await world.start({ isJudging: false });
    const { items } = await predictor.alerts.list({ device: ODD }, EVERYTHING);
    expect(items.map(({ cause, metric, severity, clearedAt }) => ({ cause, metric, severity, clearedAt }))).toEqual([
      { cause: 'peers:flow', metric: 'flow', severity: 'warning', clearedAt: null },
    ]);
    expect(items[0]?.reason.en).toContain('the 12 devices of the same product and firmware');
    expect(items[0]?.reason.zh).toContain('同型号、同固件的 12 台设备');
    expect((await predictor.alerts.list({ device: 'PEER-3' }, EVERYTHING)).items).toEqual([]);
    await predictor.close();
  });

  test('a device of another firmware is not held against them', async () => {
    await world.database.query(`UPDATE device SET firmware = '3.0' WHERE code = $1`, [ODD]);
    const predictor = await world.start();
    const later = coupledSignals({ days: 18, seed: ODD, shift: () => ({ flow: -5 }) }).slice(14 * 24);
    for (const batch of await world.commit(ODD, inCommits(later))) predictor.observe(batch);
    await predictor.idle();
    const { items } = await predictor.alerts.list({ device: ODD }, EVERYTHING);
    expect(items.map(({ cause, clearedAt }) => [cause, clearedAt !== null])).toEqual([['peers:flow', true]]);
    await predictor.close();
  });
});
