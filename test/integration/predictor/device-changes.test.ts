// A device that changes under the predictor: another part with and without a job, another product, a sensor that stands still.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import type { EventType, NewEvent } from '../../../src/contracts/events.ts';
import type { Product } from '../../../src/contracts/product.ts';
import { isoOf } from '../../../src/contracts/time.ts';
import { appendEvent } from '../../../src/db/event-log.ts';
import type { Slice } from '../../../src/predictor/core/assess.ts';
import type { DeviceState } from '../../../src/predictor/core/state.ts';
import type { Predictor } from '../../../src/predictor/predictor.ts';
import { applyMeta } from '../../../src/registry/device-meta.ts';
import { deviceTimeline } from '../../../src/registry/timeline.ts';
import { COOLER, DAY, headWear, HOUR, signals, START } from '../../support/predictor-signals.ts';
import { openPredictorWorld, type PredictorWorld } from '../../support/predictor-world.ts';

const OTHER: Product = { ...COOLER, code: 'cooler-2', components: COOLER.components.slice(1) };
const DEVICES = ['C-1', 'C-2', 'C-3', 'C-4', 'C-5', 'C-6'];
const NOW = START + 60 * DAY;

let world: PredictorWorld;
let predictor: Predictor;
let products: Map<string, Product>;
beforeAll(async () => {
  world = await openPredictorWorld(DEVICES);
  world.time.now = NOW;
  await world.database.query(
    `INSERT INTO product (code, line_code, name_en, name_zh, kind, definition)
     VALUES ($1, 'cooling', 'Cooler 2', '冷却机 2', 'cooler', $2)`,
    [OTHER.code, JSON.stringify(OTHER)],
  );
  products = new Map(DEVICES.map((code) => [code, COOLER]));
  const { rows } = await world.database.query<{ id: number; code: string }>('SELECT id, code FROM device');
  const ids = new Map(rows.map(({ id, code }) => [code, id]));
  predictor = await world.start({
    catalogue: {
      load: async (code) => {
        const [id, product] = [ids.get(code), products.get(code)];
        return id === undefined || product === undefined ? null : { id, product };
      },
    },
  });
});
afterAll(async () => {
  await predictor.close();
  await world.close();
});

async function feed(device: string, slices: readonly Slice[]): Promise<void> {
  for (const batch of await world.commit(device, slices)) predictor.observe(batch);
  await predictor.idle();
}

async function tell<T extends EventType>(event: NewEvent<T>): Promise<void> {
  await world.database.transaction(async (tx) => appendEvent(tx, event as NewEvent));
  await predictor.idle();
}

const worn = signals({ days: 70, shift: headWear(45), commit: 24 });
const until = (days: number): Slice[] => worn.filter(({ receivedAtMs }) => receivedAtMs < START + days * DAY);
const after = (days: number): Slice[] => worn.filter(({ receivedAtMs }) => receivedAtMs >= START + days * DAY);

const alertsOf = async (device: string) =>
  (await predictor.alerts.list({ device }, EVERYTHING)).items.map(({ cause, clearedAt }) => [
    cause,
    clearedAt !== null,
  ]);
const stateOf = async (device: string): Promise<DeviceState> => {
  const { rows } = await world.database.query<{ snapshot: DeviceState }>(
    'SELECT snapshot FROM predictor_state s JOIN device d ON d.id = s.device_id WHERE d.code = $1',
    [device],
  );
  return rows[0]?.snapshot as DeviceState;
};
const timelineOf = async (device: string) =>
  (await deviceTimeline(world.database, device, { kinds: ['baseline'], limit: 10 })).map(({ text, severity }) => ({
    ...text,
    severity,
  }));

/** The device tells its components, as its meta message does. */
async function tellSerial(device: string, serial: string, atMs: number): Promise<void> {
  const components = [{ component: 'head', serial }];
  await world.database.transaction(async (tx) => {
    const { rows } = await tx.query<{ id: number }>('SELECT id FROM device WHERE code = $1', [device]);
    await applyMeta(tx, (rows[0] as { id: number }).id, { firmware: null, attributes: { components } }, atMs);
  });
  await predictor.idle();
}

