// The API in one process, the broker in another: they share the database alone.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Command } from '../../../src/contracts/http/commands.ts';
import { type ApiClient, signIn } from '../../../src/simulators/api-client.ts';
import {
  ADMINISTRATOR,
  prepareServiceDatabase,
  type ServiceDatabase,
  type ServiceProcess,
  spawnService,
} from '../../support/app.ts';
import { foundOrganisation, registerPump } from '../../support/organisation.ts';
import { type Answerer, answering } from './device.ts';

// An embedded database belongs to one process.
const hasServer = process.env.TEST_DATABASE_URL !== undefined;
let database: ServiceDatabase | undefined;
const services: ServiceProcess[] = [];
let device: Answerer | undefined;
let api: ApiClient;
let brokerUrl = '';

beforeAll(async () => {
  if (!hasServer) return;
  database = await prepareServiceDatabase();
  for (const roles of ['api', 'broker,ingest']) {
    const service = spawnService(database.env, { args: ['--roles', roles] });
    services.push(service);
    const { httpAddress, mqttPorts } = await service.started;
    if (httpAddress !== null) api = await signIn(httpAddress, ADMINISTRATOR.email, ADMINISTRATOR.password);
    if (mqttPorts.tcp !== undefined) brokerUrl = `mqtt://127.0.0.1:${mqttPorts.tcp}`;
  }
});
afterAll(async () => {
  await device?.leave(true);
  await Promise.all(services.map((service) => service.killGroup()));
  await database?.remove();
});

test.skipIf(!hasServer)(
  'a command asked for in one is sent by the other, and overdue ones are ended once',
  async () => {
    await foundOrganisation(api);
    const token = await registerPump(api, 'P-1');
    device = await answering({ url: brokerUrl, id: 'P-1', token, reply: () => ({ status: 'done' }) });
    const ask = async (id: string, body = {}): Promise<string> =>
      (await api.post<Command>(`/devices/${id}/commands`, { name: 'self-test', reason: 'a drill', ...body })).request;
    const stateOf = async (id: string, request: string) =>
      (await api.get<Command>(`/devices/${id}/commands/${request}`)).state;
    const request = await ask('P-1');
    await expect.poll(() => stateOf('P-1', request), { timeout: 15_000 }).toBe('succeeded');

    await registerPump(api, 'P-2');
    const lost = await Promise.all(Array.from({ length: 10 }, () => ask('P-2', { expiresInS: 1 })));
    for (const one of lost) await expect.poll(() => stateOf('P-2', one), { timeout: 15_000 }).toBe('expired');
    const ends = await database?.look(async (db) =>
      db.query<{ request: string }>(
        `SELECT payload->>'request' AS request FROM event
       WHERE type = 'command.transitioned' AND payload->>'to' = 'expired'`,
      ),
    );
    expect(ends?.rows.map((row) => row.request).sort()).toEqual([...lost].sort());
  },
);
