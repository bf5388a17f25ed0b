// A small after-sales organisation for the browser tests, founded through the API: one hospital under contract, one
// station with one engineer, ventilators, rates, one shared cost, and an account of each role the tests sign in with.
import type { Role } from '../../src/contracts/access.ts';
import type { Credential } from '../../src/contracts/http/devices.ts';
import { DAY_MS, dayOf, isoOf, periodOf } from '../../src/contracts/time.ts';
import type { ApiClient } from '../../src/simulators/api-client.ts';
import { PARTS } from '../../src/simulators/catalogue/parts.ts';
import { PRODUCTS } from '../../src/simulators/catalogue/products.ts';
import { postOverHttp } from '../support/two-people.ts';

const cny = (amount: string) => ({ amount, currency: 'CNY' });

export const RATES = { labourHour: '260.00', travelHour: '120.00', travelKm: '1.80' } as const;
/** Posted into a pool and spread over the installed devices: the cost that is there before the job. */
export const SHARED_COST = '12000.00';
export const ENGINEER = { code: 'E-LIN', name: { en: 'Lin Yue', zh: '林悦' } } as const;

export interface Account {
  email: string;
  password: string;
  name: string;
  role: Role;
  engineer?: string;
}
const account = (role: Role, name: string): Account => ({
  email: `${role}@example.test`,
  password: 'a long enough password',
  name,
  role,
});
export const SUPPORT = account('support-engineer', '苏晴 Su Qing');
/** The engineer who is proposed for every job. */
export const FIELD: Account = {
  ...account('field-engineer', `${ENGINEER.name.zh} ${ENGINEER.name.en}`),
  engineer: ENGINEER.code,
};
export const MANAGER = account('manager', '马骏 Ma Jun');

async function postAll(api: ApiClient, posts: readonly (readonly [path: string, body: unknown])[]): Promise<void> {
  for (const [path, body] of posts) await api.post(path, body);
}

/** The manager approves what the administrator proposes. */
export async function postByTwo(
  api: ApiClient,
  posts: readonly (readonly [path: string, body: unknown])[],
): Promise<void> {
  const manager = await api.as(MANAGER.email, MANAGER.password);
  for (const [path, body] of posts) await postOverHttp(api, manager, path, body);
}

/** Founds it as of a year before `nowMs`; gives back each device's token. */
export async function foundOrganisation(
  api: ApiClient,
  devices: readonly string[],
  nowMs: number,
): Promise<Map<string, string>> {
  const since = nowMs - 365 * DAY_MS;
  await postAll(api, masterData(nowMs));
  await postAll(
    api,
    PARTS.map(({ code, name, unitCost }) => ['/parts', { code, name, unitCost, controlledBy: 'serial' }]),
  );
  await api.post('/products', PRODUCTS.ventilator);
  for (const person of [SUPPORT, FIELD, MANAGER]) await api.post('/users', person);
  await postAll(api, allocation(since));
  await postByTwo(api, costing(since, nowMs));
  const tokens = new Map<string, string>();
  for (const id of devices) {
    await api.post('/devices', {
      id,
      product: PRODUCTS.ventilator.code,
      customer: 'C-RENJI',
      station: 'ST-SHA',
      site: 'S-RENJI',
      contract: 'K-RENJI',
      installedOn: dayOf(since),
      lifecycle: 'in-service',
    });
    tokens.set(id, (await api.post<Credential>(`/devices/${id}/credentials`)).token);
  }
  return tokens;
}

export const masterData = (nowMs: number): [string, unknown][] => [
  ['/regions', { code: 'east', name: { en: 'East China', zh: '华东' } }],
  ['/stations', { code: 'ST-SHA', name: { en: 'Shanghai', zh: '上海站' }, region: 'east', lat: 31.23, lon: 121.47 }],
  [
    '/customers',
    {
      code: 'C-RENJI',
      name: { en: 'Riverside Hospital', zh: '滨江医院' },
      group: null,
      tier: 'tertiary',
      region: 'east',
    },
  ],
  [
    '/sites',
    { code: 'S-RENJI', name: { en: 'Main building', zh: '主院区' }, customer: 'C-RENJI', lat: 31.21, lon: 121.45 },
  ],
  [
    '/contracts',
    {
      code: 'K-RENJI',
      customer: 'C-RENJI',
      type: 'full-service',
      startsOn: dayOf(nowMs - 365 * DAY_MS),
      endsOn: dayOf(nowMs + 365 * DAY_MS),
      price: cny('960000.00'),
      responseHours: 24,
      restorationHours: 72,
      uptimeTarget: null,
      penaltyPerHour: cny('0.00'),
    },
  ],
  ['/engineers', { ...ENGINEER, station: 'ST-SHA', skills: ['ventilator'], hourlyRate: cny(RATES.labourHour) }],
];

const allocation = (since: number): [string, unknown][] => [
  ['/allocation/pools', { code: 'call-centre', name: { en: 'Call centre', zh: '呼叫中心' } }],
  [
    '/allocation/cycles',
    {
      code: 'overhead',
      version: 1,
      effectiveFrom: periodOf(since),
      method: 'direct',
      segments: [{ pool: 'call-centre', driver: 'installed-devices' }],
    },
  ],
];

const costing = (since: number, nowMs: number): [string, unknown][] => [
  ['/rates', { kind: 'labour-hour', engineer: null, amount: cny(RATES.labourHour), effectiveFrom: isoOf(since) }],
  ['/rates', { kind: 'travel-hour', engineer: null, amount: cny(RATES.travelHour), effectiveFrom: isoOf(since) }],
  ['/rates', { kind: 'travel-km', engineer: null, amount: cny(RATES.travelKm), effectiveFrom: isoOf(since) }],
  [
    '/costs/facts',
    {
      pool: 'call-centre',
      element: 'overhead',
      amount: cny(SHARED_COST),
      occurredOn: dayOf(nowMs),
      note: 'Call centre of the month',
    },
  ],
];
