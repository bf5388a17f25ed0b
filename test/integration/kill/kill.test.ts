// kill -9 under load: what was acknowledged is stored, exactly once. The control acknowledges before the commit and must
// lose, or this test could not fail.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Database } from '../../../src/db/database.ts';
import { openDatabase } from '../../../src/db/open.ts';
import { copyEmbeddedTemplate, openTestDatabase, silentLog, type TestDatabase } from '../../support/database.ts';
import { type Fleet, startFleet } from './fleet.ts';

const APP = fileURLToPath(new URL('./app-process.ts', import.meta.url));
const KILLS = 10;
const CONTROL_KILLS = 3;

/** A group of its own, so that a kill takes the embedded database with it. */
async function startApp(target: TestDatabase['target'], port: number, acknowledge: string): Promise<ChildProcess> {
  const args = ['--import', 'tsx', APP, JSON.stringify(target), String(port), acknowledge];
  const app = spawn(process.execPath, args, { detached: true, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [said] = (await Promise.race([once(app, 'message'), once(app, 'exit')])) as [unknown];
  if (said !== 'ready') throw new Error('the app did not start');
  return app;
}

async function killGroup(app: ChildProcess): Promise<void> {
  const ended = once(app, 'exit');
  process.kill(-(app.pid as number), 'SIGKILL');
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

/** Waits for progress, not for time: on a busy machine a kill still comes in the middle of the load. */
async function untilAcknowledged(fleet: Fleet, more: number): Promise<void> {
  const goal = fleet.total() + more;
  while (fleet.total() < goal) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** A migrated database that the app may have for itself; `look` opens it once the app has ended. */
interface Prepared {
  target: TestDatabase['target'];
  look<T>(work: (database: Database) => Promise<T>): Promise<T>;
  remove(): Promise<void>;
}

async function prepare(): Promise<Prepared> {
  if (process.env.TEST_DATABASE_URL !== undefined) {
    const database = await openTestDatabase();
    return { target: database.target, look: (work) => work(database), remove: () => database.close() };
  }
  const dataDir = await copyEmbeddedTemplate();
  return {
    target: { dataDir },
    async look(work) {
      const database = await openDatabase({ dataDir, log: silentLog() });
      try {
        return await work(database);
      } finally {
        await database.close();
      }
    },
    remove: async () => rmSync(dataDir, { recursive: true, force: true }),
  };
}

interface Outcome {
  acknowledged: number;
  /** Acknowledged and not stored. */
  lost: number;
  /** Stored more than once. */
  doubled: number;
}

async function compare(database: Database, fleet: Fleet): Promise<Outcome> {
  const { rows } = await database.query<{ code: string; at: Date }>(
    'SELECT code, measured_at AS at FROM reading r JOIN device d ON d.id = r.device_id',
  );
  const stored = new Map<string, Set<number>>();
  for (const { code, at } of rows) stored.set(code, (stored.get(code) ?? new Set()).add(at.getTime()));
  const distinct = [...stored.values()].reduce((sum, times) => sum + times.size, 0);
  let lost = 0;
  for (const [device, times] of fleet.acknowledged) {
    for (const time of times) if (!stored.get(device)?.has(time)) lost += 1;
  }
  return { acknowledged: fleet.total(), lost, doubled: rows.length - distinct };
}

async function underFire(kills: number, acknowledge: string): Promise<Outcome> {
  const prepared = await prepare();
  const port = await freePort();
  let app = await startApp(prepared.target, port, acknowledge);
  const fleet = startFleet(port);
  for (let kill = 0; kill < kills; kill++) {
    await untilAcknowledged(fleet, 200 + 70 * kill);
    await killGroup(app);
    app = await startApp(prepared.target, port, acknowledge);
  }
  await untilAcknowledged(fleet, 100);
  await fleet.drain();
  fleet.end();
  const ended = once(app, 'exit');
  app.disconnect();
  await ended;
  const outcome = await prepared.look((database) => compare(database, fleet));
  await prepared.remove();
  return outcome;
}

test('ten kills under load lose nothing that was acknowledged and double nothing', { timeout: 180_000 }, async () => {
  const { acknowledged, lost, doubled } = await underFire(KILLS, 'after-commit');
  expect({ lost, doubled }).toEqual({ lost: 0, doubled: 0 });
  expect(acknowledged).toBeGreaterThan(KILLS * 200);
});

test('control: acknowledging before the commit loses readings', { timeout: 120_000 }, async () => {
  expect((await underFire(CONTROL_KILLS, 'before-commit')).lost).toBeGreaterThan(0);
});
