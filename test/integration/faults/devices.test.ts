// What devices and their networks do to the service: all of them come back at once, lines go dead without a word, messages
// come doubled and out of order, clocks are wrong.
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabaseLedger } from '../../../src/broker/persistence/database-ledger.ts';
import { stateTopic, telemetryTopic } from '../../../src/contracts/topics.ts';
import { HOUR_MS } from '../../../src/contracts/time.ts';
import { openTestDatabase, silentLog, type TestDatabase } from '../../support/database.ts';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';
import { PacketClient } from '../broker/packet-client.ts';
import { registerDevices } from '../ingest/devices.ts';
import { startInstance } from '../ingest/instance.ts';
import { untilMore } from '../kill/killable.ts';
import { underFault } from './under-fault.ts';

const STORM = 1_000;
const T0 = Date.UTC(2026, 0, 5);
const anybody = { authenticate: async () => true };

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const countOf = async (sql: string): Promise<number> => {
  const { rows } = await database.query<{ n: number }>(`SELECT count(*)::int4 AS n FROM ${sql}`);
  return rows[0]?.n ?? -1;
};

test('a thousand devices that come back at once, twice: each finds its session and is heard', {
  timeout: 120_000,
}, async () => {
  const lane = database.dedicated('ingest');
  const clock = { now: () => Date.now() };
  const instance = await startInstance({
    database: lane,
    devices: await registerDevices(database, STORM),
    broker: { identity: anybody, ledger: createDatabaseLedger({ database, clock, log: silentLog() }) },
  });
  const names = Array.from({ length: STORM }, (_, i) => `dev-${i + 1}`);

  async function cameBack(device: string, round: number): Promise<{ client: PacketClient; isKnown: boolean }> {
    const client = new PacketClient(instance.port);
    const isKnown = await client.connect(device, {
      username: device,
      password: Buffer.from('t'),
      will: { topic: stateTopic(device), payload: Buffer.from('offline'), qos: 1, retain: true },
    });
    client.publish(stateTopic(device), 'online', { retain: true, messageId: 1 });
    client.publish(telemetryTopic(device), `{"ts":${T0 + round * 1000},"values":{"helium_level":50}}`, {
      messageId: 2,
    });
    await client.next('puback');
    await client.next('puback');
    return { client, isKnown };
  }

  for (const round of [0, 1]) {
    const sessions = await Promise.all(names.map((device) => cameBack(device, round)));
    expect(sessions.filter(({ isKnown }) => isKnown)).toHaveLength(round === 0 ? 0 : STORM);
    for (const { client } of sessions) client.destroy();
  }
  await instance.close();
  await lane.close();
  expect(await countOf('reading')).toBe(2 * STORM);
  expect(await countOf('mqtt_session')).toBe(STORM);
  // The wills of those that were cut came last.
  expect(await countOf("mqtt_retained WHERE payload = 'offline'")).toBe(STORM);
});

test('lines that go dead without a word are given up, and what was not acknowledged is sent again', {
  timeout: 60_000,
}, async () => {
  await database.query('DELETE FROM reading');
  let proxy: TcpProxy | undefined;
  const { lost, doubled } = await underFault({
    database,
    portFor: async (port) => (proxy = await startTcpProxy({ host: '127.0.0.1', port })).port,
    async fault({ fleet }) {
      for (let i = 0; i < 5; i++) {
        // Half open: what the devices send is gone, and nobody tells them.
        if (i % 2 === 0) proxy?.swallowReplies();
        else proxy?.freeze();
        await sleep(150);
        proxy?.cut();
        proxy?.thaw();
        proxy?.mend();
        await untilMore(fleet.total, 50);
      }
    },
  });
  proxy?.close();
  expect({ lost, doubled }).toEqual({ lost: 0, doubled: 0 });
});

test('messages doubled and out of order leave one reading each, of those acknowledged every one', async () => {
  const instance = await startInstance({
    database,
    devices: await registerDevices(database, 1),
    broker: { identity: anybody },
  });
  const order = fc.array(fc.nat(30), { minLength: 1, maxLength: 120 });
  await fc.assert(
    fc.asyncProperty(order, async (instants) => {
      await database.query('DELETE FROM reading');
      const client = new PacketClient(instance.port);
      await client.connect('dev-1', { username: 'dev-1', password: Buffer.from('t') });
      for (const [i, n] of instants.entries()) {
        const payload = `{"ts":${T0 + n * 1000},"values":{"helium_level":${n}}}`;
        client.publish(telemetryTopic('dev-1'), payload, { messageId: i + 1, dup: i % 3 === 0 });
      }
      for (const [i] of instants.entries()) expect((await client.next('puback')).messageId).toBe(i + 1);
      client.destroy();
      const { rows } = await database.query<{ value: number }>('SELECT value FROM reading ORDER BY measured_at');
      expect(rows.map(({ value }) => value)).toEqual([...new Set(instants)].sort((a, b) => a - b));
    }),
    { seed: 7, numRuns: 15 },
  );
  await instance.close();
});

test('wrong clocks, of devices and of the server, lose nothing: a reading is stored or held', {
  timeout: 60_000,
}, async () => {
  await database.query('DELETE FROM reading');
  await database.query('DELETE FROM quarantine');
  let setBackMs = 0;
  const instance = await startInstance({
    database,
    devices: await registerDevices(database, 1),
    broker: { identity: anybody },
    ingest: { clock: { now: () => Date.now() - setBackMs } },
  });
  const client = new PacketClient(instance.port);
  await client.connect('dev-1', { username: 'dev-1', password: Buffer.from('t') });
  const offsets = [0, -HOUR_MS, -20 * 365 * 24 * HOUR_MS, HOUR_MS, 48 * HOUR_MS, 200_000 * 365 * 24 * HOUR_MS];
  let sent = 0;
  for (const back of [0, 3 * HOUR_MS, -3 * HOUR_MS]) {
    setBackMs = back;
    for (const offset of offsets) {
      sent += 1;
      const payload = `{"ts":${Date.now() + offset + sent},"values":{"helium_level":${sent}}}`;
      client.publish(telemetryTopic('dev-1'), payload, { messageId: sent });
      await client.next('puback');
    }
  }
  client.destroy();
  await instance.close();
  expect((await countOf('reading')) + (await countOf('quarantine'))).toBe(sent);
  const { rows } = await database.query<{ value: number }>('SELECT value FROM reading ORDER BY received_at');
  // As they came, whatever the server's clock did.
  expect(rows.map(({ value }) => value)).toEqual(rows.map(({ value }) => value).sort((a, b) => a - b));
});
