// What a device publishes is stored or held, whole, and only then acknowledged - over a real socket and database.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import { QUALITY } from '../../../src/contracts/readings.ts';
import { DAY_MS } from '../../../src/contracts/time.ts';
import { eventTopic, metaTopic, telemetryTopic } from '../../../src/contracts/topics.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { registerDevices } from './devices.ts';
import { type Instance, startInstance } from './instance.ts';

const T0 = Date.UTC(2026, 0, 5, 8);
let database: TestDatabase;
let instance: Instance;

beforeAll(async () => {
  database = await openTestDatabase();
  instance = await startInstance({
    database: database.dedicated('ingest'),
    devices: await registerDevices(database, 20),
  });
});
afterAll(async () => {
  await instance.close();
  await database.close();
});

async function publish(device: string, payload: unknown, topic = telemetryTopic(device)): Promise<void> {
  const client = await instance.connect(device);
  const body = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload);
  await client.publishAsync(topic, body, { qos: 1 });
  await client.endAsync();
}

interface Stored {
  metric: string;
  at: Date;
  value: number;
  quality: number;
  label: string | null;
}

async function readingsOf(device: string): Promise<Stored[]> {
  const { rows } = await database.query<Stored>(
    `SELECT m.code AS metric, measured_at AS at, value, quality, s.label
     FROM reading r JOIN device d ON d.id = r.device_id JOIN metric m ON m.id = r.metric_id
     LEFT JOIN metric_state s ON s.metric_id = m.id AND s.code = r.value
     WHERE d.code = $1 ORDER BY measured_at, m.code`,
    [device],
  );
  return rows;
}

async function heldOf(device: string) {
  const { items } = await instance.ingest.quarantine.list({ device, limit: 100 }, EVERYTHING);
  return items;
}

test('numbers, booleans and states are stored under their time with their quality', async () => {
  await publish('dev-1', { ts: T0, values: { helium_level: 87.2, door_open: true, mode: 'scan' } });
  await publish('dev-1', { ts: T0 + 1000, values: { helium_level: 140, vibration: 0.4, mode: 'idle' } });
  expect(await readingsOf('dev-1')).toEqual([
    { metric: 'door_open', at: new Date(T0), value: 1, quality: QUALITY.good, label: null },
    { metric: 'helium_level', at: new Date(T0), value: 87.2, quality: QUALITY.good, label: null },
    { metric: 'mode', at: new Date(T0), value: 0, quality: QUALITY.good, label: 'scan' },
    { metric: 'helium_level', at: new Date(T0 + 1000), value: 140, quality: QUALITY.implausible, label: null },
    { metric: 'mode', at: new Date(T0 + 1000), value: 1, quality: QUALITY.good, label: 'idle' },
    { metric: 'vibration', at: new Date(T0 + 1000), value: 0.4, quality: QUALITY.unknownMetric, label: null },
  ]);
  expect(instance.committed.flatMap(({ readings }) => readings).filter((r) => r.label === 'idle')).toMatchObject([
    { deviceId: 'dev-1', metric: 'mode', value: 1, measuredAtMs: T0 + 1000 },
  ]);
});

test('a time that was left out is the arrival, and no two messages share it', async () => {
  const client = await instance.connect('dev-2');
  const before = Date.now();
  await Promise.all(
    [1, 2, 3].map((n) => client.publishAsync(telemetryTopic('dev-2'), `{"values":{"scan_count":${n}}}`, { qos: 1 })),
  );
  await client.endAsync();
  const stored = await readingsOf('dev-2');
  expect(stored.map(({ value }) => value)).toEqual([1, 2, 3]);
  expect(stored.every(({ at, quality }) => at.getTime() >= before && quality === QUALITY.arrivalTime)).toBe(true);
});

test('a backlog, out of order and sent twice, is stored once', async () => {
  const samples = [3, 1, 2, 0].map((n) => ({ ts: T0 + n * 60_000, values: { helium_level: 80 + n } }));
  await publish('dev-3', samples);
  await publish('dev-3', samples.slice(1, 3));
  await publish('dev-3', samples);
  expect((await readingsOf('dev-3')).map(({ value }) => value)).toEqual([80, 81, 82, 83]);
  expect(await heldOf('dev-3')).toEqual([]);
});

