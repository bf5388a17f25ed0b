// What outlives a connection and a broker: sessions, what waits for them, retained messages, QoS 2 handshakes and wills.
// Every broker here is followed by another one over the same database.
import { Registry } from 'prom-client';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type MqttEngine, startEngine } from '../../../src/broker/mqtt-engine.ts';
import { openPolicy } from '../../../src/broker/open-policy.ts';
import { createDatabaseLedger } from '../../../src/broker/persistence/database-ledger.ts';
import type { Ledger } from '../../../src/broker/persistence/ledger.ts';
import type { SessionLimits } from '../../../src/broker/persistence/limits.ts';
import { DAY_MS } from '../../../src/contracts/time.ts';
import { openTestDatabase, silentLog, type TestDatabase } from '../../support/database.ts';
import { PacketClient } from './packet-client.ts';

let database: TestDatabase;
let engine: MqttEngine | undefined;
let metrics: Registry;
let nowMs: number;
const clients: PacketClient[] = [];
const log = silentLog();
const clock = { now: () => nowMs };

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  nowMs = Date.now();
  await database.query(
    'TRUNCATE mqtt_session, mqtt_subscription, mqtt_queued, mqtt_incoming, mqtt_retained, mqtt_will',
  );
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await engine?.close();
  engine = undefined;
});

async function start(sessionLimits: Partial<SessionLimits> = {}, wrap = (ledger: Ledger) => ledger): Promise<void> {
  metrics = new Registry();
  engine = await startEngine({
    ports: { tcp: { host: '127.0.0.1', port: 0 } },
    policy: (tools) => openPolicy({ deniedFilters: ['secret/#'] }, tools),
    ledger: wrap(createDatabaseLedger({ database, clock, log })),
    sessionLimits,
    clock,
    log,
    metrics,
  });
}

async function restart(sessionLimits: Partial<SessionLimits> = {}): Promise<void> {
  await engine?.close();
  await start(sessionLimits);
}

function newClient(): PacketClient {
  const made = new PacketClient(engine?.ports.tcp ?? 0);
  clients.push(made);
  return made;
}

async function signedIn(clientId: string, options: Parameters<PacketClient['connect']>[1] = {}): Promise<PacketClient> {
  const made = newClient();
  await made.connect(clientId, options);
  return made;
}

async function published(topic: string, payloads: readonly string[], qos: 1 | 2 = 1, retain = false): Promise<void> {
  const publisher = await signedIn('publisher', { clean: true });
  for (const [i, payload] of payloads.entries()) {
    publisher.publish(topic, payload, { qos, retain, messageId: i + 1 });
    if (qos === 1) await publisher.next('puback');
    else {
      await publisher.next('pubrec');
      publisher.send({ cmd: 'pubrel', messageId: i + 1 });
      await publisher.next('pubcomp');
    }
  }
  await publisher.disconnect();
}

async function rowsOf(table: string): Promise<number> {
  const { rows } = await database.query<{ count: number }>(`SELECT count(*)::int4 AS count FROM ${table}`);
  return rows[0]?.count ?? -1;
}

async function dropped(reason: string): Promise<number> {
  const metric = await metrics.getSingleMetric('stethos_broker_dropped_total')?.get();
  return metric?.values.find(({ labels }) => labels.reason === reason)?.value ?? 0;
}

test('a session is known again, with and without subscriptions, until it is begun clean', async () => {
  await start();
  const first = newClient();
  expect(await first.connect('s')).toBe(false);
  await first.disconnect();
  await restart();
  const second = newClient();
  expect(await second.connect('s')).toBe(true);
  expect(await second.subscribe('a/+', 1)).toBe(1);
  expect(await second.subscribe('secret/#', 1, 2)).toBe(128);
  second.destroy();
  await restart();
  const third = newClient();
  expect(await third.connect('s')).toBe(true);
  await published('a/1', ['kept']);
  expect(await third.nextMessage()).toMatchObject({ topic: 'a/1', payload: 'kept', qos: 1 });
  const clean = newClient();
  expect(await clean.connect('s', { clean: true })).toBe(false);
  await clean.disconnect();
  expect([await rowsOf('mqtt_session'), await rowsOf('mqtt_subscription'), await rowsOf('mqtt_queued')]).toEqual([
    0, 0, 0,
  ]);
  expect(await newClient().connect('s')).toBe(false);
});

