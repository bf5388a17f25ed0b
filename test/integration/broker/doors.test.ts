import { EVERYTHING } from '../../../src/contracts/access.ts';
// Who may come in and what they may say: real MQTT clients and raw sockets against the broker.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type BrokerLimits, DEFAULT_BROKER_LIMITS } from '../../../src/broker/limits.ts';
import { startBroker } from '../../../src/broker/broker.ts';
import { stateTopic, telemetryTopic } from '../../../src/contracts/topics.ts';
import { registerDevices } from '../ingest/devices.ts';
import { clock, type Instance, startInstance, TOKEN } from '../ingest/instance.ts';
import { openTestDatabase, silentLog, type TestDatabase } from '../../support/database.ts';
import { Registry } from 'prom-client';

const T0 = Date.UTC(2026, 0, 5, 8);
const LIMITS: BrokerLimits = {
  ...DEFAULT_BROKER_LIMITS,
  signInMs: 1_500,
  maxPacketBytes: 64 * 1024,
  inFlightWindow: 10,
};
let database: TestDatabase;
let instance: Instance;
let folder: string;
let certificate: { key: Buffer; cert: Buffer };

beforeAll(async () => {
  database = await openTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'stethos-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-days', '1'];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, ...subject], {
    stdio: 'ignore',
  });
  certificate = { key: readFileSync(key), cert: readFileSync(cert) };
  const anyPort = { host: '127.0.0.1', port: 0 };
  instance = await startInstance({
    database: database.dedicated('ingest'),
    devices: await registerDevices(database, 20),
    broker: { limits: LIMITS, ports: { tcp: anyPort, ws: anyPort, tls: { ...anyPort, ...certificate } } },
  });
});
afterAll(async () => {
  await instance.close();
  await database.close();
  rmSync(folder, { recursive: true });
});

const closed = (client: MqttClient): Promise<void> =>
  new Promise((resolve) => void client.once('close', () => resolve()));
const closedSocket = (socket: Socket): Promise<void> =>
  new Promise((resolve) => void socket.on('error', () => {}).once('close', () => resolve()));

function rawSocket(bytes: Buffer): Socket {
  const socket = createConnection({ host: '127.0.0.1', port: instance.port });
  socket.write(bytes);
  socket.resume();
  return socket;
}

async function countOf(device: string): Promise<number> {
  const { rows } = await database.query<{ n: bigint }>(
    'SELECT count(*) AS n FROM reading r JOIN device d ON d.id = r.device_id WHERE d.code = $1',
    [device],
  );
  return Number(rows[0]?.n);
}

test.each([
  ['an unknown device', { clientId: 'ghost', username: 'ghost' }, 4],
  ['a wrong token', { password: 'wrong' }, 4],
  ['no token', { password: undefined as never }, 4],
  ['a client id that is not the user name', { clientId: 'dev-2' }, 5],
  ['a user name that is no device id', { clientId: 'a/b', username: 'a/b' }, 2],
])('%s is refused at connect', async (_what, options, code) => {
  await expect(instance.connect('dev-1', options)).rejects.toMatchObject({ code });
});

test('a will on a topic of another device is refused at connect', async () => {
  const will = { topic: telemetryTopic('dev-2'), payload: Buffer.from('{}'), qos: 1 as const, retain: false };
  await expect(instance.connect('dev-1', { will })).rejects.toThrow();
});

test('an identity that cannot be checked is answered with "server unavailable"', async () => {
  const other = await startInstance({
    database: database.dedicated('ingest'),
    devices: { find: () => null, load: async () => null },
    broker: { identity: { authenticate: () => Promise.reject(new Error('away')) } },
  });
  await expect(other.connect('dev-1')).rejects.toMatchObject({ code: 3 });
  await other.close();
});

test('a publish under another name ends the connection and stores nothing', async () => {
  for (const topic of [telemetryTopic('dev-2'), 'stethos/v1/dev-1/firmware', '$SYS/x', 'stethos/v1/dev-1/command/1']) {
    const client = await instance.connect('dev-1');
    const ended = closed(client);
    client.publish(topic, `{"ts":${T0},"values":{"a":1}}`, { qos: 1 });
    await ended;
  }
  expect(await countOf('dev-2')).toBe(0);
  const refusals = await instance.metrics.getSingleMetric('stethos_broker_refused_total')?.get();
  expect(refusals?.values.find(({ labels }) => labels.reason === 'foreign-topic')?.value).toBe(4);
});

test('a device subscribes to its own commands and to nothing else', async () => {
  const client = await instance.connect('dev-3');
  const granted = async (topic: string): Promise<number> => {
    const [answer] = await client.subscribeAsync(topic, { qos: 1 }).catch(() => [{ qos: 128 }]);
    return answer?.qos ?? -1;
  };
  expect(await granted('stethos/v1/dev-3/command/+')).toBe(1);
  expect(await granted('stethos/v1/dev-3/command/#')).toBe(1);
  for (const topic of [
    '#',
    '+/+/+/+',
    '$SYS/#',
    'stethos/v1/dev-3/#',
    'stethos/v1/dev-4/command/+',
    telemetryTopic('dev-3'),
  ]) {
    expect(await granted(topic)).toBe(128);
  }
});

