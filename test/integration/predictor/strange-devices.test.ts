// What can be wrong with a device or with what a model is made of, through the doors people and devices use: MQTT and the API. Each is
// named, refused or flagged, and none becomes a number.
import mqtt from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Alert } from '../../../src/contracts/http/alerts.ts';
import type { ComponentSwap } from '../../../src/contracts/http/component-swaps.ts';
import type { Credential, Device, Health } from '../../../src/contracts/http/devices.ts';
import type { Model, ModelFile, ModelRun } from '../../../src/contracts/http/models.ts';
import type { Page } from '../../../src/contracts/http/page.ts';
import type { QualityEvent } from '../../../src/contracts/http/quality.ts';
import { DAY_MS, HOUR_MS } from '../../../src/contracts/time.ts';
import { metaTopic, telemetryTopic } from '../../../src/contracts/topics.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { foundOrganisation, PART } from '../../support/organisation.ts';
import { COOLER, signals, START } from '../../support/predictor-signals.ts';

const LIMIT_MS = 240_000;
const DAYS = 20;
const WAIT = { timeout: 30_000 };
/** The signals end with the hour that is on: what is silent is unknown. */
const SHIFT_MS = Math.floor(Date.now() / HOUR_MS + 1) * HOUR_MS - DAYS * DAY_MS - START;

const PRODUCT = {
  ...COOLER,
  metrics: COOLER.metrics.map((metric) => ({
    ...metric,
    expectedIntervalS: 3600,
    ...(metric.code === 'flow' ? { stuckAfterS: 6 * 3600 } : {}),
  })),
  components: COOLER.components.map((component) => ({
    ...component,
    failureModes: component.failureModes.map((mode) => ({ ...mode, part: PART })),
  })),
};

let app: TestApp;
const clients: mqtt.MqttClient[] = [];
beforeAll(async () => {
  app = await startTestApp();
  await foundOrganisation(app.api);
  await app.api.post('/products', PRODUCT);
  await app.api.post('/products', { ...PRODUCT, code: 'cooler-2', components: PRODUCT.components.slice(1) });
}, LIMIT_MS);
afterAll(async () => {
  for (const client of clients) client.end(true);
  await app?.close();
});

async function addCooler(id: string): Promise<mqtt.MqttClient> {
  await app.api.post('/devices', {
    id,
    product: PRODUCT.code,
    customer: 'C-1',
    station: 'ST-SHA',
    lifecycle: 'in-service',
    installedOn: '2026-01-01',
  });
  const { token } = await app.api.post<Credential>(`/devices/${id}/credentials`);
  const client = await mqtt.connectAsync(app.brokerUrl, { clientId: id, username: id, password: token });
  clients.push(client);
  return client;
}

type Say = (metric: string, value: number, day: number) => number;

/** Its weeks, a day a message. */
async function live(client: mqtt.MqttClient, id: string, say: Say = (_, value) => value): Promise<void> {
  for (const { readings } of signals({ days: DAYS, commit: 24 })) {
    const instants = new Map<number, Record<string, number | string>>();
    for (const { metric, measuredAtMs, value, label } of readings) {
      const values = instants.get(measuredAtMs) ?? {};
      instants.set(measuredAtMs, values);
      values[metric] = label ?? say(metric, value, (measuredAtMs - START) / DAY_MS);
    }
    const message = [...instants].map(([atMs, values]) => ({ ts: atMs + SHIFT_MS, values }));
    await client.publishAsync(telemetryTopic(id), JSON.stringify(message), { qos: 1 });
  }
}

const causesOf = async (device: string): Promise<string[]> =>
  (await app.api.get<Page<Alert>>(`/alerts?device=${device}`)).items.map(({ cause }) => cause);
const healthOf = async (device: string, component: string): Promise<number | null | undefined> =>
  (await app.api.get<Health>(`/devices/${device}/health`)).components.find((one) => one.component === component)
    ?.health;

const qualityOf = async (query: string): Promise<QualityEvent[]> =>
  (await app.api.get<Page<QualityEvent>>(`/quality/events?${query}`)).items;

