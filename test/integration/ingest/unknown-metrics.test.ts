// Names that no product has are stored, reported and bounded: one device cannot use up the room of the others.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import { senmlTopic, telemetryTopic } from '../../../src/contracts/topics.ts';
import type { DeviceSource } from '../../../src/ingest/ports.ts';
import { readFleetUnknownMetrics, readUnknownMetrics } from '../../../src/ingest/unknown-metrics.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { registerDevices } from './devices.ts';
import { type Instance, startInstance } from './instance.ts';

const ROOM = 3;
let database: TestDatabase;
let devices: DeviceSource;
let instance: Instance;

const start = (): Promise<Instance> =>
  startInstance({ database: database.dedicated('ingest'), devices, ingest: { limits: { maxOwnNames: ROOM } } });

beforeAll(async () => {
  database = await openTestDatabase();
  devices = await registerDevices(database, 5);
  instance = await start();
});
afterAll(async () => {
  await instance.close();
  await database.close();
});

async function publish(device: string, payload: unknown, topic = telemetryTopic(device)): Promise<void> {
  const client = await instance.connect(device);
  await client.publishAsync(topic, JSON.stringify(payload), { qos: 1 });
  await client.endAsync();
}

const reported = (device: string) => readUnknownMetrics(database, devices, device, Date.now());
const heldOf = async (device: string) =>
  (await instance.ingest.quarantine.list({ device, limit: 100 }, EVERYTHING)).items;

test('a name the product does not have is stored and reported with its unit, its last value and its count', async () => {
  const nowMs = Date.now();
  await publish('dev-1', { ts: nowMs - 2000, values: { helium_level: 80, vibration: 0.3, cover: 'open' } });
  await publish(
    'dev-1',
    [
      { bt: nowMs / 1000, n: 'vibration', u: 'mm/s', v: 0.5 },
      { n: 'coil', u: 'Cel', v: 21 },
      { n: 'picture', vd: 'aGk' },
    ],
    senmlTopic('dev-1'),
  );
  expect(await reported('dev-1')).toMatchObject([
    { metric: 'coil', problem: 'unknown', unit: 'Cel', value: 21, readingsLastDay: 1 },
    { metric: 'cover', problem: 'unknown', unit: '', label: 'open', readingsLastDay: 1 },
    { metric: 'vibration', problem: 'unknown', unit: '', value: 0.5, readingsLastDay: 2 },
  ]);
  // There was no room for a fourth name, and nothing of it to hold.
  expect(await heldOf('dev-1')).toEqual([]);
  await publish('dev-2', [{ n: 'picture', vd: 'aGk' }], senmlTopic('dev-2'));
  expect(await reported('dev-2')).toMatchObject([{ metric: 'picture', problem: 'unsupported-type', lastAt: null }]);
});

test('names beyond the limit of a device are held, its other readings and other devices are not touched', async () => {
  const values = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`made-up-${i}`, i]));
  await publish('dev-3', { ts: Date.now(), values: { ...values, helium_level: 70 } });
  await publish('dev-4', { ts: Date.now(), values: { 'made-up-9': 1 } });
  expect((await reported('dev-3')).map(({ metric }) => metric)).toEqual(['made-up-0', 'made-up-1', 'made-up-2']);
  expect(await heldOf('dev-3')).toMatchObject([{ reason: 'too-many-metrics', seen: 1 }]);
  expect((await reported('dev-4')).map(({ metric }) => metric)).toEqual(['made-up-9']);
  const { rows } = await database.query<{ n: number }>(
    `SELECT count(*)::integer AS n FROM reading r JOIN device d ON d.id = r.device_id WHERE d.code = 'dev-3'`,
  );
  expect(rows[0]?.n).toBe(ROOM + 1);
});

test('a restart forgets neither the names nor the limit', async () => {
  await instance.close();
  instance = await start();
  await publish('dev-3', { ts: Date.now(), values: { 'made-up-0': 5, 'one-more': 1 } });
  expect((await reported('dev-3')).map(({ metric }) => metric)).toEqual(['made-up-0', 'made-up-1', 'made-up-2']);
  expect((await heldOf('dev-3')).map(({ reason }) => reason)).toEqual(['too-many-metrics', 'too-many-metrics']);
});

test('the fleet is listed by product, page by page, within the scope of who asks', async () => {
  const first = await readFleetUnknownMetrics(database, { limit: 2 }, EVERYTHING);
  const second = await readFleetUnknownMetrics(database, { limit: 100, cursor: first.next ?? '' }, EVERYTHING);
  const all = [...first.items, ...second.items];
  expect(all.map(({ metric }) => metric)).toEqual(all.map(({ metric }) => metric).sort());
  expect(all.find(({ metric }) => metric === 'made-up-0')).toMatchObject({
    product: 'p',
    devices: 1,
    exampleDevice: 'dev-3',
  });
  expect(second.next).toBeNull();
  expect((await readFleetUnknownMetrics(database, {}, { regions: ['elsewhere'], customers: null })).items).toEqual([]);
});
