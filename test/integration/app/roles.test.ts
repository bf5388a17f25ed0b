// A process does what its roles say and no more. On the embedded database, which belongs to one process, the roles take
// turns; on a server they run side by side and share the work.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import mqtt from 'mqtt';
import type { ReadingCount } from '../../../src/contracts/http/devices.ts';
import type { WorkOrderDetail } from '../../../src/contracts/http/work-orders.ts';
import { telemetryTopic } from '../../../src/contracts/topics.ts';
import { signIn } from '../../../src/simulators/api-client.ts';
import {
  ADMINISTRATOR,
  prepareServiceDatabase,
  type ServiceDatabase,
  type ServiceProcess,
  spawnService,
  startTestApp,
} from '../../support/app.ts';
import { ENGINEER, foundOrganisation, registerPump } from '../../support/organisation.ts';

const onServer = process.env.TEST_DATABASE_URL !== undefined;
let database: ServiceDatabase;
let token: string;

beforeAll(async () => {
  database = await prepareServiceDatabase();
  const service = await startTestApp({ database });
  await foundOrganisation(service.api);
  token = await registerPump(service.api, 'PUMP-1');
  await service.close();
});
afterAll(() => database.remove());

const spawnRoles = (roles: string): ServiceProcess => spawnService(database.env, { args: ['--roles', roles] });

async function publishOne(port: number | undefined, ts: number): Promise<void> {
  const who = { clientId: 'PUMP-1', username: 'PUMP-1', password: token };
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, who);
  await client.publishAsync(telemetryTopic('PUMP-1'), JSON.stringify({ ts, values: { motor_current: 81.5 } }), {
    qos: 1,
  });
  await client.endAsync();
}

describe('one process', { timeout: 60_000 }, () => {
  test('broker and ingest alone take telemetry and answer no HTTP', async () => {
    const service = spawnRoles('broker,ingest');
    const { httpAddress, mqttPorts } = await service.started;
    expect(httpAddress).toBeNull();
    await publishOne(mqttPorts.tcp, Date.UTC(2026, 2, 1));
    expect(await service.stop()).toEqual({ code: 0, signal: null });
    const { rows } = await database.look((db) => db.query('SELECT value FROM reading'));
    expect(rows).toEqual([{ value: 81.5 }]);
  });

  test('api alone answers and opens no broker', async () => {
    const service = spawnRoles('api');
    const { httpAddress, mqttPorts } = await service.started;
    expect(mqttPorts).toEqual({});
    const api = await signIn(httpAddress ?? '', ADMINISTRATOR.email, ADMINISTRATOR.password);
    expect(await api.get('/devices/PUMP-1')).toMatchObject({ id: 'PUMP-1' });
    expect(await service.stop()).toEqual({ code: 0, signal: null });
  });
});

describe.skipIf(!onServer)('several processes on one server', { timeout: 90_000 }, () => {
  test('share the work: what one takes another shows, costs and cuts off', async () => {
    const field = spawnRoles('broker,ingest,predictor');
    const office = spawnRoles('api');
    const books = spawnRoles('service,costing');
    const { mqttPorts } = await field.started;
    const { httpAddress } = await office.started;
    await books.started;
    const api = await signIn(httpAddress ?? '', ADMINISTRATOR.email, ADMINISTRATOR.password);

    await publishOne(mqttPorts.tcp, Date.UTC(2026, 2, 2));
    const counts = await api.get<ReadingCount[]>('/devices/PUMP-1/telemetry/counts?from=2026-03-02T00:00:00Z');
    expect(counts).toMatchObject([{ metric: 'motor_current', readings: 1 }]);

    const at = '2026-03-02T08:00:00Z';
    const { id } = await api.post<{ id: number }>('/work-orders', { device: 'PUMP-1', kind: 'inspection', at });
    await api.post(`/work-orders/${id}/transitions`, { to: 'approved', at });
    const span = { engineer: ENGINEER, from: '2026-03-02T09:00:00Z', to: '2026-03-02T10:30:00Z' };
    await api.post(`/work-orders/${id}/labour`, { ...span, category: 'test' });
    const cost = async () => (await api.get<WorkOrderDetail>(`/work-orders/${id}`)).workOrder.cost;
    await expect.poll(cost, { timeout: 10_000 }).toEqual([{ amount: '480.00', currency: 'CNY' }]);

    // Signed in at one process, revoked at another: the session ends, and the token is not good for a new one.
    const who = { clientId: 'PUMP-1', username: 'PUMP-1', password: token, reconnectPeriod: 0 };
    const device = await mqtt.connectAsync(`mqtt://127.0.0.1:${mqttPorts.tcp}`, who);
    const ended = new Promise<void>((resolve) => device.once('close', () => resolve()));
    await fetch(`${httpAddress}/api/v1/devices/PUMP-1/credentials`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${await tokenOf(httpAddress ?? '')}` },
    });
    await ended;
    await expect(mqtt.connectAsync(`mqtt://127.0.0.1:${mqttPorts.tcp}`, who, false)).rejects.toMatchObject({ code: 4 });
    for (const service of [field, office, books]) expect(await service.stop()).toEqual({ code: 0, signal: null });
  });
});

async function tokenOf(httpUrl: string): Promise<string> {
  const response = await fetch(`${httpUrl}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(ADMINISTRATOR),
  });
  return ((await response.json()) as { accessToken: string }).accessToken;
}
