// One test pump that says two gauges at an interval of its own, registered and connected as a real one.
import mqtt from 'mqtt';
import type { Metric, Product } from '../../../src/contracts/product.ts';
import { DAY_MS, dayOf } from '../../../src/contracts/time.ts';
import { telemetryTopic } from '../../../src/contracts/topics.ts';
import type { TestApp } from '../../support/app.ts';
import { foundOrganisation } from '../../support/organisation.ts';
import type { Credential } from '../../../src/contracts/http/devices.ts';

export interface PumpFleet {
  readonly device: string;
  /** Resolves when it is acknowledged. */
  say(ts: number, values: Record<string, number | string>): Promise<void>;
  publish(payload: string): Promise<void>;
  close(): Promise<void>;
}

const gauge = (code: string, expectedIntervalS: number): Metric => ({
  code,
  name: { en: code, zh: code },
  unit: '1',
  kind: 'gauge',
  plausibleMin: 0,
  plausibleMax: 500,
  expectedIntervalS,
});

export async function pumpFleet({ api, brokerUrl }: TestApp, { intervalS }: { intervalS: number }): Promise<PumpFleet> {
  await foundOrganisation(api);
  const product: Product = {
    code: 'TEST-PUMP',
    name: { en: 'Test pump', zh: '测试泵' },
    line: 'test',
    lineName: { en: 'Test', zh: '测试' },
    kind: 'infusion-pump',
    metrics: [gauge('flow', intervalS), gauge('pressure', intervalS)],
    components: [],
  };
  await api.post('/products', product);
  const device = 'TEST-1';
  await api.post('/devices', {
    id: device,
    product: product.code,
    customer: 'C-1',
    station: 'ST-SHA',
    lifecycle: 'in-service',
    installedOn: dayOf(Date.now() - 3 * DAY_MS),
  });
  const { token } = await api.post<Credential>(`/devices/${device}/credentials`);
  const client = await mqtt.connectAsync(brokerUrl, {
    clientId: device,
    username: device,
    password: token,
    reconnectPeriod: 0,
  });
  const publish = async (payload: string): Promise<void> => {
    await client.publishAsync(telemetryTopic(device), payload, { qos: 1 });
  };
  return {
    device,
    say: (ts, values) => publish(JSON.stringify({ ts, values })),
    publish,
    close: async () => void client.end(true),
  };
}
