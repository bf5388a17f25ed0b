// A device put into service beside its peers: on its first days it is judged by them, says so, and what is silent or unlike them
// is seen on its screen; the readings come over MQTT and the service is started anew in between.
import mqtt from 'mqtt';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Alert } from '../../src/contracts/http/alerts.ts';
import type { Credential, Health } from '../../src/contracts/http/devices.ts';
import type { System } from '../../src/contracts/http/system.ts';
import type { Page } from '../../src/contracts/http/page.ts';
import type { Metric, Product } from '../../src/contracts/product.ts';
import { HOUR_MS } from '../../src/contracts/time.ts';
import { telemetryTopic } from '../../src/contracts/topics.ts';
import { createRandom } from '../../src/simulators/random.ts';
import {
  ADMINISTRATOR,
  prepareServiceDatabase,
  type ServiceDatabase,
  startTestApp,
  type TestApp,
} from '../support/app.ts';
import { foundOrganisation } from '../support/organisation.ts';
import { launchBrowser, openViewer, tokensOf } from './browser.ts';
import { dashboardFolder } from './dashboard-build.ts';
import { inspectAll, LOOKS } from './inspection.ts';
import { settled } from './screens.ts';

const LIMIT_MS = 300_000;
const WAIT = { timeout: 120_000, interval: 250 };
const PEERS = Array.from({ length: 6 }, (_, index) => `WARMER-${index}`);
const NEW = 'WARMER-NEW';
const PEER_HOURS = 9 * 24;
const NEW_HOURS = 40;
/** Since then one gauge of the new device says nothing. */
const SILENT_HOURS = 12;

const gauge = (code: string, en: string, zh: string, unit: string): Metric => ({
  code,
  name: { en, zh },
  unit,
  kind: 'gauge',
  expectedIntervalS: 3600,
});
const mode = {
  remedy: { en: 'Replace it', zh: '更换' },
  part: null,
  labourHours: 2,
  people: 1,
  remote: false,
  horizonHours: 240,
  unplannedFactor: 2,
  unplannedDowntimeHours: 8,
};
const WARMER: Product = {
  code: 'WARMER',
  name: { en: 'Infant warmer', zh: '婴儿辐射保暖台' },
  line: 'neonatal',
  lineName: { en: 'Neonatal', zh: '新生儿' },
  kind: 'infusion-pump',
  metrics: [
    gauge('heater_power', 'Heater power', '加热功率', 'W'),
    gauge('skin_temp', 'Skin temperature', '皮温', 'Cel'),
    gauge('fan_pressure', 'Fan pressure', '风机压力', 'kPa'),
  ],
  components: [
    {
      code: 'heater',
      name: { en: 'Heater', zh: '加热器' },
      criticality: 0.8,
      failureModes: [
        {
          ...mode,
          code: 'element-worn',
          name: { en: 'Element worn', zh: '发热体老化' },
          signs: [
            { metric: 'heater_power', direction: 'up' },
            { metric: 'skin_temp', direction: 'down' },
          ],
        },
      ],
    },
    {
      code: 'fan',
      name: { en: 'Fan', zh: '风机' },
      criticality: 0.6,
      failureModes: [
        {
          ...mode,
          code: 'fan-worn',
          name: { en: 'Fan worn', zh: '风机磨损' },
          signs: [{ metric: 'fan_pressure', direction: 'down' }],
        },
      ],
    },
  ],
};

let database: ServiceDatabase;
let app: TestApp;
let browser: Browser;
const tokens = new Map<string, string>();

const start = async (): Promise<void> => {
  app = await startTestApp({ database, dashboardDir: await dashboardFolder() });
};

async function say(
  device: string,
  hours: number,
  valuesAt: (hoursAgo: number) => Record<string, number>,
): Promise<void> {
  const client = await mqtt.connectAsync(app.brokerUrl, {
    clientId: device,
    username: device,
    password: tokens.get(device) ?? '',
    reconnectPeriod: 0,
  });
  const nowMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  const backlog = Array.from({ length: hours }, (_, hour) => {
    const hoursAgo = hours - 1 - hour;
    return { ts: nowMs - hoursAgo * HOUR_MS, values: valuesAt(hoursAgo) };
  });
  for (let from = 0; from < backlog.length; from += 48)
    await client.publishAsync(telemetryTopic(device), JSON.stringify(backlog.slice(from, from + 48)), { qos: 1 });
  await client.endAsync();
}

/** Readings the predictor has dealt with. */
async function judged(): Promise<number> {
  const text = await (await fetch(`${app.httpUrl}/metrics`)).text();
  return Number(/^stethos_predictor_readings_total (\d+)$/m.exec(text)?.[1] ?? 0);
}

const learned = async (): Promise<string> =>
  (await app.api.get<System>('/system')).maintenance.find(({ job }) => job === 'learn-peers')?.detail ?? '';