describe('a device that is not what it was', () => {
  test('tells a metric in another unit: named, and no failure of it', { timeout: LIMIT_MS }, async () => {
    const client = await addCooler('X-UNIT');
    await live(client, 'X-UNIT', (metric, value, day) => (metric === 'flow' && day >= 16 ? value / 60 : value));
    await expect.poll(() => causesOf('X-UNIT'), WAIT).toEqual(['unit:flow']);
    await expect.poll(() => healthOf('X-UNIT', 'pump'), WAIT).toBeNull();
    expect(await healthOf('X-UNIT', 'head')).toBe(100);
  });

  test('has a sensor that stands still: flagged, and its component unknown', { timeout: LIMIT_MS }, async () => {
    const client = await addCooler('X-STUCK');
    await live(client, 'X-STUCK', (metric, value, day) => (metric === 'flow' && day >= 17 ? 31 : value));
    await expect
      .poll(() => qualityOf('device=X-STUCK&kind=stuck&open=true'), WAIT)
      .toMatchObject([{ metric: { code: 'flow' }, evidence: { value: 31 } }]);
    await expect.poll(() => healthOf('X-STUCK', 'pump'), WAIT).toBeNull();
    expect(await causesOf('X-STUCK')).not.toContain('pump/fouling');
  });

  test('has another part and no job says so: it waits for somebody', { timeout: LIMIT_MS }, async () => {
    const client = await addCooler('X-PART');
    const swaps = async () =>
      (await app.api.get<Page<ComponentSwap>>('/quality/component-swaps?device=X-PART')).items.map(
        ({ previousSerial, serial, decision, restored }) => [previousSerial, serial, decision, restored],
      );
    const tell = (serial: string) =>
      client.publishAsync(metaTopic('X-PART'), JSON.stringify({ components: [{ component: 'head', serial }] }), {
        qos: 1,
      });
    await tell('H-1');
    await live(client, 'X-PART');
    await expect.poll(() => healthOf('X-PART', 'head'), WAIT).toBe(100);
    await tell('H-2');
    await expect.poll(swaps, WAIT).toEqual([['H-1', 'H-2', null, null]]);
    const [open] = (await app.api.get<Page<ComponentSwap>>('/quality/component-swaps?device=X-PART')).items;
    await expect(app.api.post(`/quality/component-swaps/${open?.id}/decide`, { decision: 'disputed' })).rejects.toThrow(
      'note',
    );
    const verdict = { decision: 'disputed', note: 'the plate was misread' };
    await app.api.post(`/quality/component-swaps/${open?.id}/decide`, verdict);
    await expect.poll(swaps, WAIT).toEqual([['H-1', 'H-2', 'disputed', 'all']]);
  });

  test('is moved to another product: nothing of the old one is said of it', { timeout: LIMIT_MS }, async () => {
    const client = await addCooler('X-MOVED');
    await live(client, 'X-MOVED');
    await expect.poll(() => healthOf('X-MOVED', 'head'), WAIT).toBe(100);
    await app.api.patch<Device>('/devices/X-MOVED', { product: 'cooler-2' });
    const components = async () =>
      (await app.api.get<Health>('/devices/X-MOVED/health')).components.map(({ component, health }) => [
        component,
        health,
      ]);
    await expect.poll(components, WAIT).not.toContainEqual(['head', 100]);
    await client.publishAsync(
      telemetryTopic('X-MOVED'),
      JSON.stringify({ ts: Date.now(), values: { flow: 31, mode: 'scan' } }),
      { qos: 1 },
    );
    await expect.poll(components, WAIT).toEqual([['pump', null]]);
  });
});

describe('what a model is made of', () => {
  const train = async (product: string): Promise<ModelRun> => {
    let run = await app.api.post<ModelRun>('/models/train', { kind: 'horizon', product });
    await expect
      .poll(async () => {
        run = await app.api.get<ModelRun>(`/models/runs/${run.id}`);
        return run.state;
      }, WAIT)
      .not.toBe('running');
    return run;
  };

  test('nothing to learn from is refused, with what is missing', { timeout: LIMIT_MS }, async () => {
    const run = await train('cooler-2');
    expect(run).toMatchObject({ state: 'refused', modelId: null });
    expect(run.detail?.en).toContain('needs 10 confirmed failures to learn from; known are none');
    await expect(train('nowhere')).rejects.toThrow('nowhere');
  });

  test('a file that was changed, cut off or is of another kind is refused', { timeout: LIMIT_MS }, async () => {
    const { items } = await app.api.get<Page<Model>>('/models?kind=sign-drift');
    const file = await app.api.get<ModelFile>(`/models/${items[0]?.id}/export`);
    const changed = { ...file, kind: 'horizon', content: { trees: [] } };
    await expect(app.api.post('/models/import', changed)).rejects.toThrow(/422.*contentHash/);
    const { content: _, ...cutOff } = file;
    await expect(app.api.post('/models/import', cutOff)).rejects.toThrow(/40[0-9]|422/);
    expect((await app.api.get<Page<Model>>('/models')).items).toHaveLength(items.length);
  });
});