test('QoS 0 and 2 telemetry is stored too', async () => {
  const client = await instance.connect('dev-5');
  await client.publishAsync(telemetryTopic('dev-5'), `{"ts":${T0},"values":{"a":1}}`, { qos: 0 });
  await client.publishAsync(telemetryTopic('dev-5'), `{"ts":${T0 + 1},"values":{"a":1}}`, { qos: 2 });
  await vi.waitFor(async () => expect(await countOf('dev-5')).toBe(2));
});

test('a payload beyond the limit is cut at its header', async () => {
  const client = await instance.connect('dev-6');
  const ended = closed(client);
  client.publish(telemetryTopic('dev-6'), Buffer.alloc(LIMITS.maxPacketBytes + 1, 0x20), { qos: 1 });
  await ended;
  const fits = await instance.connect('dev-6');
  await fits.publishAsync(telemetryTopic('dev-6'), Buffer.alloc(LIMITS.maxPacketBytes - 100, 0x20), { qos: 1 });
  expect((await instance.ingest.quarantine.list({ device: 'dev-6', limit: 10 }, EVERYTHING)).items).toMatchObject([
    { reason: 'not-json' },
  ]);
});

test('a socket that does not sign in, or says something else first, is cut', async () => {
  await closedSocket(rawSocket(Buffer.from([0x30, 0x05, 0, 1, 0x61, 1, 1])));
  const started = Date.now();
  await closedSocket(rawSocket(Buffer.from([0x10])));
  await closedSocket(rawSocket(Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff])));
  expect(Date.now() - started).toBeLessThan(5_000);
});

test('presence follows the connection, the state topic and the will', async () => {
  instance.presences.length = 0;
  const will = { topic: stateTopic('dev-7'), payload: Buffer.from('offline'), qos: 1 as const, retain: true };
  const client = await instance.connect('dev-7', { will });
  await client.publishAsync(stateTopic('dev-7'), 'online', { qos: 1, retain: true });
  client.stream.destroy();
  await vi.waitFor(() => expect(instance.presences.at(-1)).toBe('dev-7 offline'));
  expect(instance.presences.slice(0, 2)).toEqual(['dev-7 online', 'dev-7 online']);
  expect(new Set(instance.presences.slice(2))).toEqual(new Set(['dev-7 offline']));
});

test('a device that went silent is offline after one and a half keep alives; one that pings is not', async () => {
  instance.presences.length = 0;
  await instance.connect('dev-8', { keepalive: 1 });
  const silent = Buffer.from('101b00044d51545404c20001', 'hex'); // CONNECT, user name and password, keep alive 1 s
  const id = Buffer.from('dev-9');
  const field = (text: Buffer): Buffer => Buffer.concat([Buffer.from([0, text.length]), text]);
  const body = Buffer.concat([silent.subarray(2), field(id), field(id), field(Buffer.from(TOKEN))]);
  const ended = closedSocket(rawSocket(Buffer.concat([Buffer.from([0x10, body.length]), body])));
  await vi.waitFor(() => expect(instance.presences).toContain('dev-9 online'));
  await ended;
  await vi.waitFor(() => expect(instance.presences).toContain('dev-9 offline'));
  expect(instance.presences).not.toContain('dev-8 offline');
});

test('WebSocket and TLS carry the same', async () => {
  const { ws, tls } = instance.broker.ports;
  const options = {
    clientId: 'dev-10',
    username: 'dev-10',
    password: TOKEN,
    reconnectPeriod: 0,
    rejectUnauthorized: false,
  };
  for (const url of [`ws://127.0.0.1:${ws}`, `mqtts://127.0.0.1:${tls}`]) {
    const client = await mqtt.connectAsync(url, options, false);
    await client.publishAsync(telemetryTopic('dev-10'), `{"ts":${T0 + url.length},"values":{"a":1}}`, { qos: 1 });
    await client.endAsync();
  }
  expect(await countOf('dev-10')).toBe(2);
});

test('a port in use is named with the variable that moves it', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const { port } = taken.address() as { port: number };
  const start = startBroker({
    ports: { tcp: { host: '127.0.0.1', port: 0 }, ws: { host: '127.0.0.1', port } },
    identity: { authenticate: async () => true },
    ingest: { take: (_message, settled) => settled(null) },
    onPresence: () => {},
    clock,
    log: silentLog(),
    metrics: new Registry(),
  });
  await expect(start).rejects.toThrow(new RegExp(`Port ${port} is in use.*STETHOS_MQTT_WS_PORT`));
  taken.close();
});
