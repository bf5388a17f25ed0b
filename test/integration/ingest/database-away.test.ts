// The database goes away in the middle: nothing is acknowledged meanwhile, nothing is lost, and it goes on by itself.
import { readdirSync, readFileSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { telemetryTopic } from '../../../src/contracts/topics.ts';
import type { Database } from '../../../src/db/database.ts';
import { openDatabase } from '../../../src/db/open.ts';
import { openTestDatabase, silentLog } from '../../support/database.ts';
import { registerDevices } from './devices.ts';
import { startInstance } from './instance.ts';

const T0 = Date.UTC(2026, 0, 5);
const MESSAGES = 600;
const AWAY_MS = 800;

interface Cuttable {
  database: Database;
  /** Takes the database away for a while. */
  cut: () => Promise<void>;
  close: () => Promise<void>;
}

async function openCuttable(): Promise<Cuttable> {
  return process.env.TEST_DATABASE_URL === undefined ? embeddedToKill() : serverBehindProxy();
}

/** The embedded database's process is killed; it is started again by its keeper. */
async function embeddedToKill(): Promise<Cuttable> {
  const before = childrenOf(process.pid);
  const database = await openTestDatabase();
  const child = childrenOf(process.pid).find((pid) => !before.includes(pid));
  if (child === undefined) throw new Error('the embedded database has no process of its own');
  return {
    database,
    cut: async () => void process.kill(child, 'SIGKILL'),
    close: () => database.close(),
  };
}

function childrenOf(parent: number): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1] === String(parent);
    } catch {
      return false;
    }
  });
}

async function serverBehindProxy(): Promise<Cuttable> {
  const direct = await openTestDatabase();
  const url = new URL(direct.target.url ?? '');
  const { hostname: host, port } = url;
  const sockets = new Set<Socket>();
  let isAway = false;
  const proxy = createServer((near) => {
    if (isAway) return near.destroy();
    const far = createConnection({ host, port: Number(port) });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      from
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(from);
          to.destroy();
        });
    }
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => proxy.once('listening', resolve));
  url.host = `127.0.0.1:${(proxy.address() as { port: number }).port}`;
  const database = await openDatabase({ url: url.href, dataDir: '', log: silentLog() });
  return {
    database,
    async cut() {
      isAway = true;
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => setTimeout(resolve, AWAY_MS));
      isAway = false;
    },
    async close() {
      await database.close();
      proxy.close();
      await direct.close();
    },
  };
}

test('messages wait while the database is away and are all stored when it is back', { timeout: 60_000 }, async () => {
  const { database, cut, close } = await openCuttable();
  const lane = database.dedicated('ingest');
  const instance = await startInstance({ database: lane, devices: await registerDevices(database, 3) });
  const clients = await Promise.all([1, 2, 3].map((n) => instance.connect(`dev-${n}`, { keepalive: 1 })));
  let acknowledged = 0;
  let cutting: Promise<void> | undefined;
  const publishes = clients.map(async (client, i) => {
    const topic = telemetryTopic(`dev-${i + 1}`);
    for (let n = 0; n < MESSAGES; n += 20) {
      const batch = Array.from(
        { length: 20 },
        (_, k) => `{"ts":${T0 + (n + k) * 1000},"values":{"helium_level":${k}}}`,
      );
      await Promise.all(batch.map((payload) => client.publishAsync(topic, payload, { qos: 1 })));
      acknowledged += batch.length;
      if (acknowledged > MESSAGES) cutting ??= cut();
    }
  });
  await Promise.all(publishes);
  await cutting;
  const { rows } = await database.query<{ n: bigint }>('SELECT count(*) AS n FROM reading');
  expect(Number(rows[0]?.n)).toBe(3 * MESSAGES);
  expect(await instance.counter('stethos_ingest_retries_total')).toBeGreaterThan(0);
  expect(clients.every(({ connected }) => connected)).toBe(true);
  await instance.close();
  await lane.close();
  await close();
});
