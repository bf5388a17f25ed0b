// A token that is taken back ends the session it opened, at once, and no other.
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Credential, Device } from '../../../src/contracts/http/devices.ts';
import type { Page } from '../../../src/contracts/http/page.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { foundOrganisation, registerPump } from '../../support/organisation.ts';

let service: TestApp;
beforeAll(async () => {
  service = await startTestApp();
  await foundOrganisation(service.api);
});
afterAll(() => service.close());

const connect = (device: string, password: string): Promise<MqttClient> =>
  mqtt.connectAsync(
    service.brokerUrl,
    { clientId: device, username: device, password, reconnectPeriod: 0, connectTimeout: 5_000 },
    false,
  );

test('a token that leaked is replaced at once: its session ends, the new one opens another', async () => {
  const { api } = service;
  const leaked = await registerPump(api, 'PUMP-1');
  const device = await connect('PUMP-1', leaked);
  const bystander = await connect('PUMP-2', await registerPump(api, 'PUMP-2'));
  const ended = new Promise<void>((resolve) => device.once('close', () => resolve()));
  const { token } = await api.post<Credential>('/devices/PUMP-1/credentials', { overlapHours: 0 });
  await ended;
  await expect(connect('PUMP-1', leaked)).rejects.toMatchObject({ code: 4 });
  const presence = async () => {
    const { items } = await api.get<Page<Device>>('/devices?q=PUMP-1');
    return items[0]?.presence;
  };
  await expect.poll(presence, { timeout: 5_000 }).toBe('offline');

  const again = await connect('PUMP-1', token);
  await expect.poll(presence, { timeout: 5_000 }).toBe('online');
  expect(bystander.connected).toBe(true);
  await Promise.all([again.endAsync(), bystander.endAsync()]);
});

test('an ordinary rotation leaves the session open: the old token is good for a day', async () => {
  const device = await connect('PUMP-3', await registerPump(service.api, 'PUMP-3'));
  await service.api.post('/devices/PUMP-3/credentials');
  // What ends a session comes within moments; this one is still good after the other one would have been cut.
  await new Promise((resolve) => setTimeout(resolve, 500));
  await device.publishAsync('stethos/v1/PUMP-3/telemetry', '{"values":{"motor_current":80}}', { qos: 1 });
  await device.endAsync();
});
