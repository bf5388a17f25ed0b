// The real process is told to stop, or killed, in the middle of its work: it ends in order and in time, and whatever was
// acknowledged or answered is there at the next start.
import { io } from 'socket.io-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Alert } from '../../../src/contracts/http/alerts.ts';
import type { Tokens } from '../../../src/contracts/http/auth.ts';
import type { Device } from '../../../src/contracts/http/devices.ts';
import type { Summary } from '../../../src/contracts/http/costs.ts';
import type { WorkOrderDetail } from '../../../src/contracts/http/work-orders.ts';
import { type ApiClient, signIn } from '../../../src/simulators/api-client.ts';
import {
  ADMINISTRATOR,
  prepareServiceDatabase,
  type ServiceDatabase,
  type ServiceProcess,
  spawnService,
  startTestApp,
} from '../../support/app.ts';
import { ENGINEER, foundOrganisation, registerPump } from '../../support/organisation.ts';
import { startTalking, type TalkingPumps } from './talking-pumps.ts';

const STOP_LIMIT_MS = 10_000;
const MEANWHILE = 300;
const tokens = new Map<string, string>();
let database: ServiceDatabase;

beforeAll(async () => {
  database = await prepareServiceDatabase();
  const service = await startTestApp({ database });
  await foundOrganisation(service.api);
  for (const id of ['PUMP-1', 'PUMP-2', 'PUMP-3', 'PUMP-4']) tokens.set(id, await registerPump(service.api, id));
  await service.close();
});
afterAll(() => database.remove());

interface Running {
  service: ServiceProcess;
  httpUrl: string;
  brokerUrl: string;
  api: ApiClient;
}

async function start(): Promise<Running> {
  const service = spawnService(database.env);
  const { httpAddress, mqttPorts } = await service.started;
  const httpUrl = httpAddress ?? '';
  const api = await signIn(httpUrl, ADMINISTRATOR.email, ADMINISTRATOR.password);
  return { service, httpUrl, api, brokerUrl: `mqtt://127.0.0.1:${mqttPorts.tcp}` };
}

const untilTalked = (pumps: TalkingPumps) =>
  expect.poll(() => pumps.acknowledged(), { timeout: 30_000 }).toBeGreaterThan(MEANWHILE);

const storedReadings = async (): Promise<number> => {
  const { rows } = await database.look((db) => db.query<{ n: bigint }>('SELECT count(*) AS n FROM reading'));
  return Number(rows[0]?.n);
};

test('SIGTERM under load ends in order, in time, with code 0', { timeout: 60_000 }, async () => {
  const { service, httpUrl, api, brokerUrl } = await start();
  const { accessToken } = await api.post<Tokens>('/auth/login', ADMINISTRATOR);
  const live = io(`${httpUrl}/live`, { auth: { token: accessToken }, reconnection: false });
  const liveEnded = new Promise((resolve) => live.on('disconnect', resolve));
  await new Promise<void>((resolve) => live.on('connect', () => resolve()));
  const pumps = startTalking(brokerUrl, tokens);
  await untilTalked(pumps);

  const toldMs = performance.now();
  expect(await service.stop('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(performance.now() - toldMs).toBeLessThan(STOP_LIMIT_MS);
  await liveEnded;
  pumps.leave();
  const stored = await storedReadings();
  expect(stored).toBeGreaterThanOrEqual(pumps.acknowledged());
  expect(stored).toBeLessThanOrEqual(pumps.published());
});

/** What a person would look at, as the API answers it. */
async function pictureOf(api: ApiClient): Promise<unknown> {
  const devices = await api.all<Device>('/devices');
  return {
    devices: devices.map(({ id, product, customer, lifecycle, serial }) => [id, product, customer, lifecycle, serial]),
    alerts: await api.all<Alert>('/alerts'),
    job: await api.get<WorkOrderDetail>('/work-orders/1'),
    costs: { ...(await api.get<Summary>('/costs/summary?by=device,element&period=2026-03')), position: 0 },
  };
}

test('kill -9 of the whole group: the next start has everything', { timeout: 90_000 }, async () => {
  const before = await start();
  const at = '2026-03-02T08:00:00Z';
  await before.api.post('/work-orders', { device: 'PUMP-1', kind: 'corrective', failureMode: 'drive-wear', at });
  await before.api.post('/work-orders/1/transitions', { to: 'approved', at });
  const span = { engineer: ENGINEER, from: '2026-03-02T09:00:00Z', to: '2026-03-02T10:30:00Z' };
  await before.api.post('/work-orders/1/labour', { ...span, category: 'repair' });
  const cost = async () => (await before.api.get<WorkOrderDetail>('/work-orders/1')).workOrder.cost;
  await expect.poll(cost, { timeout: 10_000 }).toEqual([{ amount: '480.00', currency: 'CNY' }]);
  const picture = await pictureOf(before.api);
  const pumps = startTalking(before.brokerUrl, tokens);
  await untilTalked(pumps);
  await before.service.killGroup();
  pumps.leave();

  const after = await start();
  expect(await pictureOf(after.api)).toEqual(picture);
  // The device's token is still good, and so is the road behind it.
  const again = startTalking(after.brokerUrl, tokens);
  await untilTalked(again);
  await again.finish();
  expect(await after.service.stop()).toEqual({ code: 0, signal: null });
  expect(await storedReadings()).toBeGreaterThanOrEqual(Math.max(pumps.acknowledged(), again.acknowledged()));
});
