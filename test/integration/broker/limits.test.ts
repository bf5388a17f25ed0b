// What happens at each limit of a connection: it is answered as MQTT says, counted, and nobody else notices.
import { Registry } from 'prom-client';
import { afterEach, expect, test, vi } from 'vitest';
import { type Broker, startBroker } from '../../../src/broker/broker.ts';
import type { BrokerLimits } from '../../../src/broker/limits.ts';
import { commandFilter, telemetryTopic } from '../../../src/contracts/topics.ts';
import { silentLog } from '../../support/database.ts';
import { bytesOf, CONNACK, connect, packet, RawClient } from './raw-client.ts';

const SERVER_UNAVAILABLE = bytesOf('20 02 00 03');

let broker: Broker | undefined;
const clients: RawClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await broker?.close();
});

/** A broker whose time is ours, and whose commits are made at once, or when we let them. */
async function brokerWith(limits: Partial<BrokerLimits>) {
  const time = { nowMs: Date.UTC(2026, 0, 5), isFrozen: false };
  const waiting: (() => void)[] = [];
  const accepted: string[] = [];
  const metrics = new Registry();
  broker = await startBroker({
    ports: { tcp: { host: '127.0.0.1', port: 0 } },
    identity: { authenticate: async () => true, authenticateCertificate: async () => false },
    ingest: {
      take({ payload }, settled) {
        accepted.push(payload.toString());
        if (time.isFrozen) waiting.push(() => settled(null));
        else settled(null);
      },
    },
    onPresence: () => {},
    clock: { now: () => time.nowMs },
    log: silentLog(),
    metrics,
    limits: { closeMs: 300, ...limits },
  });
  const port = broker.ports.tcp ?? 0;
  return {
    time,
    accepted,
    thaw: () => {
      time.isFrozen = false;
      for (const settle of waiting.splice(0)) settle();
    },
    open: (): RawClient => {
      const client = new RawClient(port);
      clients.push(client);
      return client;
    },
    counted: async (name: 'refused' | 'limited', label: string): Promise<number> => {
      const metric = await metrics.getSingleMetric(`stethos_broker_${name}_total`)?.get();
      return metric?.values.find(({ labels }) => Object.values(labels).includes(label))?.value ?? 0;
    },
  };
}

const signIn = (device: string): Buffer => connect(0xc2, `s'${device}' s'${device}' s'token'`);
const publish = (device: string, id: number, payload = `${id}`): Buffer =>
  packet(0x32, `s'${telemetryTopic(device)}'`, Buffer.from([id >> 8, id & 0xff]), Buffer.from(payload));
const puback = (id: number): Buffer => Buffer.from([0x40, 2, id >> 8, id & 0xff]);

async function signedIn(client: RawClient, device: string): Promise<RawClient> {
  client.send(signIn(device));
  expect(await client.receive(4)).toEqual(CONNACK);
  return client;
}

test('who publishes too fast is not read for a while; nothing is lost, and others are not held', async () => {
  const { time, accepted, open, counted } = await brokerWith({ publishesPerS: 20 });
  const fast = await signedIn(open(), 'fast');
  const other = await signedIn(open(), 'other');
  const ids = Array.from({ length: 50 }, (_, i) => i + 1);
  fast.send(Buffer.concat(ids.map((id) => publish('fast', id))));
  await fast.receive(20 * 4);
  other.send(publish('other', 1, 'of another'));
  expect(await other.receive(4)).toEqual(puback(1));
  expect(accepted).toEqual([...ids.slice(0, 20).map(String), 'of another']);
  expect(await counted('limited', 'publish-rate')).toBe(1);
  for (let left = 30; left > 0; left -= 20) {
    time.nowMs += 1_000;
    await fast.receive(Math.min(left, 20) * 4);
  }
  expect(accepted.filter((payload) => payload !== 'of another')).toEqual(ids.map(String));
});

test.each<[keyof BrokerLimits, string]>([
  ['maxConnectionsPerAddress', 'too-many-from-address'],
  ['maxConnections', 'too-many-connections'],
])('beyond %s a client is told that the server is unavailable, until another leaves', async (name, reason) => {
  const { open, counted } = await brokerWith({ [name]: 2 });
  const first = await signedIn(open(), 'a');
  const second = await signedIn(open(), 'b');
  const third = open();
  third.send(signIn('c'));
  expect(await third.receive(4)).toEqual(SERVER_UNAVAILABLE);
  expect(await third.isClosed()).toBe(true);
  const noise = open();
  noise.send(bytesOf("'GET / HTTP/1.1'"));
  expect(await noise.isClosed()).toBe(true);
  expect(await counted('refused', reason)).toBe(2);
  first.destroy();
  await vi.waitFor(async () => {
    const again = open();
    again.send(signIn('c'));
    expect(await again.receive(4)).toEqual(CONNACK);
  });
  expect(await second.isAlive()).toBe(true);
});

