// A database server that is killed, alone or together with the service, and one whose disk is full for a while.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../../src/db/database.ts';
import { migrate } from '../../../src/db/migrate.ts';
import { openDatabase } from '../../../src/db/open.ts';
import { silentLog } from '../../support/database.ts';
import { type OwnServer, ownServerMissing, startOwnServer } from '../../support/own-server.ts';
import { registerDevices } from '../ingest/devices.ts';
import { compare, DEVICES, startFleet } from '../kill/fleet.ts';
import { endKillable, freePort, killGroup, startKillable, untilMore } from '../kill/killable.ts';
import { expectFeltAndHarmless, underFault } from './under-fault.ts';

const missing = process.env.TEST_DATABASE_URL === undefined ? 'TEST_DATABASE_URL' : ownServerMissing();
const DATABASE_KILLS = 3;
const BOTH_KILLS = Number(process.env.TEST_KILLS ?? 2);

describe.skipIf(missing !== null)(`a server of our own${missing ? ` (needs ${missing})` : ''}`, () => {
  let server: OwnServer;
  let database: Database;

  beforeAll(async () => {
    server = await startOwnServer();
    database = await openDatabase({ url: server.url, dataDir: '', log: silentLog() });
    await migrate(database, silentLog());
    await registerDevices(database, DEVICES);
  }, 60_000);
  afterAll(async () => {
    await database?.close();
    await server?.remove();
  });

  const forgetReadings = (): Promise<unknown> => database.query('DELETE FROM reading');

  test('is killed under load and comes back', { timeout: 60_000 }, async () => {
    const judged = await underFault({
      database,
      async fault({ fleet }) {
        for (let kill = 0; kill < DATABASE_KILLS; kill++) {
          await server.kill();
          await sleep(100);
          await server.start();
          await untilMore(fleet.total, 50);
        }
      },
    });
    expectFeltAndHarmless(judged);
  });

  test('has no room on its disk for a while', { timeout: 60_000 }, async () => {
    await forgetReadings();
    const judged = await underFault({
      database,
      async fault({ fleet, instance }) {
        server.fillDisk();
        // Until it is felt: there may be some room left in files that exist.
        while ((await instance.counter('stethos_ingest_retries_total')) < 2) await sleep(50);
        const before = fleet.total();
        await sleep(500);
        expect(fleet.total()).toBe(before);
        server.freeDisk();
        // A server that could not write its log stops itself.
        await database.query('SELECT 1').catch(() => server.kill().then(() => server.start()));
      },
    });
    expectFeltAndHarmless(judged);
  });

  async function killBoth(kills: number, acknowledge: string) {
    await forgetReadings();
    const port = await freePort();
    const target = JSON.stringify({ url: server.url, dataDir: '' });
    let app = await startKillable('./app-process.ts', [target, String(port), acknowledge]);
    const fleet = startFleet(port);
    for (let kill = 0; kill < kills; kill++) {
      await untilMore(fleet.total, 150 + 50 * kill);
      await Promise.all([server.kill(), killGroup(app)]);
      await server.start();
      app = await startKillable('./app-process.ts', [target, String(port), acknowledge]);
    }
    await untilMore(fleet.total, 100);
    await fleet.drain();
    fleet.end();
    await endKillable(app);
    return compare(database, fleet);
  }

  test('is killed together with the service', { timeout: 120_000 }, async () => {
    const { lost, doubled } = await killBoth(BOTH_KILLS, 'after-commit');
    expect({ lost, doubled }).toEqual({ lost: 0, doubled: 0 });
  });

  test('control: acknowledging before the commit loses readings when both are killed', {
    timeout: 120_000,
  }, async () => {
    expect((await killBoth(2, 'before-commit')).lost).toBeGreaterThan(0);
  });
});
