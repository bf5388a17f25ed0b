// Remote commands end to end: asked over HTTP, brought over MQTT to a real client, answered, seen in the history.
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { Command } from '../../../src/contracts/http/commands.ts';
import type { Page } from '../../../src/contracts/http/page.ts';
import { commandFilter } from '../../../src/contracts/topics.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { foundOrganisation, registerPump } from '../../support/organisation.ts';
import { answering, type Answerer } from './device.ts';

let house: TestApp;
const devices: Answerer[] = [];
beforeAll(async () => {
  house = await startTestApp({ roles: ['api', 'broker', 'ingest'], env: { STETHOS_COMMANDS_MAX_OPEN: '4' } });
  await foundOrganisation(house.api);
});
afterEach(async () => {
  await Promise.all(devices.splice(0).map((device) => device.leave()));
});
afterAll(() => house?.close());

let count = 0;
async function register(): Promise<{ id: string; token: string }> {
  count += 1;
  const id = `P-${count}`;
  return { id, token: await registerPump(house.api, id) };
}

async function connect(
  identity: { id: string; token: string },
  options: Partial<Parameters<typeof answering>[0]> = {},
): Promise<Answerer> {
  const device = await answering({ url: house.brokerUrl, ...identity, ...options });
  devices.push(device);
  return device;
}

const ask = (device: string, name = 'self-test', body: Record<string, unknown> = {}): Promise<Command> =>
  house.api.post<Command>(`/devices/${device}/commands`, { name, reason: 'a reason', ...body });
const read = (device: string, request: string): Promise<Command> =>
  house.api.get<Command>(`/devices/${device}/commands/${request}`);
const untilState = (device: string, request: string, state: Command['state']): Promise<void> =>
  vi.waitFor(async () => expect((await read(device, request)).state).toBe(state), { timeout: 15_000, interval: 30 });

test('a command is sent, delivered, answered; its history says who, why and when', async () => {
  const pump = await register();
  const device = await connect(pump, { reply: () => ({ status: 'done', result: { passed: true } }) });
  const asked = await ask(pump.id);
  expect(asked).toMatchObject({ state: 'queued', requestedBy: 'admin@stethos.local', reason: 'a reason', attempts: 0 });
  await untilState(pump.id, asked.request, 'succeeded');
  expect(device.got).toEqual([{ request: asked.request, body: { name: 'self-test', args: {} }, qos: 1, dup: false }]);
  const done = await read(pump.id, asked.request);
  expect(done).toMatchObject({ attempts: 1, reply: { status: 'done', result: { passed: true }, isLate: false } });
  for (const at of [done.sentAt, done.deliveredAt, done.settledAt]) expect(at).not.toBeNull();
  const { items } = await house.api.get<Page<Command>>(`/devices/${pump.id}/commands?state=succeeded`);
  expect(items.map(({ request }) => request)).toEqual([asked.request]);
});

test('a device that is away gets its commands in order when it is back and listens', async () => {
  const pump = await register();
  const asked: string[] = [];
  for (const lines of [1, 2, 3]) asked.push((await ask(pump.id, 'upload-log', { args: { lines } })).request);
  expect((await read(pump.id, asked[0] ?? '')).state).toBe('queued');
  const device = await connect(pump, { reply: () => ({ status: 'done' }) });
  for (const request of asked) await untilState(pump.id, request, 'succeeded');
  expect(device.got.map(({ request }) => request)).toEqual(asked);
});

test('a persistent session gets what came meanwhile without subscribing again', async () => {
  const pump = await register();
  const first = await connect(pump, { clean: false });
  await first.leave();
  await vi.waitFor(async () =>
    expect(await house.api.get(`/devices/${pump.id}`)).toMatchObject({ presence: 'offline' }),
  );
  const { request } = await ask(pump.id);
  await connect(pump, { clean: false, isSubscribing: false, reply: () => ({ status: 'done' }) });
  await untilState(pump.id, request, 'succeeded');
});

test('what was not acknowledged is sent again under its request id, marked as a repetition', async () => {
  const pump = await register();
  const deaf = await connect(pump, { acknowledge: false });
  const { request } = await ask(pump.id);
  await vi.waitFor(() => expect(deaf.got).toHaveLength(1));
  expect((await read(pump.id, request)).state).toBe('sent');
  await deaf.leave(true);
  const device = await connect(pump, { reply: () => ({ status: 'done' }) });
  await untilState(pump.id, request, 'succeeded');
  expect(device.got).toMatchObject([{ request, dup: true }]);
  expect((await read(pump.id, request)).attempts).toBe(2);
});

