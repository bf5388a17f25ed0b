// What MQTT 3.1.1 promises from one connection to the next and from one client to another, with ordinary clients and,
// where a client has to misbehave, with bytes: against a broker that is open to all, over TCP and over WebSocket.
import mqtt, { type IClientOptions, type IConnackPacket, type MqttClient } from 'mqtt';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type MqttEngine, startEngine } from '../../../src/broker/mqtt-engine.ts';
import { openPolicy } from '../../../src/broker/open-policy.ts';
import { silentLog } from '../../support/database.ts';
import { bytesOf, CONNACK, connect, packet, RawClient } from './raw-client.ts';

const SESSION_PRESENT = bytesOf('20 02 01 00');
/** How long nothing must come for it to count as not coming. */
const QUIET_MS = 150;

interface Received {
  topic: string;
  text: string;
  qos: number;
  isRetained: boolean;
}

interface Person {
  client: MqttClient;
  received: Received[];
  isSessionPresent: boolean;
}

let engine: MqttEngine;
const people: MqttClient[] = [];
const raw: RawClient[] = [];

beforeEach(async () => {
  const anyPort = { host: '127.0.0.1', port: 0 };
  engine = await startEngine({
    ports: { tcp: anyPort, ws: anyPort },
    policy: (tools) => openPolicy({ deniedFilters: ['test/nosubscribe'] }, tools),
    clock: { now: () => Date.now() },
    log: silentLog(),
    metrics: new Registry(),
    limits: { closeMs: 200 },
  });
});
afterEach(async () => {
  for (const client of people.splice(0)) client.end(true);
  for (const client of raw.splice(0)) client.destroy();
  await engine.close();
});

function rawClient(): RawClient {
  const client = new RawClient(engine.ports.tcp ?? 0);
  raw.push(client);
  return client;
}

const quiet = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, QUIET_MS));