test('what was published while the client was away waits, in order, also over a restart', async () => {
  await start();
  const before = await signedIn('s');
  await before.subscribe('a/#', 2);
  await before.disconnect();
  const payloads = Array.from({ length: 50 }, (_, i) => `m${i}`);
  await published('a/b', payloads.slice(0, 25));
  await published('a/b', payloads.slice(25), 2);
  await restart();
  const after = await signedIn('s');
  for (const [i, payload] of payloads.entries()) {
    const message = await after.nextMessage();
    expect(message).toMatchObject({ payload, qos: i < 25 ? 1 : 2 });
    if (message.qos === 1) after.send({ cmd: 'puback', messageId: message.id ?? 0 });
    else {
      after.send({ cmd: 'pubrec', messageId: message.id ?? 0 });
      expect((await after.next('pubrel')).messageId).toBe(message.id);
      after.send({ cmd: 'pubcomp', messageId: message.id ?? 0 });
    }
  }
  await after.settle();
  expect(after.count('publish')).toBe(0);
  await vi.waitFor(async () => expect(await rowsOf('mqtt_queued')).toBe(0));
});

test('a message that was not acknowledged comes again with its packet id, marked as repeated', async () => {
  await start();
  const first = await signedIn('s');
  await first.subscribe('a', 2);
  await published('a', ['x', 'y'], 2);
  const x = await first.nextMessage();
  const y = await first.nextMessage();
  expect([x.dup, y.dup]).toEqual([false, false]);
  first.send({ cmd: 'pubrec', messageId: x.id ?? 0 });
  await first.next('pubrel');
  first.destroy();
  await restart();
  const second = await signedIn('s');
  // What was received is released and not sent again (MQTT-4.4.0-1).
  expect((await second.next('pubrel')).messageId).toBe(x.id);
  expect(await second.nextMessage()).toEqual({ ...y, dup: true });
});

test('a QoS 2 message that comes again before its release is one message, also over a restart', async () => {
  await start();
  const subscriber = await signedIn('s');
  await subscriber.subscribe('a', 1);
  const publisher = await signedIn('p');
  publisher.publish('a', 'once', { qos: 2, messageId: 7 });
  publisher.publish('a', 'once', { qos: 2, messageId: 7, dup: true });
  await publisher.next('pubrec');
  await publisher.next('pubrec');
  publisher.destroy();
  subscriber.destroy();
  await restart();
  const again = await signedIn('p');
  again.publish('a', 'once', { qos: 2, messageId: 7, dup: true });
  await again.next('pubrec');
  again.send({ cmd: 'pubrel', messageId: 7 });
  await again.next('pubcomp');
  // Released: the id is free for another message.
  again.publish('a', 'twice', { qos: 2, messageId: 7 });
  await again.next('pubrec');
  const reader = await signedIn('s');
  expect((await reader.nextMessage()).payload).toBe('once');
  expect((await reader.nextMessage()).payload).toBe('twice');
  await reader.settle();
  expect(reader.count('publish')).toBe(0);
});

test('retained messages outlive the broker, are the last of their topic, and go with an empty payload', async () => {
  await start();
  await published('r/1', ['old', 'new'], 2, true);
  await published('r/2', ['other'], 1, true);
  await published('r/3', ['gone', ''], 1, true);
  await restart();
  const subscriber = await signedIn('s', { clean: true });
  await subscriber.subscribe('r/+', 1);
  const got = [await subscriber.nextMessage(), await subscriber.nextMessage()];
  expect(got.sort((a, b) => a.topic.localeCompare(b.topic))).toMatchObject([
    { topic: 'r/1', payload: 'new', qos: 1, retain: true },
    { topic: 'r/2', payload: 'other', qos: 1, retain: true },
  ]);
  await published('r/1', ['live'], 1, true);
  expect(await subscriber.nextMessage()).toMatchObject({ payload: 'live', retain: false });
  expect(await rowsOf('mqtt_retained')).toBe(2);
});

test('nothing is acknowledged before it is kept', async () => {
  const held: (() => void)[] = [];
  let isHolding = false;
  await start({}, (ledger) => ({
    ...ledger,
    get isSettled() {
      return ledger.isSettled;
    },
    async write(changes) {
      if (isHolding) await new Promise<void>((resolve) => held.push(resolve));
      return ledger.write(changes);
    },
  }));
  const subscriber = await signedIn('s');
  await subscriber.subscribe('a', 2);
  const other = await signedIn('p');
  isHolding = true;
  subscriber.send({ cmd: 'subscribe', messageId: 2, subscriptions: [{ topic: 'b', qos: 1 }] });
  subscriber.send({ cmd: 'unsubscribe', messageId: 3, unsubscriptions: ['b'] });
  other.publish('a', '1', { qos: 1, messageId: 1 });
  other.publish('a', '2', { qos: 2, messageId: 2 });
  other.publish('c', '3', { qos: 0, retain: true, messageId: 0 });
  const stranger = newClient();
  stranger.send({
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: false,
    keepalive: 0,
    clientId: 'new',
  });
  await vi.waitFor(() => expect(held).toHaveLength(6));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect([...subscriber.packets, ...other.packets, ...stranger.packets]).toEqual([]);
  isHolding = false;
  for (const release of held.splice(0)) release();
  await Promise.all([subscriber.next('suback'), subscriber.next('unsuback'), stranger.next('connack')]);
  await Promise.all([other.next('puback'), other.next('pubrec'), subscriber.next('publish')]);
});

