// A gateway that speaks for pumps behind it, in the whole service: registered over the API, heard over Sparkplug, asked
// for its birth over the broker, shown over the API again.
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Device, Series } from '../../../src/contracts/http/devices.ts';
import type { Page } from '../../../src/contracts/http/page.ts';
import type { FleetUnknownMetric, UnknownMetric } from '../../../src/contracts/http/unknown-metrics.ts';
import { nodeCommandTopic } from '../../../src/contracts/sparkplug-topics.ts';
import { createEdgeNode, type EdgeMessage } from '../../../src/simulators/edge-node.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { foundOrganisation, registerPump } from '../../support/organisation.ts';

const PLACE = { group: 'ward', node: 'GW-1' };
let service: TestApp;
let client: MqttClient;
const node = createEdgeNode(PLACE);
let rebirths = 0;

beforeAll(async () => {
  service = await startTestApp();
  const { api, brokerUrl } = service;
  await foundOrganisation(api);
  const password = await registerPump(api, 'GW-1');
  await registerPump(api, 'PUMP-1');
  expect(await api.patch<Device>('/devices/PUMP-1', { gateway: 'GW-1' })).toMatchObject({
    id: 'PUMP-1',
    gateway: 'GW-1',
  });
  const will = { ...node.connect(), qos: 1 as const, retain: false };
  client = await mqtt.connectAsync(brokerUrl, { clientId: 'GW-1', username: 'GW-1', password, will });
  client.on('message', () => rebirths++);
  await client.subscribeAsync(nodeCommandTopic(PLACE));
});
afterAll(async () => {
  await client?.endAsync(true);
  await service.close();
});

const send = ({ topic, payload }: EdgeMessage): Promise<unknown> => client.publishAsync(topic, payload, { qos: 1 });
const pump = (): Promise<Device> => service.api.get<Device>('/devices/PUMP-1');

test('a pump behind a gateway is heard, present and charted under its own name', async () => {
  const nowMs = Date.now();
  const metrics = [
    { name: 'motor_current', value: 0.08, unit: 'A' },
    { name: 'battery_note', value: 'new' },
  ];
  await send(node.nodeBirth(nowMs - 4000));
  await send(node.deviceBirth('PUMP-1', nowMs - 4000, metrics));
  await send(node.data('PUMP-1', nowMs - 3000, { motor_current: 0.09 }));
  await expect.poll(async () => (await pump()).presence).toBe('online');
  node.data('PUMP-1', nowMs - 2000, { motor_current: 0.1 });
  await send(node.data('PUMP-1', nowMs - 1000, { motor_current: 0.11 }));
  await expect.poll(() => rebirths).toBe(1);
  await send(node.nodeBirth(nowMs));
  await send(node.deviceBirth('PUMP-1', nowMs, metrics));
  const values = async () =>
    (await service.api.get<Series>('/devices/PUMP-1/telemetry?metric=motor_current')).mean.map((mA) => Math.round(mA));
  await expect.poll(values).toEqual([80, 90, 110, 80]);
  const { items } = await service.api.get<{ items: UnknownMetric[] }>('/devices/PUMP-1/unknown-metrics');
  expect(items).toMatchObject([{ metric: 'battery_note', problem: 'unknown', label: 'new' }]);
  const fleet = await service.api.get<Page<FleetUnknownMetric>>('/unknown-metrics');
  expect(fleet.items).toMatchObject([{ metric: 'battery_note', devices: 1, exampleDevice: 'PUMP-1' }]);
  await client.endAsync();
  await expect.poll(async () => (await pump()).presence).toBe('offline');
});