test('a failure is told with what the device says; a repeated reply changes nothing', async () => {
  const pump = await register();
  const device = await connect(pump, { reply: () => ({ status: 'failed', result: { cause: 'door open' } }) });
  const { request } = await ask(pump.id);
  await untilState(pump.id, request, 'failed');
  await device.send(request, { status: 'done', result: 'second thoughts' });
  expect(await read(pump.id, request)).toMatchObject({
    state: 'failed',
    reply: { status: 'failed', result: { cause: 'door open' } },
  });
});

test('what answers nothing that was sent to this device is held in quarantine', async () => {
  const [mine, other] = [await register(), await register()];
  await connect(other);
  const { request } = await ask(other.id);
  await untilState(other.id, request, 'delivered');
  const device = await connect(mine);
  await device.send(request, { status: 'done' });
  await device.send('nobody-asked', { status: 'done' });
  await device.send('bad', { status: 'perhaps' });
  const { items } = await house.api.get<Page<{ reason: string; topic: string }>>(`/quarantine?device=${mine.id}`);
  expect(items.map(({ reason }) => reason).sort()).toEqual(['unknown-command', 'unknown-command', 'wrong-type']);
  expect((await read(other.id, request)).state).toBe('delivered');
});

test('a result that is too long is cut and said to be', async () => {
  const pump = await register();
  await connect(pump, { reply: () => ({ status: 'done', result: { log: 'x'.repeat(100_000) } }) });
  const { request } = await ask(pump.id, 'upload-log');
  await untilState(pump.id, request, 'succeeded');
  const { reply } = await read(pump.id, request);
  expect(reply?.result).toMatchObject({ truncated: true, bytes: 100_010 });
});

test('a queued command can be cancelled, a sent one not; a command that is not delivered in time expires', async () => {
  const pump = await register();
  const first = await ask(pump.id);
  const path = `/devices/${pump.id}/commands/${first.request}/cancel`;
  expect(await house.api.post(path, { reason: 'wrong device' })).toMatchObject({
    state: 'cancelled',
    cancelledBy: 'admin@stethos.local',
    cancelReason: 'wrong device',
  });
  await expect(house.api.post(path, {})).rejects.toThrow('only a command that is queued can be cancelled');
  const second = await ask(pump.id, 'self-test', { expiresInS: 1 });
  await untilState(pump.id, second.request, 'expired');
  const device = await connect(pump);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(device.got).toEqual([]);
});

test('the queue of a device is bounded, refusals say what to do', async () => {
  const pump = await register();
  for (let i = 0; i < 4; i++) await ask(pump.id);
  await expect(ask(pump.id)).rejects.toThrow('has 4 open commands');
  await expect(ask(pump.id, 'explode')).rejects.toThrow('it takes self-test, upload-log, set-interval, restart');
  await expect(ask(pump.id, 'set-interval', { args: { intervalS: 0 } })).rejects.toThrow(
    'args.intervalS: send an integer from 1 to 3600 s',
  );
  await expect(ask(pump.id, 'self-test', { reason: ' ' })).rejects.toThrow('reason');
});

test('a device that is in use is asked only when whoever asks has confirmed it', async () => {
  const pump = await register();
  const device = await connect(pump, { reply: () => ({ status: 'done' }) });
  await device.publish('telemetry', { values: { mode: 'treat' } });
  await expect(ask(pump.id, 'restart')).rejects.toThrow('says that it is in mode "treat"');
  const { request } = await ask(pump.id, 'restart', { confirm: true });
  await untilState(pump.id, request, 'succeeded');
});

test('nobody listens to the commands of another device', async () => {
  const [mine, other] = [await register(), await register()];
  const spy: MqttClient = mqtt.connect(house.brokerUrl, {
    clientId: mine.id,
    username: mine.id,
    password: mine.token,
    reconnectPeriod: 0,
  });
  await expect(spy.subscribeAsync(commandFilter(other.id), { qos: 1 })).rejects.toThrow();
  await spy.endAsync(true);
});