test('a full queue takes no more, says so, and keeps what it has', async () => {
  await start({ maxQueued: 3 });
  const before = await signedIn('s');
  await before.subscribe('a', 1);
  await before.disconnect();
  await published('a', ['1', '2', '3', '4', '5']);
  expect(await dropped('queue-full')).toBe(2);
  const after = await signedIn('s');
  for (const payload of ['1', '2', '3']) expect((await after.nextMessage()).payload).toBe(payload);
  await after.settle();
  expect(after.count('publish')).toBe(0);
});

test('no more than the window is sent unacknowledged, and a subscriber that does not read holds up nobody', async () => {
  await start({ maxUnacknowledged: 4 });
  const slow = await signedIn('slow');
  const deaf = await signedIn('deaf', { clean: true });
  const quick = await signedIn('quick', { clean: true });
  for (const subscriber of [slow, deaf, quick]) await subscriber.subscribe('a', 1);
  deaf.pause();
  const payloads = Array.from({ length: 30 }, (_, i) => `${i}:${'x'.repeat(100_000)}`);
  const publishing = published('a', payloads);
  for (const payload of payloads) {
    const message = await quick.nextMessage();
    expect(message.payload).toBe(payload);
    quick.send({ cmd: 'puback', messageId: message.id ?? 0 });
  }
  await publishing;
  await slow.settle();
  expect(slow.count('publish')).toBe(4);
  for (const payload of payloads) {
    const message = await slow.nextMessage();
    expect(message.payload).toBe(payload);
    slow.send({ cmd: 'puback', messageId: message.id ?? 0 });
  }
});

test('a subscription lowers the QoS, the best of several counts, and each message comes once', async () => {
  await start();
  const subscriber = await signedIn('s');
  await subscriber.subscribe('a/+', 0);
  await subscriber.subscribe('a/#', 1);
  await subscriber.subscribe('+/b', 0);
  await published('a/b', ['two'], 2);
  await published('c/b', ['zero']);
  expect(await subscriber.nextMessage()).toMatchObject({ payload: 'two', qos: 1 });
  expect(await subscriber.nextMessage()).toMatchObject({ payload: 'zero', qos: 0 });
  await subscriber.settle();
  expect(subscriber.count('publish')).toBe(0);
});

test('a session whose client stays away expires with what it had; another does not', async () => {
  await start({ expiryHours: 24 });
  for (const name of ['gone', 'back']) {
    const session = await signedIn(name);
    await session.subscribe('a', 1);
    await session.disconnect();
  }
  await published('a', ['x']);
  nowMs += DAY_MS / 2;
  await (await signedIn('back')).disconnect();
  await vi.waitFor(async () => {
    const { rows } = await database.query('SELECT 1 FROM mqtt_session WHERE disconnected_at >= $1', [new Date(nowMs)]);
    expect(rows).toHaveLength(1);
  });
  nowMs += DAY_MS / 2 + 1;
  await restart({ expiryHours: 24 });
  expect(await newClient().connect('gone')).toBe(false);
  expect(await newClient().connect('back')).toBe(true);
  await vi.waitFor(async () => expect(await rowsOf('mqtt_queued')).toBe(1));
});

test('wills that a killed broker left are published when their client does not come back', async () => {
  await start();
  const will = { topic: 'w/gone', payload: Buffer.from('lost'), qos: 1, retain: true } as const;
  const watcher = await signedIn('watcher');
  await watcher.subscribe('w/#', 1);
  await signedIn('gone', { will });
  await signedIn('back', { will: { ...will, topic: 'w/back' } });
  // A broker that is killed says nothing; one that is closed publishes them, so its rows are put back.
  const rows = await database.query('SELECT * FROM mqtt_will');
  expect(rows.rowCount).toBe(2);
  await database.query('CREATE TABLE kept_will AS SELECT * FROM mqtt_will');
  await engine?.close();
  await database.query('DELETE FROM mqtt_queued');
  await database.query('DELETE FROM mqtt_retained');
  await database.query('INSERT INTO mqtt_will SELECT * FROM kept_will ON CONFLICT DO NOTHING');
  await start({ willDelayMs: 500 });
  await signedIn('back', { will: { ...will, topic: 'w/back' } });
  const again = await signedIn('watcher');
  expect(await again.nextMessage()).toMatchObject({ topic: 'w/gone', payload: 'lost', retain: false });
  await vi.waitFor(async () => expect([await rowsOf('mqtt_will'), await rowsOf('mqtt_retained')]).toEqual([1, 1]));
  expect(again.count('publish')).toBe(0);
});