describe('a component that was changed', () => {
  test('without a job is said to be so; its normal is learned anew and what it had is over', async () => {
    await tellSerial('C-1', 'H-100', START);
    await feed('C-1', until(60));
    expect(await alertsOf('C-1')).toEqual([['head/wear', false]]);
    await tellSerial('C-1', 'H-100', NOW - HOUR);
    expect(await timelineOf('C-1')).toEqual([]);
    await tellSerial('C-1', 'H-200', NOW);
    expect(await timelineOf('C-1')).toEqual([
      {
        en: 'Component changed without a job: Cold head H-100 → H-200',
        zh: '部件在没有工单的情况下被更换：冷头 H-100 → H-200',
        severity: 'warning',
      },
    ]);
    const series = (await stateOf('C-1')).series.find(({ metric }) => metric === 'head_temp');
    expect(series?.ignoreToMs).toBe(NOW);
    expect(series?.detectors.every(({ side, readings }) => side === 0 && readings === 0)).toBe(true);
    await feed(
      'C-1',
      signals({ days: 62, commit: 24 }).filter(({ receivedAtMs }) => receivedAtMs > NOW),
    );
    expect(await alertsOf('C-1')).toEqual([['head/wear', true]]);
  });

  test('without a job waits for somebody: disputed, what was learned before counts again; confirmed, it stays', async () => {
    const swaps = predictor.componentSwaps;
    await tellSerial('C-5', 'P-1', START);
    await feed('C-5', until(30));
    const learned = async () => (await stateOf('C-5')).series.find(({ metric }) => metric === 'head_temp')?.detectors;
    const before = await learned();
    const { series, quiet, joint } = await stateOf('C-5');
    expect(joint).toBeDefined();
    await tellSerial('C-5', 'P-X', NOW);
    expect((await stateOf('C-5')).joint).toBeUndefined();
    expect((await learned())?.every(({ readings }) => readings === 0)).toBe(true);
    const [open] = (await swaps.list({ device: 'C-5', open: true }, EVERYTHING)).items;
    expect(open).toMatchObject({ component: 'head', previousSerial: 'P-1', serial: 'P-X', decision: null });
    const id = open?.id as number;
    const disputed = { decision: 'disputed', actor: 'li@example.org' } as const;
    await expect(swaps.decide(id, disputed, EVERYTHING)).rejects.toMatchObject({ code: 'validation-failed' });
    await expect(
      swaps.decide(id, { ...disputed, note: 'x' }, { regions: ['nowhere'], customers: null }),
    ).rejects.toMatchObject({ code: 'not-found' });
    expect(await swaps.decide(id, { ...disputed, note: 'a misread plate' }, EVERYTHING)).toMatchObject({
      decision: 'disputed',
      decidedBy: 'li@example.org',
    });
    await predictor.idle();
    expect(await learned()).toEqual(before);
    expect(await stateOf('C-5')).toMatchObject({ series, quiet, joint });
    expect((await swaps.list({ device: 'C-5' }, EVERYTHING)).items[0]?.restored).toBe('all');
    await expect(swaps.decide(id, { decision: 'confirmed', actor: 'ma' }, EVERYTHING)).rejects.toMatchObject({
      code: 'transition-refused',
    });
    await tellSerial('C-5', 'P-2', NOW + HOUR);
    const [second] = (await swaps.list({ device: 'C-5', open: true }, EVERYTHING)).items;
    await swaps.decide(second?.id as number, { decision: 'confirmed', actor: 'ma' }, EVERYTHING);
    await predictor.idle();
    expect((await learned())?.every(({ readings }) => readings === 0)).toBe(true);
    expect((await timelineOf('C-5')).map(({ en }) => en)).toEqual(
      expect.arrayContaining([
        'Replacement disputed by li@example.org, what was learned before counts again: Cold head',
        'Replacement confirmed by ma: Cold head P-2',
      ]),
    );
  });

  test('disputed after a job has made the normal anew: that stays, and it is said', async () => {
    const swaps = predictor.componentSwaps;
    await tellSerial('C-6', 'Q-1', START);
    await feed('C-6', until(30));
    await tellSerial('C-6', 'Q-X', NOW);
    await world.database.query(
      `INSERT INTO baseline_reset (device_id, component, at, reason) SELECT id, 'head', $1, 'job' FROM device WHERE code = 'C-6'`,
      [new Date(NOW + HOUR)],
    );
    const { series } = await stateOf('C-6');
    const [open] = (await swaps.list({ device: 'C-6', open: true }, EVERYTHING)).items;
    const verdict = { decision: 'disputed', actor: 'li@example.org', note: 'a misread plate' } as const;
    await swaps.decide(open?.id as number, verdict, EVERYTHING);
    await predictor.idle();
    expect((await stateOf('C-6')).series).toEqual(series);
    expect((await swaps.list({ device: 'C-6' }, EVERYTHING)).items[0]?.restored).toBe('none');
    expect((await timelineOf('C-6')).map(({ en }) => en)).toContain(
      'Replacement disputed by li@example.org, what was learned since stays, as a job or another change made it anew: Cold head',
    );
  });

  test('in the course of a job is told with it', async () => {
    await tellSerial('C-2', 'H-1', START);
    await feed('C-2', until(30));
    await world.database.query(
      `INSERT INTO work_order (kind, service_type, state, priority, device_id, component, title_en, title_zh, opened_at, opened_by,
         product_line, product, customer, region, station)
       SELECT 'corrective', 'on-site', 'on-site', 'major', id, 'head', 'Head', '冷头', $1, 'system', 'cooling', 'cooler-1', 'huaxi', 'west', 'cd'
       FROM device WHERE code = 'C-2'`,
      [new Date(NOW - DAY)],
    );
    await tellSerial('C-2', 'H-2', NOW);
    expect((await timelineOf('C-2')).map(({ en }) => en)).toEqual(['Component changed: Cold head H-1 → H-2']);
  });
});