const BAD: [reason: string, payload: string | Buffer][] = [
  ['not-utf8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
  ['not-json', 'helium_level=3'],
  ['not-json', `{"ts":${T0},"values":{"helium_level":NaN}}`],
  ['not-object', '5'],
  ['values-missing', '{"ts":1}'],
  ['empty', `{"ts":${T0},"values":{}}`],
  ['empty', '[]'],
  ['null-value', `{"ts":${T0},"values":{"helium_level":null}}`],
  ['not-finite', `{"ts":${T0},"values":{"helium_level":1e999}}`],
  ['wrong-type', `{"ts":${T0},"values":{"helium_level":"87"}}`],
  ['wrong-type', `{"ts":${T0},"values":{"helium_level":[87]}}`],
  ['wrong-type', `{"ts":${T0},"values":[1]}`],
  ['wrong-type', `{"ts":${T0},"values":{"deep":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`],
  ['bad-name', `{"ts":${T0},"values":{"a\\u0000b":1}}`],
  ['bad-text', `{"ts":${T0},"values":{"mode":"\\ud800"}}`],
  ['ts-not-integer', `{"ts":"2026-02-30","values":{"helium_level":1}}`],
  ['ts-not-integer', `{"ts":1e30,"values":{"helium_level":1}}`],
  ['ts-out-of-range', `{"ts":1767225600,"values":{"helium_level":1}}`],
  ['ts-out-of-range', `{"ts":6248000000000000,"values":{"helium_level":1}}`],
  ['clock-in-future', `{"ts":${Date.now() + 3_600_000},"values":{"helium_level":1}}`],
  ['ts-missing', `[{"values":{"helium_level":1}},{"values":{"helium_level":2}}]`],
];

test('bad payloads are acknowledged and held whole with a reason; nothing of them is stored', async () => {
  const client = await instance.connect('dev-4');
  for (const [, payload] of BAD) await client.publishAsync(telemetryTopic('dev-4'), payload, { qos: 1 });
  await client.publishAsync(telemetryTopic('dev-4'), BAD[1]?.[1] ?? '', { qos: 1 });
  await client.endAsync();
  const held = await heldOf('dev-4');
  expect(held.map(({ reason }) => reason).reverse()).toEqual(BAD.map(([reason]) => reason));
  expect(held.filter(({ seen }) => seen === 2).map(({ reason }) => reason)).toEqual(['not-json']);
  expect((await instance.ingest.quarantine.one(held.at(-1)?.id ?? 0, EVERYTHING))?.preview).toEqual(
    BAD[0]?.[1].toString('base64'),
  );
  expect(await readingsOf('dev-4')).toEqual([]);
  const { rows } = await database.query(
    `SELECT 1 FROM event WHERE type = 'telemetry.quarantined' AND payload->>'device' = 'dev-4'`,
  );
  expect(rows).toHaveLength(BAD.length);
});

test('a message refused by the database itself is held, and its neighbours of the same commit are stored', async () => {
  const meta = { apply: () => Promise.reject(Object.assign(new Error('value too long'), { code: '22001' })) };
  const other = await startInstance({
    database: database.dedicated('ingest'),
    devices: await registerDevices(database, 20),
    ingest: { metaStore: meta },
  });
  const client = await other.connect('dev-5');
  await Promise.all([
    ...[1, 2, 3].map((n) =>
      client.publishAsync(telemetryTopic('dev-5'), `{"ts":${T0 + n},"values":{"scan_count":${n}}}`, { qos: 1 }),
    ),
    client.publishAsync(metaTopic('dev-5'), '{"firmware":"1.0"}', { qos: 1 }),
    ...[4, 5].map((n) =>
      client.publishAsync(telemetryTopic('dev-5'), `{"ts":${T0 + n},"values":{"scan_count":${n}}}`, { qos: 1 }),
    ),
  ]);
  await other.close();
  expect((await readingsOf('dev-5')).map(({ value }) => value)).toEqual([1, 2, 3, 4, 5]);
  expect((await heldOf('dev-5')).map(({ reason }) => reason)).toEqual(['refused-by-database']);
});

test('events and meta reach their stores; what is not understood yet is kept, not dropped', async () => {
  await publish(
    'dev-6',
    { ts: T0, code: 'E1042', severity: 'warning', text: 'Cold head', data: { t: 4.4 } },
    eventTopic('dev-6'),
  );
  await publish('dev-6', { ts: T0, code: 'E1042', severity: 'warning' }, eventTopic('dev-6'));
  await publish('dev-6', { firmware: '2.1', serial: 'X' }, metaTopic('dev-6'));
  await publish('dev-6', { status: 'done' }, 'stethos/v1/dev-6/command/7/reply');
  await publish('dev-6', 'asleep', 'stethos/v1/dev-6/state');
  const { rows } = await database.query(
    `SELECT e.code, severity, text, e.payload, at FROM device_event e JOIN device d ON d.id = device_id WHERE d.code = 'dev-6'`,
  );
  expect(rows).toEqual([
    { code: 'E1042', severity: 'warning', text: 'Cold head', payload: { t: 4.4 }, at: new Date(T0) },
  ]);
  expect(instance.metas.map(({ meta }) => meta.firmware)).toEqual(['2.1']);
  expect((await heldOf('dev-6')).map(({ reason }) => reason).reverse()).toEqual(['unknown-command', 'wrong-type']);
});

test('a held message is let in again once its cause is gone, or discarded', async () => {
  const soon = Date.now() + 5 * 60_000 + 1_500;
  await publish('dev-7', { ts: soon, values: { helium_level: 50 } });
  await publish('dev-7', '{');
  const [broken, early] = await heldOf('dev-7');
  await expect(instance.ingest.quarantine.replay(early?.id ?? 0, 'test')).rejects.toMatchObject({ code: 'refused' });
  await new Promise((resolve) => setTimeout(resolve, 1_600));
  await instance.ingest.quarantine.replay(early?.id ?? 0, 'test');
  expect((await readingsOf('dev-7')).map(({ at }) => at.getTime())).toEqual([soon]);
  await expect(instance.ingest.quarantine.replay(broken?.id ?? 0, 'test')).rejects.toMatchObject({ code: 'refused' });
  await instance.ingest.quarantine.discard(broken?.id ?? 0, 'test', null);
  await expect(instance.ingest.quarantine.discard(broken?.id ?? 0, 'test', null)).rejects.toMatchObject({
    code: 'transition-refused',
  });
  expect((await heldOf('dev-7')).map(({ state }) => state)).toEqual(['discarded', 'replayed']);
});

test('received_at grows strictly from commit to commit, even when the clock steps back', async () => {
  let nowMs = T0 + DAY_MS;
  const other = await startInstance({
    database: database.dedicated('ingest'),
    devices: await registerDevices(database, 20),
    ingest: { clock: { now: () => (nowMs -= 10) } },
  });
  const client = await other.connect('dev-8');
  for (let n = 0; n < 20; n++) {
    await client.publishAsync(telemetryTopic('dev-8'), `{"ts":${T0 + n},"values":{"a":1}}`, { qos: 1 });
  }
  await other.close();
  const { rows } = await database.query<{ at: Date }>(
    `SELECT received_at AS at FROM reading r JOIN device d ON d.id = r.device_id WHERE d.code = 'dev-8' ORDER BY measured_at`,
  );
  const times = rows.map(({ at }) => at.getTime());
  expect(times).toHaveLength(20);
  expect(times.every((at, i) => i === 0 || at > (times[i - 1] ?? 0))).toBe(true);
  expect(other.committed.map(({ receivedAtMs }) => receivedAtMs)).toEqual(times);
});

test('a start with a clock set back goes on after what was committed before', async () => {
  const devices = await registerDevices(database, 20);
  const receivedAt: number[] = [];
  for (const aheadMs of [0, -DAY_MS, -3 * DAY_MS]) {
    const clock = { now: () => Date.now() + 10 * DAY_MS + aheadMs };
    const other = await startInstance({ database: database.dedicated('ingest'), devices, ingest: { clock } });
    const client = await other.connect('dev-9');
    for (let n = 0; n < 3; n++) {
      const payload = `{"ts":${T0 + receivedAt.length + n},"values":{"a":1}}`;
      await client.publishAsync(telemetryTopic('dev-9'), payload, { qos: 1 });
    }
    await other.close();
    receivedAt.push(...other.committed.map((batch) => batch.receivedAtMs));
  }
  expect(receivedAt).toHaveLength(9);
  expect(receivedAt.every((at, i) => i === 0 || at > (receivedAt[i - 1] as number))).toBe(true);
});
