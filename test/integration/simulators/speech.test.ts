// A simulated device says the same in every format: what is stored of it does not show which one it was.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import type { MetricFacts } from '../../../src/ingest/ports.ts';
import { createDeviceModel } from '../../../src/simulators/device-model.ts';
import { PRODUCTS } from '../../../src/simulators/catalogue/products.ts';
import { createChannel, NO_MESSAGE_FAULTS } from '../../../src/simulators/channel.ts';
import { createRandom } from '../../../src/simulators/random.ts';
import { FORMATS, type Format, speechOf } from '../../../src/simulators/speech.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { registerDevices } from '../ingest/devices.ts';
import { type Instance, startInstance } from '../ingest/instance.ts';

const { metrics } = PRODUCTS.ventilator;
const FROM_MS = Date.UTC(2026, 0, 5);
const SAMPLES = 40;
let database: TestDatabase;
let instance: Instance;

beforeAll(async () => {
  database = await openTestDatabase();
  const facts = new Map<string, MetricFacts>(metrics.map((metric) => [metric.code, metric]));
  instance = await startInstance({
    database: database.dedicated('ingest'),
    devices: await registerDevices(database, FORMATS.length, 'sim-', facts),
  });
});
afterAll(async () => {
  await instance.close();
  await database.close();
});

const deviceOf = (format: Format): string => `sim-${FORMATS.indexOf(format) + 1}`;

/** The same device under another name, its connection renewed in the middle. */
async function speak(format: Format): Promise<void> {
  const device = deviceOf(format);
  const options = { kind: 'ventilator' as const, deviceId: 'the-same', seed: '1', startMs: FROM_MS, plan: [] };
  const hospital = { tier: 'tertiary' as const, utcOffsetHours: 8 };
  const model = createDeviceModel({ ...options, hospital, checkOutMs: 60_000 });
  const random = createRandom('1', 'channel');
  const channel = createChannel({ plan: [], messageFaults: NO_MESSAGE_FAULTS, batchMs: 30_000, random });
  const speech = speechOf(format, device, metrics);
  const client = await instance.connect(device);
  const send = async (said: ReturnType<typeof speech.greet>): Promise<void> => {
    for (const { topic, payload } of said) await client.publishAsync(topic, payload, { qos: 1 });
  };
  for (let i = 0; i < SAMPLES; i++) {
    const atMs = FROM_MS + i * 10_000;
    if (i === SAMPLES / 2) await send(speech.greet(atMs));
    for (const delivery of channel.pass(model.sample(atMs))) {
      if (delivery.kind !== 'reconnect') await send(speech.say(delivery));
    }
  }
  for (const delivery of channel.flush()) if (delivery.kind !== 'reconnect') await send(speech.say(delivery));
  await client.endAsync();
}

async function storedOf(format: Format): Promise<Map<string, number | string>> {
  const { rows } = await database.query<{ metric: string; at: Date; value: number; label: string | null }>(
    `SELECT m.code AS metric, measured_at AS at, value, s.label
     FROM reading r JOIN device d ON d.id = r.device_id JOIN metric m ON m.id = r.metric_id
     LEFT JOIN metric_state s ON s.metric_id = m.id AND s.code = r.value WHERE d.code = $1`,
    [deviceOf(format)],
  );
  return new Map(rows.map(({ metric, at, value, label }) => [`${metric} ${at.getTime()}`, label ?? value]));
}

test('JSON, SenML and Sparkplug leave the same readings', async () => {
  for (const format of FORMATS) await speak(format);
  const json = await storedOf('json');
  expect(json.size).toBeGreaterThanOrEqual(SAMPLES * metrics.length * 0.9);
  for (const format of FORMATS) {
    const stored = await storedOf(format);
    const differing = [...json].filter(([key, value]) => {
      const other = stored.get(key);
      if (typeof value === 'string' || typeof other !== 'number') return other !== value;
      return Math.abs(other - value) > 1e-12 * Math.abs(value);
    });
    expect([format, differing]).toEqual([format, []]);
    const { items } = await instance.ingest.quarantine.list({ device: deviceOf(format), limit: 10 }, EVERYTHING);
    expect([format, items]).toEqual([format, []]);
  }
});
