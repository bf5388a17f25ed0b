// The real process is told to stop while its database does not answer: it ends by itself and with code 0, and
// nothing that was acknowledged is missing afterwards.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { prepareServiceDatabase, type ServiceDatabase, spawnService, startTestApp } from '../../support/app.ts';
import { embeddedChildOf } from '../../support/freezable-database.ts';
import { foundOrganisation, registerPump } from '../../support/organisation.ts';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';
import { startTalking } from './talking-pumps.ts';

const tokens = new Map<string, string>();
let database: ServiceDatabase;
let proxy: TcpProxy | null = null;

beforeAll(async () => {
  database = await prepareServiceDatabase();
  const service = await startTestApp({ database });
  await foundOrganisation(service.api);
  for (const id of ['PUMP-1', 'PUMP-2']) tokens.set(id, await registerPump(service.api, id));
  await service.close();
});
afterAll(async () => {
  proxy?.close();
  await database.remove();
});

/** The service's environment, with a proxy before a server, and how its database is frozen. */
async function freezable(): Promise<{ env: ServiceDatabase['env']; freeze: (pid: number) => void }> {
  const { url } = database.target;
  if (url === undefined) {
    const { dataDir } = database.target;
    return { env: database.env, freeze: (pid) => void process.kill(embeddedChildOf(pid, dataDir), 'SIGSTOP') };
  }
  const { hostname, port } = new URL(url);
  const opened = await startTcpProxy({ host: hostname, port: Number(port || 5432) });
  proxy = opened;
  const through = new URL(url);
  through.host = `127.0.0.1:${opened.port}`;
  return { env: { DATABASE_URL: through.href }, freeze: () => opened.freeze() };
}

test('SIGTERM while the database is frozen', { timeout: 90_000 }, async () => {
  const { env, freeze } = await freezable();
  const service = spawnService(env);
  const { mqttPorts } = await service.started;
  const pumps = startTalking(`mqtt://127.0.0.1:${mqttPorts.tcp}`, tokens);
  await expect.poll(() => pumps.acknowledged(), { timeout: 30_000 }).toBeGreaterThan(50);
  freeze(service.pid);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const acknowledged = pumps.acknowledged();
  // After 20 s it would have been ended as it is, with code 1.
  expect(await service.stop('SIGTERM')).toEqual({ code: 0, signal: null });
  pumps.leave();
  proxy?.thaw();
  const { rows } = await database.look((db) => db.query<{ n: bigint }>('SELECT count(*) AS n FROM reading'));
  expect(Number(rows[0]?.n)).toBeGreaterThanOrEqual(acknowledged);
});
