// A running instance for the alert benchmark, in a process of its own: pumps with a threshold rule, each connected and
// heard once as healthy, so that one more publish makes its alert.
import { telemetryTopic } from '../../src/contracts/topics.ts';
import type { Credential } from '../../src/contracts/http/devices.ts';
import type { NewRule, Rule } from '../../src/contracts/rules.ts';
import type { Product } from '../../src/contracts/product.ts';
import { type ApiClient, signIn } from '../../src/simulators/api-client.ts';
import { connectPublisher, type Publisher } from '../../src/simulators/publisher.ts';
import { forEachAtOnce } from '../../src/simulators/registration.ts';
import { ADMINISTRATOR, prepareServiceDatabase, spawnService } from '../support/app.ts';

const text = (en: string) => ({ en, zh: en });
const LIMIT = 100;
const HEALTHY = 50;
const FAULTY = 150;
const AT_ONCE = 4;
const DRAIN_LIMIT_MS = 30_000;

const PUMP: Product = {
  code: 'bench-pump',
  name: text('Pump'),
  line: 'bench',
  lineName: text('Bench'),
  kind: 'pump',
  metrics: [{ code: 'pressure', name: text('Pressure'), unit: 'kPa', kind: 'gauge', expectedIntervalS: 10 }],
  components: [],
};
const RULE: NewRule = {
  product: PUMP.code,
  name: text('Pressure too high'),
  condition: { kind: 'threshold', metric: 'pressure', above: LIMIT },
  severity: 'critical',
};
/** Whoever writes a rule does not put it in force. */
const AUTHOR = { email: 'author@bench.test', password: 'a long enough password' } as const;
export const VIEWER = { email: 'viewer@bench.test', password: 'a long enough password' } as const;

export interface Pump {
  id: string;
  publisher: Publisher;
}

export interface AlertInstance {
  httpUrl: string;
  brokerUrl: string;
  pumps: readonly Pump[];
  close(): Promise<void>;
}

const publish = ({ id, publisher }: Pump, pressure: number): Promise<void> =>
  publisher.publish(telemetryTopic(id), JSON.stringify({ ts: Date.now(), values: { pressure } }));

/** One reading over the limit of the rule. */
export const publishFault = (pump: Pump): Promise<void> => publish(pump, FAULTY);

async function found(api: ApiClient, httpUrl: string): Promise<void> {
  await api.post('/regions', { code: 'bench', name: text('Bench') });
  await api.post('/stations', { code: 'bench', name: text('Bench'), region: 'bench', lat: null, lon: null });
  await api.post('/customers', { code: 'bench', name: text('Bench'), group: null, tier: null, region: 'bench' });
  await api.post('/products', PUMP);
  await api.post('/users', { ...VIEWER, name: 'Viewer', role: 'support-engineer' });
  await api.post('/users', { ...AUTHOR, name: 'Author', role: 'support-engineer' });
  const author = await signIn(httpUrl, AUTHOR.email, AUTHOR.password);
  const { id } = await author.post<Rule>('/rules', RULE);
  await api.post(`/rules/${id}/activate`);
}

async function connectPump(api: ApiClient, brokerUrl: string, id: string): Promise<Pump> {
  const lifecycle = 'in-service';
  await api.post('/devices', { id, product: PUMP.code, customer: 'bench', station: 'bench', lifecycle });
  const { token } = await api.post<Credential>(`/devices/${id}/credentials`);
  const pump = { id, publisher: await connectPublisher({ url: brokerUrl, deviceId: id, token }) };
  await publish(pump, HEALTHY);
  if (!(await pump.publisher.drain(DRAIN_LIMIT_MS))) throw new Error(`${id}: not acknowledged`);
  return pump;
}

/** On the embedded database, or a fresh one on the server of TEST_DATABASE_URL. */
export async function startAlertInstance(ids: readonly string[]): Promise<AlertInstance> {
  const database = await prepareServiceDatabase();
  const service = spawnService(database.env);
  const pumps: Pump[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(pumps.map(({ publisher }) => publisher.close()));
    await service.stop();
    await database.remove();
  };
  try {
    const { httpAddress, mqttPorts } = await service.started;
    const httpUrl = httpAddress ?? '';
    const brokerUrl = `mqtt://127.0.0.1:${mqttPorts.tcp}`;
    const api = await signIn(httpUrl, ADMINISTRATOR.email, ADMINISTRATOR.password);
    await found(api, httpUrl);
    await forEachAtOnce(ids, AT_ONCE, async (id) => void pumps.push(await connectPump(api, brokerUrl, id)));
    return { httpUrl, brokerUrl, pumps, close };
  } catch (error) {
    await close();
    throw error;
  }
}