describe.each(['tcp', 'ws'] as const)('over %s', (door) => {
  async function person(clientId: string, options: IClientOptions = {}): Promise<Person> {
    const url = `${door === 'tcp' ? 'mqtt' : 'ws'}://127.0.0.1:${engine.ports[door]}`;
    const client = mqtt.connect(url, { clientId, reconnectPeriod: 0, protocolVersion: 4, ...options });
    people.push(client);
    const received: Received[] = [];
    client.on('message', (topic, payload, { qos, retain }) => {
      received.push({ topic, text: payload.toString(), qos, isRetained: retain });
    });
    const connack = new Promise<IConnackPacket>((resolve, reject) =>
      client
        .once('connect', resolve)
        .once('error', reject)
        .once('close', () => reject(new Error('closed'))),
    );
    const { sessionPresent } = await connack;
    return { client, received, isSessionPresent: sessionPresent };
  }

  test('a client hears what it says at each QoS', async () => {
    const { client, received, isSessionPresent } = await person('basic');
    expect(isSessionPresent).toBe(false);
    await client.subscribeAsync('TopicA', { qos: 2 });
    for (const qos of [0, 1, 2] as const) await client.publishAsync('TopicA', `qos ${qos}`, { qos });
    await vi.waitFor(() =>
      expect(received.map(({ text, qos }) => [text, qos])).toEqual([
        ['qos 0', 0],
        ['qos 1', 1],
        ['qos 2', 2],
      ]),
    );
  });

  test('retained messages are there for those who come later, until an empty one takes them away', async () => {
    const { client, received } = await person('retained');
    const topics = ['TopicA/B', 'Topic/C', 'TopicA/C'];
    for (const [qos, topic] of topics.entries())
      await client.publishAsync(topic, `qos ${qos}`, { qos: qos as 0 | 1 | 2, retain: true });
    await client.subscribeAsync('+/+', { qos: 2 });
    await vi.waitFor(() => expect(received).toHaveLength(3));
    expect(received.every(({ isRetained }) => isRetained)).toBe(true);
    expect(new Set(received.map(({ topic }) => topic))).toEqual(new Set(topics));
    for (const topic of topics) await client.publishAsync(topic, '', { qos: 1, retain: true });
    const later = await person('later');
    await later.client.subscribeAsync('+/+', { qos: 2 });
    await quiet();
    expect(later.received).toEqual([]);
  });

  test('messages wait for a session whose client is away', async () => {
    const away = await person('away', { clean: false });
    await away.client.subscribeAsync('+/+', { qos: 2 });
    await away.client.endAsync();
    const sender = await person('sender');
    await sender.client.publishAsync('TopicA/B', 'qos 0', { qos: 0 });
    await sender.client.publishAsync('Topic/C', 'qos 1', { qos: 1 });
    await sender.client.publishAsync('TopicA/C', 'qos 2', { qos: 2 });
    const back = await person('away', { clean: false });
    expect(back.isSessionPresent).toBe(true);
    await vi.waitFor(() =>
      expect(back.received.filter(({ qos }) => qos > 0).map(({ text }) => text)).toEqual(['qos 1', 'qos 2']),
    );
    await back.client.endAsync();
    const fresh = await person('away', { clean: true });
    expect(fresh.isSessionPresent).toBe(false);
    expect((await person('away', { clean: false })).isSessionPresent).toBe(false);
  });

  test('a will speaks for a client that went without a word, and for no other', async () => {
    const heir = await person('heir');
    await heir.client.subscribeAsync('will/+', { qos: 2 });
    const will = (name: string) => ({
      topic: `will/${name}`,
      payload: Buffer.from('gone'),
      qos: 2 as const,
      retain: false,
    });
    const polite = await person('polite', { will: will('polite') });
    await polite.client.endAsync();
    const lost = await person('lost', { will: will('lost') });
    lost.client.stream.destroy();
    await vi.waitFor(() => expect(heir.received.map(({ topic }) => topic)).toEqual(['will/lost']));
    await quiet();
    expect(heir.received).toHaveLength(1);
  });

  test('where several subscriptions match, a message comes once, at the highest QoS', async () => {
    const { client, received } = await person('overlapping');
    await client.subscribeAsync({ 'TopicA/#': { qos: 2 }, 'TopicA/+': { qos: 1 } });
    await client.publishAsync('TopicA/C', 'overlapping', { qos: 2 });
    await vi.waitFor(() => expect(received).toMatchObject([{ qos: 2 }]));
    await quiet();
    expect(received).toHaveLength(1);
  });

  test('a message comes at no more than the QoS its subscription was granted', async () => {
    const { client, received } = await person('downgraded');
    await client.subscribeAsync({ 'a/+': { qos: 1 }, 'b/+': { qos: 0 } });
    await client.publishAsync('a/x', 'a', { qos: 2 });
    await client.publishAsync('b/x', 'b', { qos: 2 });
    await vi.waitFor(() => expect(received.map(({ qos }) => qos)).toEqual([1, 0]));
  });

  test('a subscription that is not allowed is answered with 0x80', async () => {
    const { client } = await person('refused');
    await expect(client.subscribeAsync('test/nosubscribe', { qos: 2 })).rejects.toThrow();
    expect(client.connected).toBe(true);
  });

  test('wildcards leave topics alone that begin with $', async () => {
    const { client, received } = await person('dollar');
    await client.subscribeAsync({ '#': { qos: 2 }, '+/+': { qos: 2 }, '$own/+': { qos: 1 } });
    await client.publishAsync('$TopicA/B', 'hidden', { qos: 1 });
    await client.publishAsync('$own/B', 'asked for', { qos: 1 });
    await vi.waitFor(() => expect(received.map(({ text }) => text)).toEqual(['asked for']));
  });

  test('what was unsubscribed comes no more', async () => {
    const listener = await person('listener');
    for (const topic of ['TopicA', 'TopicA/B', 'Topic/C']) await listener.client.subscribeAsync(topic, { qos: 2 });
    await listener.client.unsubscribeAsync('TopicA');
    const sender = await person('sender');
    for (const topic of ['TopicA', 'TopicA/B', 'Topic/C']) await sender.client.publishAsync(topic, topic, { qos: 1 });
    await vi.waitFor(() => expect(listener.received.map(({ text }) => text)).toEqual(['TopicA/B', 'Topic/C']));
  });

  test('levels may be empty, and # takes the level above it', async () => {
    const { client, received } = await person('levels');
    await client.subscribeAsync({ '/+': { qos: 0 }, 'sport/#': { qos: 0 } });
    for (const topic of ['/finance', 'finance', 'sport', 'sport/tennis/player1', '/a/b'])
      await client.publishAsync(topic, '', { qos: 1 });
    await vi.waitFor(() =>
      expect(received.map(({ topic }) => topic)).toEqual(['/finance', 'sport', 'sport/tennis/player1']),
    );
  });

  test('who signs in under the same name takes the place of the other', async () => {
    const first = await person('twin');
    const closed = new Promise<void>((resolve) => void first.client.once('close', () => resolve()));
    const second = await person('twin');
    await closed;
    expect(second.client.connected).toBe(true);
  });
});

