// A simulated device takes the commands every device is expected to know, over the real service.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Command } from '../../../src/contracts/http/commands.ts';
import type { Device } from '../../../src/contracts/http/devices.ts';
import { DAY_MS } from '../../../src/contracts/time.ts';
import { createCommandDesk } from '../../../src/simulators/command-desk.ts';
import { createDeviceModel, type DeviceModel } from '../../../src/simulators/device-model.ts';
import { planFault } from '../../../src/simulators/fault-plan.ts';
import { KIND_MODELS } from '../../../src/simulators/models/kinds.ts';
import { connectPublisher, type Publisher } from '../../../src/simulators/publisher.ts';
import { createRandom } from '../../../src/simulators/random.ts';
import { takeCommands } from '../../../src/simulators/take-commands.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { foundOrganisation, registerPump } from '../../support/organisation.ts';

const PATIENCE = { timeout: 20_000, interval: 50 };
const START_MS = Date.UTC(2026, 5, 1);
let house: TestApp;
let publisher: Publisher | undefined;
let model: DeviceModel;
let intervalMs = 60_000;

const DRIVE = 'drive-wear';

beforeAll(async () => {
  house = await startTestApp({ roles: ['api', 'broker', 'ingest'] });
  await foundOrganisation(house.api);
  const spec = KIND_MODELS['infusion-pump'].faults.find(({ failureMode }) => failureMode === DRIVE);
  if (!spec) throw new Error(`no ${DRIVE}`);
  model = createDeviceModel({
    kind: 'infusion-pump',
    deviceId: 'P-1',
    seed: 'commands',
    startMs: START_MS,
    plan: [planFault(spec, 1, createRandom('commands', 'plan'), { kind: 'wear', onsetMs: START_MS + 10 * DAY_MS })],
    hospital: { tier: 'tertiary', utcOffsetHours: 8 },
  });
  publisher = await connectPublisher({
    url: house.brokerUrl,
    deviceId: 'P-1',
    token: await registerPump(house.api, 'P-1'),
    reconnectMs: 20,
  });
  const setInterval = (ms: number): void => void (intervalMs = ms);
  takeCommands({ kind: 'infusion-pump', model, publisher, setInterval, now: () => START_MS });
});
afterAll(async () => {
  await publisher?.close();
  await house?.close();
});

async function done(name: string, args: object = {}): Promise<Command> {
  const path = '/devices/P-1/commands';
  const { request } = await house.api.post<Command>(path, { name, args, reason: 'a drill', confirm: true });
  const read = (): Promise<Command> => house.api.get<Command>(`${path}/${request}`);
  await expect.poll(async () => (await read()).settledAt, PATIENCE).not.toBeNull();
  return read();
}

test('a self-test passes on a healthy unit and names the component that is worn', async () => {
  model.sample(START_MS + DAY_MS);
  const healthy = await done('self-test');
  expect(healthy).toMatchObject({ state: 'succeeded', reply: { result: { passed: true } } });
  model.sample(START_MS + 300 * DAY_MS);
  const { reply: found } = await done('self-test');
  const drive = expect.objectContaining({ component: 'drive', ok: false });
  expect(found?.result).toMatchObject({ passed: false, checks: expect.arrayContaining([drive]) });
  expect(JSON.stringify(found?.result).match(/"ok":false/g)).toHaveLength(1);
});

test('another interval takes hold, the log tells of it', async () => {
  expect(await done('set-interval', { intervalS: 5 })).toMatchObject({ state: 'succeeded' });
  expect(intervalMs).toBe(5_000);
  const { reply } = await done('upload-log', { lines: 2 });
  expect(reply?.result).toMatchObject({ log: expect.stringContaining('command upload-log') });
});

test('a restart takes the unit off the line, and its answer comes when it is back', async () => {
  const presence = async (): Promise<string> => (await house.api.get<Device>('/devices/P-1')).presence;
  await expect.poll(presence, PATIENCE).toBe('online');
  const restarted = done('restart');
  await expect.poll(presence, PATIENCE).toBe('offline');
  expect(await restarted).toMatchObject({ state: 'succeeded', attempts: 1 });
  await expect.poll(presence, PATIENCE).toBe('online');
});

test('a command that comes twice is done once; a unit in use refuses a restart', async () => {
  let restarts = 0;
  let checks = 0;
  const desk = (mode: string) =>
    createCommandDesk({
      device: {
        check: () => {
          checks += 1;
          return [];
        },
        mode: () => mode,
        setInterval: () => {},
        goAway: () => void (restarts += 1),
      },
      now: () => START_MS,
      selfTestMs: 1,
      restartMs: 1,
    });
  const idle = desk('idle');
  const answers = [1, 2, 3].map(() => idle.answer('r1', { name: 'self-test', args: {} }));
  expect(new Set(await Promise.all(answers)).size).toBe(1);
  expect(checks).toBe(1);
  expect(await desk('treat').answer('r2', { name: 'restart', args: {} })).toMatchObject({ status: 'failed' });
  expect(restarts).toBe(0);
});