const usual = (device: string): (() => Record<string, number>) => {
  const random = createRandom('new-device', device);
  const own = random.normal();
  return () => ({
    heater_power: 300 + 4 * own + 3 * random.normal(),
    skin_temp: 36.5 + 0.05 * own + 0.1 * random.normal(),
    fan_pressure: 8 + 0.1 * own + 0.1 * random.normal(),
  });
};

beforeAll(async () => {
  database = await prepareServiceDatabase();
  await start();
  browser = await launchBrowser();
  await foundOrganisation(app.api);
  await app.api.post('/products', WARMER);
  for (const id of [...PEERS, NEW]) {
    await app.api.post('/devices', {
      id,
      product: WARMER.code,
      customer: 'C-1',
      station: 'ST-SHA',
      lifecycle: 'in-service',
      installedOn: '2025-03-01',
    });
    tokens.set(id, (await app.api.post<Credential>(`/devices/${id}/credentials`)).token);
  }
  for (const peer of PEERS) await say(peer, PEER_HOURS, usual(peer));
  const toJudge = PEERS.length * PEER_HOURS * WARMER.metrics.length;
  await vi.waitFor(async () => expect(await judged()).toBe(toJudge), WAIT);
  // States are stored when the service ends, and the normals of peers are read when it begins.
  await app.close();
  await start();
  await app.api.post('/system/maintenance/learn-peers/run');
  await vi.waitFor(async () => expect(await learned()).toMatch(/^6 normals/), WAIT);
  await app.close();
  await start();
  const values = usual(NEW);
  await say(NEW, NEW_HOURS, (hoursAgo) => {
    const { fan_pressure: _, skin_temp: temp = 0, ...said } = values();
    return { ...said, fan_pressure: 5, ...(hoursAgo < SILENT_HOURS ? {} : { skin_temp: temp }) };
  });
}, LIMIT_MS);
afterAll(async () => {
  await browser?.close();
  await app?.close();
  await database?.remove();
});

const healthOf = (device: string): Promise<Health> => app.api.get<Health>(`/devices/${device}/health`);

test('a new device is judged by its peers: what they never had is said, and nothing is called healthy that is not known', {
  timeout: LIMIT_MS,
}, async () => {
  const alerts = (): Promise<Page<Alert>> => app.api.get<Page<Alert>>(`/alerts?device=${NEW}`);
  await expect.poll(async () => (await alerts()).items.length, { timeout: 60_000 }).toBe(1);
  const [alert] = (await alerts()).items;
  expect(alert).toMatchObject({ cause: 'peers:fan_pressure', failureMode: null, probability: null, workOrderId: null });
  expect(alert?.reason.en).toContain('that of the 6 devices of the same product');
  expect(alert?.reason.zh).toContain('6 台设备');

  const health = await healthOf(NEW);
  const standing = new Map(health.channels.map((one) => [one.metric, one]));
  expect(standing.get('heater_power')).toMatchObject({
    standing: 'learning',
    peers: { devices: 6, ownShare: expect.closeTo(0.5, 0) },
    reason: { en: expect.stringContaining('judged by the 6 devices'), zh: expect.stringContaining('6 台设备') },
  });
  expect(standing.get('skin_temp')).toMatchObject({
    standing: 'stale',
    reason: { zh: expect.stringContaining('没有新数据') },
  });
  const heater = health.components.find(({ component }) => component === 'heater');
  expect(heater).toMatchObject({ health: null, status: 'unknown', doubts: ['heater_power', 'skin_temp'] });
  // Pressure is what its peers never had: that is no failure yet, and not healthy either.
  const fan = health.components.find(({ component }) => component === 'fan');
  expect(fan?.status).not.toBe('healthy');
  expect(health.confidence).toBeLessThan(0.7);

  const peer = await healthOf(PEERS[0] as string);
  expect(peer.channels.every((one) => one.standing === 'normal' && one.peers === null)).toBe(true);
  expect(peer).toMatchObject({ status: 'healthy', confidence: 1, doubts: [] });
});

test('the screen says which gauges are learning, silent, or as usual', { timeout: LIMIT_MS }, async () => {
  expect(await inspectAll(browser, { app, instance: 'new device', looks: LOOKS, only: ['device'] })).toEqual([]);
  const viewer = await openViewer(browser, app.httpUrl, {
    language: 'zh',
    tokens: await tokensOf(app.httpUrl, ADMINISTRATOR),
  });
  const { page, words } = viewer;
  await page.goto(`/devices/${NEW}`);
  await settled(page);
  const gauges = page.locator('.standings');
  await gauges.getByText(words.device.standing.word.stale).waitFor();
  await gauges.getByText('皮温', { exact: true }).waitFor();
  await gauges.getByText('暂按同型号、同固件的 6 台设备判断').first().waitFor();
  await page.goto(`/devices/${PEERS[0]}`);
  await settled(page);
  await page.getByText(words.device.standing.usual('3')).waitFor();
  expect(viewer.complaints).toEqual([]);
  await viewer.close();
});