describe('what is not acknowledged', () => {
  const persistent = (clientId: string): Buffer => connect(0x00, `s'${clientId}'`);

  test('comes again, with its DUP flag and its packet id, until it is', async () => {
    const first = rawClient();
    first.send(Buffer.concat([persistent('again'), packet(0x82, "0001 s'TopicA/#' 02")]));
    expect(await first.receive(9)).toEqual(Buffer.concat([CONNACK, bytesOf('90 03 0001 02')]));
    const sender = rawClient();
    sender.send(connect(0x02, "s'sender'"));
    expect(await sender.receive(4)).toEqual(CONNACK);
    sender.send(
      Buffer.concat([
        packet(0x32, "s'TopicA/B' 0001 'one'"),
        packet(0x34, "s'TopicA/C' 0002 'two'"),
        packet(0x62, '0002'),
      ]),
    );
    const one = packet(0x32, "s'TopicA/B' 0001 'one'");
    const two = packet(0x34, "s'TopicA/C' 0002 'two'");
    expect(await first.receive(one.length + two.length)).toEqual(Buffer.concat([one, two]));
    first.destroy();

    const second = rawClient();
    second.send(persistent('again'));
    const again = (bytes: Buffer): Buffer =>
      Buffer.concat([Buffer.from([(bytes[0] as number) | 0x08]), bytes.subarray(1)]);
    expect(await second.receive(4)).toEqual(SESSION_PRESENT);
    expect(await second.receive(one.length + two.length)).toEqual(Buffer.concat([again(one), again(two)]));
    second.send(Buffer.concat([packet(0x40, '0001'), packet(0x50, '0002')]));
    expect(await second.receive(4)).toEqual(bytesOf('62 02 0002'));
    second.destroy();

    const third = rawClient();
    third.send(persistent('again'));
    expect(await third.receive(8)).toEqual(Buffer.concat([SESSION_PRESENT, bytesOf('62 02 0002')]));
    third.send(packet(0x70, '0002'));
    expect(await third.isAlive()).toBe(true);
    third.destroy();

    const fourth = rawClient();
    fourth.send(persistent('again'));
    expect(await fourth.receive(4)).toEqual(SESSION_PRESENT);
    expect(await fourth.isAlive()).toBe(true);
  });

  test.each<[string, string, [sent: string, answered: string][]]>([
    ['PUBREC for QoS 1', '01', [['50 02 0001', '']]],
    ['PUBCOMP for QoS 1', '01', [['70 02 0001', '']]],
    ['PUBACK for QoS 2', '02', [['40 02 0001', '']]],
    ['PUBCOMP before PUBREC', '02', [['70 02 0001', '']]],
    [
      'PUBACK after PUBREC',
      '02',
      [
        ['50 02 0001', '62 02 0001'],
        ['40 02 0001', ''],
      ],
    ],
  ])('%s is the wrong answer and ends the connection', async (_what, qos, steps) => {
    const client = rawClient();
    client.send(Buffer.concat([connect(0x02, "s'wrong'"), packet(0x82, `0001 s'p' ${qos}`)]));
    await client.receive(9);
    const sender = rawClient();
    sender.send(Buffer.concat([connect(0x02, "s'sender'"), packet(0x34, "s'p' 0001 'm'")]));
    const message = packet(0x30 | (Number(qos) << 1), "s'p' 0001 'm'");
    expect(await client.receive(message.length)).toEqual(message);
    for (const [sent, answered] of steps) {
      client.send(bytesOf(sent));
      expect(await client.receive(bytesOf(answered).length)).toEqual(bytesOf(answered));
    }
    expect(await client.isClosed()).toBe(true);
  });

  test('a QoS 2 message that comes twice is delivered once, also over two connections', async () => {
    const listener = rawClient();
    listener.send(Buffer.concat([connect(0x02, "s'l'"), packet(0x82, "0001 s'once' 00")]));
    await listener.receive(9);
    const message = packet(0x34, "s'once' 0007 'm'");
    const first = rawClient();
    first.send(Buffer.concat([persistent('twice'), message]));
    expect(await first.receive(8)).toEqual(Buffer.concat([CONNACK, bytesOf('50 02 0007')]));
    first.destroy();
    const second = rawClient();
    second.send(Buffer.concat([persistent('twice'), Buffer.concat([Buffer.from([0x3c]), message.subarray(1)])]));
    expect((await second.receive(8)).subarray(4)).toEqual(bytesOf('50 02 0007'));
    second.send(packet(0x62, '0007'));
    expect(await second.receive(4)).toEqual(bytesOf('70 02 0007'));
    expect(await listener.receive(9)).toEqual(packet(0x30, "s'once' 'm'"));
    expect(await listener.isAlive()).toBe(true);
  });
});

