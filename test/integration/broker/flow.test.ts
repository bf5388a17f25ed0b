// Acknowledgements wait for the commit, come in order, and press back on the socket when it takes long.
import { createConnection, type Socket } from 'node:net';
import { generate, parser, type Packet } from 'mqtt-packet';
import { afterEach, expect, test, vi } from 'vitest';
import { Registry } from 'prom-client';
import { type Broker, startBroker } from '../../../src/broker/broker.ts';
import type { BrokerLimits } from '../../../src/broker/limits.ts';
import type { UpMessage } from '../../../src/broker/ports.ts';
import { telemetryTopic } from '../../../src/contracts/topics.ts';
import { silentLog } from '../../support/database.ts';

interface Accepted {
  message: UpMessage;
  commit: () => void;
}

let broker: Broker | undefined;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await broker?.close();
});

/** A broker whose commits are ours to make. */
async function brokerWith(limits: Partial<BrokerLimits>, now: () => number = Date.now) {
  const accepted: Accepted[] = [];
  broker = await startBroker({
    ports: { tcp: { host: '127.0.0.1', port: 0 } },
    identity: { authenticate: async () => true },
    ingest: { take: (message, settled) => void accepted.push({ message, commit: () => settled(null) }) },
    onPresence: () => {},
    clock: { now },
    log: silentLog(),
    metrics: new Registry(),
    limits: { closeMs: 300, ...limits },
  });
  return { accepted, port: broker.ports.tcp ?? 0 };
}

async function signIn(port: number, device: string, keepalive = 0): Promise<{ socket: Socket; packets: Packet[] }> {
  const socket = createConnection({ host: '127.0.0.1', port });
  sockets.push(socket);
  const packets: Packet[] = [];
  const read = parser();
  read.on('packet', (packet) => packets.push(packet));
  socket.on('data', (chunk) => read.parse(chunk)).on('error', () => {});
  socket.write(
    generate({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      clientId: device,
      keepalive,
      username: device,
      password: Buffer.from('t'),
    }),
  );
  await vi.waitFor(() => expect(packets[0]?.cmd).toBe('connack'));
  return { socket, packets };
}

const publish = (device: string, messageId: number, payload = '{}'): Buffer =>
  generate({ cmd: 'publish', topic: telemetryTopic(device), payload, qos: 1, messageId, dup: false, retain: false });

const acknowledged = (packets: Packet[]): number[] =>
  packets.flatMap((packet) => (packet.cmd === 'puback' ? [packet.messageId ?? -1] : []));

test('acknowledgements leave in the order of the publishes, whatever is committed first', async () => {
  const { accepted, port } = await brokerWith({});
  const { socket, packets } = await signIn(port, 'd');
  socket.write(Buffer.concat([1, 2, 3].map((id) => publish('d', id))));
  await vi.waitFor(() => expect(accepted).toHaveLength(3));
  accepted[2]?.commit();
  accepted[1]?.commit();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(acknowledged(packets)).toEqual([]);
  accepted[0]?.commit();
  await vi.waitFor(() => expect(acknowledged(packets)).toEqual([1, 2, 3]));
});

test('a QoS 2 message that comes again waits for the commit of the first, and is handed on once', async () => {
  const { accepted, port } = await brokerWith({});
  const { socket, packets } = await signIn(port, 'd');
  const twice = (dup: boolean): Buffer =>
    generate({ cmd: 'publish', topic: telemetryTopic('d'), payload: '{}', qos: 2, messageId: 9, dup, retain: false });
  socket.write(Buffer.concat([twice(false), twice(true)]));
  await vi.waitFor(() => expect(accepted).toHaveLength(1));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(packets.filter(({ cmd }) => cmd === 'pubrec')).toEqual([]);
  accepted[0]?.commit();
  await vi.waitFor(() => expect(packets.filter(({ cmd }) => cmd === 'pubrec')).toHaveLength(2));
  expect(accepted).toHaveLength(1);
});

test('no more than the window of one connection waits; the rest stays in the socket', async () => {
  const { accepted, port } = await brokerWith({ inFlightWindow: 7 });
  const { socket, packets } = await signIn(port, 'd');
  socket.write(Buffer.concat(Array.from({ length: 50 }, (_, i) => publish('d', i + 1))));
  await vi.waitFor(() => expect(accepted).toHaveLength(7));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(accepted).toHaveLength(7);
  for (let done = 0; done < 50; done++) {
    await vi.waitFor(() => expect(accepted.length).toBeGreaterThan(done));
    accepted[done]?.commit();
  }
  await vi.waitFor(() => expect(acknowledged(packets)).toHaveLength(50));
});

test('when too many bytes wait for their commit no socket is read, and all of it arrives later', async () => {
  const { accepted, port } = await brokerWith({ maxPendingBytes: 5_000, inFlightWindow: 3 });
  const payload = 'x'.repeat(1_000);
  const sessions = await Promise.all(['a', 'b', 'c', 'd'].map((device) => signIn(port, device)));
  sessions.forEach(({ socket }, i) => {
    socket.write(Buffer.concat([1, 2, 3, 4].map((id) => publish('abcd'[i] ?? '', id, payload))));
  });
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(accepted.length).toBeLessThan(9);
  for (let done = 0; done < 16; done++) {
    await vi.waitFor(() => expect(accepted.length).toBeGreaterThan(done));
    accepted[done]?.commit();
  }
  for (const { packets } of sessions) await vi.waitFor(() => expect(acknowledged(packets)).toEqual([1, 2, 3, 4]));
});

test('a device whose messages wait for their commit has its pings answered and is not cut for silence', async () => {
  let offsetMs = 0;
  const { accepted, port } = await brokerWith({}, () => Date.now() + offsetMs);
  const { socket, packets } = await signIn(port, 'd', 1);
  const ids = Array.from({ length: 30 }, (_, i) => i + 1);
  socket.write(Buffer.concat(ids.map((id) => publish('d', id))));
  await vi.waitFor(() => expect(accepted).toHaveLength(ids.length));
  socket.write(Buffer.concat([generate({ cmd: 'pingreq' }), publish('d', 31), generate({ cmd: 'pingreq' })]));
  await vi.waitFor(() => expect(packets.filter(({ cmd }) => cmd === 'pingresp')).toHaveLength(2));
  offsetMs = 60_000;
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(acknowledged(packets)).toEqual([]);
  for (const { commit } of accepted) commit();
  await vi.waitFor(() => expect(accepted).toHaveLength(31));
  accepted[30]?.commit();
  await vi.waitFor(() => expect(acknowledged(packets)).toEqual([...ids, 31]));
});

test('closing waits for what is being committed, but not for ever', async () => {
  const { accepted, port } = await brokerWith({ closeMs: 1_000 });
  const { socket, packets } = await signIn(port, 'd');
  socket.write(publish('d', 1));
  await vi.waitFor(() => expect(accepted).toHaveLength(1));
  const closing = broker?.close();
  setTimeout(() => accepted[0]?.commit(), 100);
  await closing;
  await vi.waitFor(() => expect(acknowledged(packets)).toEqual([1]));

  const stuck = await brokerWith({ closeMs: 200 });
  const other = await signIn(stuck.port, 'd');
  other.socket.write(publish('d', 1));
  await vi.waitFor(() => expect(stuck.accepted).toHaveLength(1));
  await broker?.close();
  expect(acknowledged(other.packets)).toEqual([]);
});