test('a ping is answered while more publishes wait than the window takes', async () => {
  const { time, accepted, thaw, open } = await brokerWith({ inFlightWindow: 3 });
  const device = await signedIn(open(), 'd');
  time.isFrozen = true;
  const ids = Array.from({ length: 9 }, (_, i) => i + 1);
  device.send(Buffer.concat(ids.map((id) => publish('d', id))));
  for (const round of [1, 2, 3]) {
    device.send(bytesOf('c0 00'));
    expect([round, await device.receive(2)]).toEqual([round, bytesOf('d0 00')]);
  }
  // In the middle of a message too, and behind one that came in pieces.
  const last = publish('d', 10);
  device.send(last.subarray(0, 7));
  device.send(Buffer.concat([last.subarray(7), bytesOf('c0 00')]));
  expect(await device.receive(2)).toEqual(bytesOf('d0 00'));
  expect(accepted).toEqual(['1', '2', '3']);
  thaw();
  expect(await device.receive(40)).toEqual(Buffer.concat([...ids, 10].map(puback)));
  expect(accepted).toEqual([...ids, 10].map(String));
});

test('a subscription too many is refused, and free again after UNSUBSCRIBE', async () => {
  const { open, counted } = await brokerWith({ maxSubscriptions: 1 });
  const client = await signedIn(open(), 'd');
  const [plus, all] = [commandFilter('d'), 'stethos/v1/d/command/#'];
  client.send(packet(0x82, `0001 s'${plus}' 01 s'${all}' 01`));
  expect(await client.receive(6)).toEqual(bytesOf('90 04 0001 01 80'));
  client.send(packet(0x82, `0002 s'${plus}' 00`));
  expect(await client.receive(5)).toEqual(bytesOf('90 03 0002 00'));
  client.send(packet(0xa2, `0003 s'${plus}'`));
  expect(await client.receive(4)).toEqual(bytesOf('b0 02 0003'));
  client.send(packet(0x82, `0004 s'${all}' 01`));
  expect(await client.receive(5)).toEqual(bytesOf('90 03 0004 01'));
  expect(await counted('refused', 'too-many-subscriptions')).toBe(1);
});

test('who says nothing for too long is cut, with a keep alive and without; who begins a packet must end it', async () => {
  const { time, open, counted } = await brokerWith({ maxSilenceMs: 3_600_000, packetMs: 60_000 });
  const patient = open();
  patient.send(packet(0x10, "s'MQTT' 04 c2 0000 s'p' s'p' s'token'"));
  expect(await patient.receive(4)).toEqual(CONNACK);
  const halfway = await signedIn(open(), 'h');
  halfway.send(publish('h', 1).subarray(0, 20));
  const silent = await signedIn(open(), 's');
  expect(await patient.isAlive()).toBe(true);
  time.nowMs += 15_001; // keep alive is 10 s
  expect(await silent.isClosed()).toBe(true);
  expect(await counted('refused', 'keep-alive')).toBeGreaterThanOrEqual(1);
  time.nowMs += 45_000;
  expect(await halfway.isClosed()).toBe(true);
  expect(await patient.isAlive()).toBe(true);
  time.nowMs += 3_600_001;
  expect(await patient.isClosed()).toBe(true);
  expect(await counted('refused', 'silence')).toBe(1);
});

test('a CONNECT that is too large is cut at its header', async () => {
  const { open, counted } = await brokerWith({ maxConnectBytes: 1_000 });
  const client = open();
  client.send(bytesOf('10 e9 07'));
  expect(await client.isClosed()).toBe(true);
  expect(await counted('refused', 'packet-too-large')).toBe(1);
});

test('a thousand clients that speak nonsense do not disturb one that does not', async () => {
  const { accepted, open, counted } = await brokerWith({});
  const steady = await signedIn(open(), 'steady');
  const nonsense = [
    bytesOf('30 ffffffff7f'),
    bytesOf('f0 00'),
    bytesOf("'GET / HTTP/1.1'"),
    Buffer.concat([signIn('x'), bytesOf('10 00')]),
    Buffer.concat([signIn('x'), publish('x', 0)]),
    Buffer.concat([signIn('x'), bytesOf('82 02 0001')]),
    connect(0x42, "s'p' s'password'"),
    signIn('x').subarray(0, 10),
  ];
  const AT_ONCE = 100;
  for (let round = 0; round < 10; round++) {
    const rude = Array.from({ length: AT_ONCE }, (_, i) => {
      const client = open();
      client.send(nonsense[i % nonsense.length] as Buffer);
      return client;
    });
    steady.send(publish('steady', round + 1));
    expect(await steady.receive(4)).toEqual(puback(round + 1));
    for (const client of rude.splice(0)) client.destroy();
  }
  expect(accepted).toHaveLength(10);
  expect(await counted('refused', 'malformed-length')).toBeGreaterThan(0);
});