test('a client that says nothing for one and a half keep alives is gone, and its will says so', async () => {
  const heir = rawClient();
  heir.send(Buffer.concat([connect(0x02, "s'heir'"), packet(0x82, "0001 s'/TopicA' 02")]));
  await heir.receive(9);
  const silent = rawClient();
  silent.send(packet(0x10, "s'MQTT' 04 06 0001 s'silent' s'/TopicA' s'keepalive expiry'"));
  expect(await silent.receive(4)).toEqual(CONNACK);
  expect(await silent.isClosed()).toBe(true);
  const will = packet(0x30, "s'/TopicA' 'keepalive expiry'");
  expect(await heir.receive(will.length)).toEqual(will);
});

test('for a subscriber that stops reading, messages are dropped beyond a bound; nobody waits for it', async () => {
  await engine.close();
  const metrics = new Registry();
  engine = await startEngine({
    ports: { tcp: { host: '127.0.0.1', port: 0 } },
    policy: (tools) => openPolicy({ deniedFilters: [] }, tools),
    clock: { now: () => Date.now() },
    log: silentLog(),
    metrics,
    limits: { maxOutgoingBytes: 64 * 1024, publishesPerS: 100_000, closeMs: 200 },
  });
  const deaf = rawClient();
  deaf.send(Buffer.concat([connect(0x02, "s'deaf'"), packet(0x82, "0001 s'flood' 00")]));
  await deaf.receive(9);
  deaf.stopReading();
  const sender = rawClient();
  sender.send(connect(0x02, "s'sender'"));
  await sender.receive(4);
  const MESSAGES = 400;
  const PAYLOAD = Buffer.alloc(60 * 1024, 0x61);
  for (let i = 1; i <= MESSAGES; i++) {
    sender.send(packet(0x32, "s'flood'", Buffer.from([i >> 8, i & 0xff]), PAYLOAD));
    expect(await sender.receive(4)).toEqual(Buffer.from([0x40, 2, i >> 8, i & 0xff]));
  }
  const dropped = await metrics.getSingleMetric('stethos_broker_dropped_total')?.get();
  expect(dropped?.values.find(({ labels }) => labels.reason === 'slow-subscriber')?.value).toBeGreaterThan(0);
  expect(await sender.isAlive()).toBe(true);
});
