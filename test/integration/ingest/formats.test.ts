// Payloads in other formats, and payloads good in part: what fits is stored under the product's names and units, the rest
// is held with the reason and stored once the cause is mended.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import { QUALITY } from '../../../src/contracts/readings.ts';
import { telemetryTopic } from '../../../src/contracts/topics.ts';
import type { MetricFacts } from '../../../src/ingest/ports.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { registerDevices } from './devices.ts';
import { type Instance, startInstance } from './instance.ts';

const T0 = Date.UTC(2026, 0, 5, 8);
const METRICS = new Map<string, MetricFacts>([
  ['cold_head', { kind: 'gauge', unit: 'K' }],
  ['pressure', { kind: 'gauge', unit: 'kPa' }],
  ['helium_level', { kind: 'gauge', unit: '%' }],
  ['energy', { kind: 'counter', unit: 'kW.h' }],
  ['mode', { kind: 'state', unit: '' }],
]);
let database: TestDatabase;
let instance: Instance;
/** Changed by a test that mends a product. */
const metrics = new Map(METRICS);

beforeAll(async () => {
  database = await openTestDatabase();
  const devices = await registerDevices(database, 9, 'dev-', metrics);
  instance = await startInstance({ database: database.dedicated('ingest'), devices });
});
afterAll(async () => {
  await instance.close();
  await database.close();
});

async function publish(device: string, topic: string, payload: unknown): Promise<void> {
  const client = await instance.connect(device);
  await client.publishAsync(topic, JSON.stringify(payload), { qos: 1 });
  await client.endAsync();
}

async function storedOf(device: string): Promise<(number | string)[][]> {
  const { rows } = await database.query<{ metric: string; at: Date; value: number; quality: number; label: string }>(
    `SELECT m.code AS metric, measured_at AS at, value, quality, s.label
     FROM reading r JOIN device d ON d.id = r.device_id JOIN metric m ON m.id = r.metric_id
     LEFT JOIN metric_state s ON s.metric_id = m.id AND s.code = r.value
     WHERE d.code = $1 ORDER BY measured_at, m.code`,
    [device],
  );
  return rows.map(({ metric, at, value, quality, label }) => [metric, at.getTime() - T0, label ?? value, quality]);
}

const heldOf = async (device: string) =>
  (await instance.ingest.quarantine.list({ device, limit: 100 }, EVERYTHING)).items;

test('a SenML pack is stored under the metrics and units of the product', async () => {
  await publish('dev-1', 'stethos/v1/dev-1/senml', [
    { bn: 'dev-1/', bt: T0 / 1000, n: 'cold_head', u: 'Cel', v: -268.95 },
    { n: 'pressure', u: 'hPa', v: 1013 },
    { n: 'helium_level', u: '/', v: 0.87, t: 1 },
    { n: 'energy', u: 'W', s: 7_200_000, t: 1 },
    { n: 'mode', vs: 'scan', t: 2 },
    { n: 'coil_current', u: 'A', v: 4, t: 2 },
  ]);
  expect(await storedOf('dev-1')).toEqual([
    ['cold_head', 0, 4.2, QUALITY.good],
    ['pressure', 0, 101.3, QUALITY.good],
    ['energy', 1000, 2, QUALITY.good],
    ['helium_level', 1000, 87, QUALITY.good],
    ['coil_current', 2000, 4, QUALITY.unknownMetric],
    ['mode', 2000, 'scan', QUALITY.good],
  ]);
  expect(await heldOf('dev-1')).toEqual([]);
});

test('a value in a unit that cannot be converted is held and both units are named; the others are stored', async () => {
  await publish('dev-2', 'stethos/v1/dev-2/senml', [
    { bt: T0 / 1000, n: 'pressure', u: 'Cel', v: 4 },
    { n: 'helium_level', u: '%', v: 80 },
  ]);
  expect(await storedOf('dev-2')).toEqual([['helium_level', 0, 80, QUALITY.good]]);
  expect(await heldOf('dev-2')).toMatchObject([{ reason: 'unit-mismatch', seen: 1 }]);
  expect((await heldOf('dev-2'))[0]?.detail).toMatch(/pressure came in Cel.*kPa/);
});

test('the good samples of a backlog are stored, the bad ones held, and a replay stores the rest once', async () => {
  const backlog = [
    { ts: T0, values: { helium_level: 80, flow: 'high' } },
    { ts: 12, values: { helium_level: 81 } },
    { ts: T0 + 1000, values: { helium_level: 82, pressure: '101' } },
  ];
  await publish('dev-3', telemetryTopic('dev-3'), backlog);
  const first = [
    ['flow', 0, 'high', QUALITY.unknownMetric],
    ['helium_level', 0, 80, QUALITY.good],
    ['helium_level', 1000, 82, QUALITY.good],
  ];
  expect(await storedOf('dev-3')).toEqual(first);
  const [entry] = await heldOf('dev-3');
  expect(entry).toMatchObject({ reason: 'ts-out-of-range', state: 'held' });
  expect(entry?.detail).toContain('2 refused, the rest is stored');
  await expect(instance.ingest.quarantine.replay(entry?.id ?? 0, 'test')).rejects.toMatchObject({ code: 'refused' });

  // A product that calls it a state, and a payload whose only fault was that.
  await publish('dev-4', telemetryTopic('dev-4'), [{ ts: T0, values: { helium_level: 80, pressure: '101' } }]);
  metrics.set('pressure', { kind: 'state', unit: '' });
  const [mended] = await heldOf('dev-4');
  expect(await instance.ingest.quarantine.replay(mended?.id ?? 0, 'test')).toMatchObject({ state: 'replayed' });
  metrics.set('pressure', METRICS.get('pressure') as MetricFacts);
  expect(await storedOf('dev-4')).toEqual([
    ['helium_level', 0, 80, QUALITY.good],
    ['pressure', 0, '101', QUALITY.good],
  ]);
});
