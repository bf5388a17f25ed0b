// The database server goes away under a running service: nothing is acknowledged meanwhile, people are told, the process
// lives; when it is back everything that waited is stored. The same for a stop that falls into that time.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiError, signIn } from '../../../src/simulators/api-client.ts';
import {
  ADMINISTRATOR,
  prepareServiceDatabase,
  type ServiceDatabase,
  spawnService,
  startTestApp,
} from '../../support/app.ts';
import { foundOrganisation, registerPump } from '../../support/organisation.ts';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';
import { startTalking } from './talking-pumps.ts';

const AWAY_MS = 2_000;

describe.skipIf(process.env.TEST_DATABASE_URL === undefined)('a database server that goes away', () => {
  const tokens = new Map<string, string>();
  let database: ServiceDatabase;
  let proxy: TcpProxy;
  let url: string;

  beforeAll(async () => {
    database = await prepareServiceDatabase();
    const service = await startTestApp({ database });
    await foundOrganisation(service.api);
    for (const id of ['PUMP-1', 'PUMP-2']) tokens.set(id, await registerPump(service.api, id));
    await service.close();
    const direct = new URL(database.target.url ?? '');
    proxy = await startTcpProxy({ host: direct.hostname, port: Number(direct.port) });
    direct.host = `127.0.0.1:${proxy.port}`;
    url = direct.href;
  });
  afterAll(async () => {
    proxy.close();
    await database.remove();
  });

  async function start() {
    const service = spawnService({ DATABASE_URL: url, STETHOS_LOG_LEVEL: 'error' });
    const { httpAddress, mqttPorts } = await service.started;
    const httpUrl = httpAddress ?? '';
    const pumps = startTalking(`mqtt://127.0.0.1:${mqttPorts.tcp}`, tokens);
    await expect.poll(() => pumps.acknowledged(), { timeout: 30_000 }).toBeGreaterThan(100);
    return { service, httpUrl, pumps };
  }

  test('is waited for, and nothing is lost', { timeout: 90_000 }, async () => {
    const { service, httpUrl, pumps } = await start();
    const api = await signIn(httpUrl, ADMINISTRATOR.email, ADMINISTRATOR.password);
    proxy.cut();
    // What was on its way when the line was cut may still be answered.
    await new Promise((resolve) => setTimeout(resolve, AWAY_MS / 4));
    const atCut = pumps.acknowledged();
    await new Promise((resolve) => setTimeout(resolve, AWAY_MS));
    expect(pumps.acknowledged()).toBe(atCut);
    expect((await fetch(`${httpUrl}/healthz`)).status).toBe(200);
    expect((await fetch(`${httpUrl}/readyz`)).status).toBe(503);
    const refused = await api.get('/devices').catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApiError);
    expect(refused).toMatchObject({ status: 503 });

    proxy.mend();
    await expect.poll(() => pumps.acknowledged(), { timeout: 30_000 }).toBeGreaterThan(atCut + 100);
    await pumps.finish();
    expect((await api.all('/devices')).length).toBe(2);
    const { rows } = await database.look((db) => db.query<{ n: bigint }>('SELECT count(*) AS n FROM reading'));
    expect(Number(rows[0]?.n)).toBe(pumps.acknowledged());
    expect(await service.stop()).toEqual({ code: 0, signal: null });
  });

  test('does not hold up a stop', { timeout: 90_000 }, async () => {
    const { service, pumps } = await start();
    proxy.cut();
    const toldMs = performance.now();
    const { code, signal } = await service.stop();
    const tookMs = performance.now() - toldMs;
    pumps.leave();
    proxy.mend();
    expect({ code, signal }).toEqual({ code: 0, signal: null });
    expect(tookMs).toBeLessThan(25_000);
  });
});
