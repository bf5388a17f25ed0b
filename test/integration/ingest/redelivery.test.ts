// A message without a time that is sent again - over a new connection, after a restart, beside its first delivery - keeps
// the time it had and is one reading; a new message with the same content is another one.
import { createConnection, type Socket } from 'node:net';
import fc from 'fast-check';
import { generate } from 'mqtt-packet';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventTopic, telemetryTopic } from '../../../src/contracts/topics.ts';
import type { DeviceFacts, UpMessage } from '../../../src/ingest/ports.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { registerDevices } from './devices.ts';
import { type Instance, startInstance, TOKEN } from './instance.ts';

const DEVICES = 50;
let database: TestDatabase;
let devices: Awaited<ReturnType<typeof registerDevices>>;
let instance: Instance;
let used = 0;

const start = (): Promise<Instance> => startInstance({ database: database.dedicated('ingest'), devices });

beforeAll(async () => {
  database = await openTestDatabase();
  devices = await registerDevices(database, DEVICES);
  instance = await start();
});
afterAll(async () => {
  await instance.close();
  await database.close();
});

const idOf = (device: string): number => (devices.find(device) as DeviceFacts).id;

async function valuesOf(device: string): Promise<number[]> {
  const { rows } = await database.query<{ value: number }>(
    'SELECT value FROM reading WHERE device_id = $1 ORDER BY measured_at',
    [idOf(device)],
  );
  return rows.map(({ value }) => value);
}

const message = (device: string, packetId: number, value: number, isRedelivery: boolean): UpMessage => ({
  device,
  kind: 'telemetry',
  topic: telemetryTopic(device),
  payload: Buffer.from(`{"values":{"scan_count":${value}}}`),
  arrivedAtMs: Date.now(),
  packetId,
  isRedelivery,
});

/** A device sends values one after another, each again as often as its acknowledgements are lost; sometimes we restart. */
const delivery = fc.record({
  value: fc.integer({ min: 0, max: 1 }),
  again: fc.integer({ min: 0, max: 2 }),
  isTogether: fc.boolean(),
  isRestarted: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
});

test('each message is one reading however often it is delivered', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(delivery, { minLength: 1, maxLength: 8 }), async (deliveries) => {
      const device = `dev-${(used += 1)}`;
      for (const [n, { value, again, isTogether, isRestarted }] of deliveries.entries()) {
        const copies = Array.from({ length: again + 1 }, (_, i) => message(device, (n % 3) + 1, value, i > 0));
        if (isTogether) await Promise.all(copies.map((copy) => instance.ingest.accept(copy)));
        else
          for (const copy of copies) {
            await instance.ingest.accept(copy);
            if (!isRestarted) continue;
            await instance.close();
            instance = await start();
          }
      }
      expect(await valuesOf(device)).toEqual(deliveries.map(({ value }) => value));
    }),
    { numRuns: 25 },
  );
});

test('without the flag, or with another content under the same packet id, it is another message', async () => {
  const device = `dev-${DEVICES}`;
  await instance.ingest.accept(message(device, 1, 5, false));
  await instance.ingest.accept(message(device, 1, 5, false));
  await instance.ingest.accept(message(device, 1, 6, true));
  expect(await valuesOf(device)).toEqual([5, 5, 6]);
});

async function signIn(device: string): Promise<Socket> {
  const socket = createConnection({ host: '127.0.0.1', port: instance.port, noDelay: true });
  const connect = { cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, keepalive: 0 } as const;
  socket.write(generate({ ...connect, clientId: device, username: device, password: Buffer.from(TOKEN) }));
  await new Promise((resolve) => socket.once('data', resolve));
  return socket;
}

test('a device that lost the acknowledgement with its connection sends again, and nothing is doubled', async () => {
  const device = `dev-${DEVICES - 1}`;
  const publish = (topic: string, payload: string, messageId: number, dup: boolean): Buffer =>
    generate({ cmd: 'publish', topic, payload, qos: 1, messageId, dup, retain: false });
  const send = (dup: boolean): Buffer =>
    Buffer.concat([
      publish(telemetryTopic(device), '{"values":{"door_open":true}}', 7, dup),
      publish(eventTopic(device), '{"code":"E7","severity":"warning"}', 8, dup),
    ]);
  const first = await signIn(device);
  first.write(send(false));
  await expect.poll(() => valuesOf(device)).toEqual([1]);
  first.destroy();
  const second = await signIn(device);
  const acknowledged = new Promise<Buffer>((resolve) => {
    let got = Buffer.alloc(0);
    second.on('data', (chunk: Buffer) => {
      got = Buffer.concat([got, chunk]);
      if (got.length >= 8) resolve(got);
    });
  });
  second.write(send(true));
  expect((await acknowledged).toString('hex')).toBe('4002000740020008');
  second.destroy();
  expect(await valuesOf(device)).toEqual([1]);
  const { rowCount } = await database.query('SELECT FROM device_event WHERE device_id = $1', [idOf(device)]);
  expect(rowCount).toBe(1);
});
