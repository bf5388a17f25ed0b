// What the server sends to one device: it alone gets it, and the sender learns whether it was acknowledged.
import mqtt, { type MqttClient } from 'mqtt';
import { Registry } from 'prom-client';
import { afterEach, expect, test, vi } from 'vitest';
import { type Broker, startBroker } from '../../../src/broker/broker.ts';
import { commandFilter, commandTopic } from '../../../src/contracts/topics.ts';
import { silentLog } from '../../support/database.ts';

let broker: Broker | undefined;
const clients: MqttClient[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.endAsync(true)));
  await broker?.close();
});

async function start(onListening: (device: string) => void = () => {}): Promise<Broker> {
  broker = await startBroker({
    ports: { tcp: { host: '127.0.0.1', port: 0 } },
    identity: { authenticate: async () => true },
    ingest: { take: (_message, settled) => settled(null) },
    onPresence: () => {},
    onListening,
    clock: { now: Date.now },
    log: silentLog(),
    metrics: new Registry(),
    limits: { closeMs: 300 },
  });
  return broker;
}

interface Device {
  client: MqttClient;
  got: { topic: string; payload: string; qos: number; dup: boolean; packetId: number | undefined }[];
}

/** `acknowledge: false` leaves every message unanswered. */
async function connect(id: string, { clean = true, acknowledge = true } = {}): Promise<Device> {
  const got: Device['got'] = [];
  const client = mqtt.connect(`mqtt://127.0.0.1:${broker?.ports.tcp}`, {
    clientId: id,
    username: id,
    password: 't',
    clean,
    reconnectPeriod: 0,
  });
  // The library acknowledges when this calls back.
  if (!acknowledge) client.handleMessage = () => {};
  client.on('message', (topic, payload, { qos, dup, messageId }) =>
    got.push({ topic, payload: payload.toString(), qos, dup, packetId: messageId }),
  );
  clients.push(client);
  await vi.waitFor(() => expect(client.connected).toBe(true));
  return { client, got };
}

const order = (device: string, request: string) =>
  ({ topic: commandTopic(device, request), payload: Buffer.from(request), qos: 1 }) as const;

test('a message reaches the device it is for and nobody else, and is delivered when it acknowledged', async () => {
  const server = await start();
  const a = await connect('a');
  const b = await connect('b');
  for (const { client } of [a, b])
    await client.subscribeAsync(commandFilter(client.options.clientId ?? ''), { qos: 1 });
  const delivered = server.send('a', { ...order('a', 'r1'), packetId: 77 });
  expect(delivered).not.toBe('offline');
  await delivered;
  await vi.waitFor(() => expect(a.got).toHaveLength(1));
  expect(a.got[0]).toEqual({ topic: commandTopic('a', 'r1'), payload: 'r1', qos: 1, dup: false, packetId: 77 });
  expect(b.got).toEqual([]);
});

test('nothing is sent to a device that is away or has not subscribed', async () => {
  const server = await start();
  expect(server.send('a', order('a', 'r1'))).toBe('offline');
  await connect('a');
  expect(server.send('a', order('a', 'r1'))).toBe('offline');
  expect(server.isListening('a', commandTopic('a', 'r1'))).toBe(false);
});

test('a session that ends before the acknowledgement fails the delivery; the repetition says so', async () => {
  const server = await start();
  const silent = await connect('a', { acknowledge: false });
  await silent.client.subscribeAsync(commandFilter('a'), { qos: 1 });
  const lost = Promise.resolve(server.send('a', { ...order('a', 'r1'), packetId: 5 }));
  const refused = expect(lost).rejects.toThrow('session ended');
  await silent.client.endAsync(true);
  await refused;
  await vi.waitFor(() => expect(server.send('a', order('a', 'r1'))).toBe('offline'));
  const back = await connect('a');
  await back.client.subscribeAsync(commandFilter('a'), { qos: 1 });
  await server.send('a', { ...order('a', 'r1'), packetId: 5, isRepeated: true });
  await vi.waitFor(() => expect(back.got).toMatchObject([{ packetId: 5, dup: true }]));
});

test('a persistent session listens again without subscribing again', async () => {
  const listening: string[] = [];
  const server = await start((device) => listening.push(device));
  const first = await connect('a', { clean: false });
  await first.client.subscribeAsync(commandFilter('a'), { qos: 1 });
  await first.client.endAsync();
  await vi.waitFor(() => expect(server.isListening('a', commandTopic('a', 'r1'))).toBe(false));
  listening.length = 0;
  const back = await connect('a', { clean: false });
  await vi.waitFor(() => expect(listening).toContain('a'));
  await server.send('a', order('a', 'r1'));
  await vi.waitFor(() => expect(back.got).toHaveLength(1));
});

test('a subscription at QoS 0 lowers what is sent', async () => {
  const server = await start();
  const a = await connect('a');
  await a.client.subscribeAsync(commandFilter('a'), { qos: 0 });
  await server.send('a', order('a', 'r1'));
  await vi.waitFor(() => expect(a.got).toMatchObject([{ qos: 0 }]));
});

test('a payload of any length keeps its frame', async () => {
  const server = await start();
  const a = await connect('a');
  await a.client.subscribeAsync(commandFilter('a'), { qos: 1 });
  const lengths = [0, 1, 80, 98, 99, 100, 127, 128, 16_340, 16_383, 16_384, 100_000];
  for (const length of lengths) await server.send('a', { ...order('a', 'r'), payload: Buffer.alloc(length, 'x') });
  await vi.waitFor(() => expect(a.got.map(({ payload }) => payload.length)).toEqual(lengths));
});
