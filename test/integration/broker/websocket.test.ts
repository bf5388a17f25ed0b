// MQTT over WebSocket (MQTT-6): binary messages of the subprotocol `mqtt`, whose borders mean nothing.
import { createConnection } from 'node:net';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import { type MqttEngine, startEngine } from '../../../src/broker/mqtt-engine.ts';
import { openPolicy } from '../../../src/broker/open-policy.ts';
import { silentLog } from '../../support/database.ts';
import { bytesOf, CONNACK, connect, packet } from './raw-client.ts';

let engine: MqttEngine;
const metrics = new Registry();

beforeAll(async () => {
  engine = await startEngine({
    ports: { ws: { host: '127.0.0.1', port: 0 } },
    policy: (tools) => openPolicy({ deniedFilters: [] }, tools),
    clock: { now: () => Date.now() },
    log: silentLog(),
    metrics,
    limits: { signInMs: 1_000 },
  });
});
afterAll(() => engine.close());

/** Sends the messages, and gives back all that came until `expected` is complete or the socket is closed. */
function exchange(messages: readonly (Buffer | string)[], expected: Buffer, protocols: string[] = ['mqtt']) {
  const socket = new WebSocket(`ws://127.0.0.1:${engine.ports.ws}`, protocols);
  return new Promise<{ received: Buffer; isClosed: boolean }>((resolve) => {
    let received = Buffer.alloc(0);
    const end = (isClosed: boolean): void => {
      resolve({ received, isClosed });
      socket.terminate();
    };
    socket.on('open', () => {
      for (const message of messages) socket.send(message);
    });
    socket.on('message', (message: Buffer) => {
      received = Buffer.concat([received, message]);
      if (expected.length > 0 && received.length >= expected.length) end(false);
    });
    socket.on('close', () => end(true)).on('error', () => {});
  });
}

async function refusals(reason: string): Promise<number> {
  const metric = await metrics.getSingleMetric('stethos_broker_refused_total')?.get();
  return metric?.values.find(({ labels }) => labels.reason === reason)?.value ?? 0;
}

const conversation = Buffer.concat([
  connect(0x02, "s'web'"),
  packet(0x82, "0001 s'a/+' 01"),
  packet(0x32, "s'b' 0002 'x'"),
  bytesOf('c000'),
]);
const answers = Buffer.concat([CONNACK, bytesOf('90 03 0001 01'), bytesOf('40 02 0002'), bytesOf('d000')]);
const sorted = (bytes: Buffer): string => [...bytes].sort((a, b) => a - b).join();

test.each([1, 2, 7, 1_000])('packets are found in messages of %i bytes', async (size) => {
  const messages = Array.from({ length: Math.ceil(conversation.length / size) }, (_, i) =>
    conversation.subarray(i * size, (i + 1) * size),
  );
  const { received, isClosed } = await exchange(messages, answers);
  expect(isClosed).toBe(false);
  // A ping may be answered before what waits for its commit.
  expect(sorted(received)).toBe(sorted(answers));
});

test('a text message closes the connection (MQTT-6.0.0-1)', async () => {
  expect(await exchange(['not binary'], Buffer.alloc(0))).toEqual({ received: Buffer.alloc(0), isClosed: true });
  expect(await refusals('websocket-text')).toBe(1);
});

test('another subprotocol is not spoken here (MQTT-6.0.0-3)', async () => {
  expect((await exchange([], Buffer.alloc(0), [])).isClosed).toBe(true);
  expect((await exchange([], Buffer.alloc(0), ['soap'])).isClosed).toBe(true);
  expect(await refusals('websocket-protocol')).toBeGreaterThan(0);
});

test('who does not finish the handshake, or does not sign in after it, is closed', async () => {
  const silent = createConnection({ host: '127.0.0.1', port: engine.ports.ws ?? 0 }).resume();
  const closed = new Promise<void>((resolve) => void silent.on('error', () => {}).once('close', () => resolve()));
  const late = createConnection({ host: '127.0.0.1', port: engine.ports.ws ?? 0 }).resume();
  late.write('GET / HTTP/1.1\r\nUpgrade: websocket\r\n');
  const lateClosed = new Promise<void>((resolve) => void late.on('error', () => {}).once('close', () => resolve()));
  const { isClosed } = await exchange([], Buffer.alloc(0));
  expect(isClosed).toBe(true);
  await Promise.all([closed, lateClosed]);
});

test('a refusal has its return code here too', async () => {
  const { received, isClosed } = await exchange([packet(0x10, "s'MQTT' 06 02 000a s'p'")], Buffer.alloc(0));
  expect(received).toEqual(bytesOf('20 02 00 01'));
  expect(isClosed).toBe(true);
});
