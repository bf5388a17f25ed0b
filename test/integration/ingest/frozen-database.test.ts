// The database is there but does not answer: nothing is acknowledged meanwhile, the devices stay connected, and when it
// answers again - or, embedded, is started again - everything is stored once.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { telemetryTopic } from '../../../src/contracts/topics.ts';
import { openFreezableDatabase } from '../../support/freezable-database.ts';
import { registerDevices } from './devices.ts';
import { startInstance } from './instance.ts';

const T0 = Date.UTC(2026, 0, 5);
const LANE_LIMIT_MS = 400;
const FROZEN_MS = 4_000;
/** Fewer than a device may have in flight: beyond that its pings wait behind its own publishes. */
const MESSAGES = 90;

test('what was published before, during and after a freeze is stored once, and no device is cut', async () => {
  const frozen = await openFreezableDatabase({ laneLimitMs: LANE_LIMIT_MS });
  const { database } = frozen;
  const lane = database.dedicated('ingest');
  const instance = await startInstance({ database: lane, devices: await registerDevices(database, 3) });
  const clients = await Promise.all([1, 2, 3].map((n) => instance.connect(`dev-${n}`, { keepalive: 1 })));
  let acknowledged = 0;
  let sent = 0;
  const publish = (n: number): Promise<void>[] =>
    clients.map(async (client, i) => {
      sent += 1;
      const payload = `{"ts":${T0 + n * 1000},"values":{"helium_level":${n}}}`;
      await client.publishAsync(telemetryTopic(`dev-${i + 1}`), payload, { qos: 1 });
      acknowledged += 1;
    });
  const publishes: Promise<void>[] = [];
  for (let n = 0; n < 20; n++) publishes.push(...publish(n));
  await Promise.all(publishes);

  frozen.freeze();
  for (let n = 20; n < MESSAGES; n++) publishes.push(...publish(n));
  await sleep(FROZEN_MS / 2);
  if (process.env.TEST_DATABASE_URL !== undefined) {
    expect(acknowledged).toBe(3 * 20);
    await sleep(FROZEN_MS / 2);
    expect(acknowledged).toBe(3 * 20);
    frozen.thaw();
  }
  await Promise.all(publishes);
  const { rows } = await database.query<{ n: bigint }>('SELECT count(*) AS n FROM reading');
  expect(Number(rows[0]?.n)).toBe(sent);
  expect(clients.every(({ connected }) => connected)).toBe(true);
  expect(await instance.counter('stethos_ingest_retries_total')).toBeGreaterThan(0);
  await instance.close();
  await lane.close();
  await frozen.close();
});

test('a stop while the database is frozen refuses what waits and does not wait for it', async () => {
  const frozen = await openFreezableDatabase({ laneLimitMs: 60_000 });
  const { database } = frozen;
  const lane = database.dedicated('ingest');
  const instance = await startInstance({ database: lane, devices: await registerDevices(database, 1) });
  frozen.freeze();
  const accepted = instance.ingest.accept({
    device: 'dev-1',
    kind: 'telemetry',
    topic: telemetryTopic('dev-1'),
    payload: Buffer.from(`{"ts":${T0},"values":{"helium_level":1}}`),
    arrivedAtMs: Date.now(),
  });
  const refused = expect(accepted).rejects.toThrow('has to be sent again');
  await instance.close();
  await refused;
  const waiting = expect(database.query('SELECT 1')).rejects.toThrow();
  database.cut();
  await waiting;
  await lane.close();
  await frozen.close();
});