test('a device that became another product: what was learned is dropped, its alert is over, and it is said', async () => {
  await feed('C-3', until(60));
  expect(await alertsOf('C-3')).toEqual([['head/wear', false]]);
  products.set('C-3', OTHER);
  await world.database.query(`UPDATE device SET product_code = $1 WHERE code = 'C-3'`, [OTHER.code]);
  await tell({
    type: 'device.product-changed',
    at: isoOf(NOW),
    payload: { device: 'C-3', from: COOLER.code, to: OTHER.code },
  });
  expect((await stateOf('C-3')).series).toEqual([]);
  expect((await timelineOf('C-3')).map(({ en }) => en)).toEqual([
    'Product changed: cooler-1 → cooler-2; normal is learned anew',
  ]);
  await feed('C-3', after(60));
  expect(await alertsOf('C-3')).toEqual([['head/wear', true]]);
  const { components } = await predictor.health.health('C-3');
  expect(components.map(({ component }) => component)).toEqual(['pump']);
});

test('a sensor that stands still: unknown from then on, known again when it moves', async () => {
  const calm = signals({ days: 70, commit: 24 });
  const part = (from: number, to: number) =>
    calm.filter(({ receivedAtMs }) => receivedAtMs >= START + from * DAY && receivedAtMs < START + to * DAY);
  const pump = async () => {
    const { components } = await predictor.health.health('C-4');
    return components.find(({ component }) => component === 'pump')?.health;
  };
  const quality = (type: 'quality.opened' | 'quality.closed', day: number) =>
    tell({ type, at: isoOf(START + day * DAY), payload: { device: 'C-4', kind: 'stuck', metric: 'flow' } });
  await feed('C-4', part(0, 60));
  expect(await pump()).toBe(100);
  await quality('quality.opened', 60);
  world.time.now = START + 62 * DAY;
  await feed('C-4', part(60, 62));
  expect(await pump()).toBeNull();
  await quality('quality.closed', 62);
  world.time.now = START + 64 * DAY;
  await feed('C-4', part(62, 64));
  expect(await pump()).toBe(100);
});
