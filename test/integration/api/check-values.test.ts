// The worked example of cost accounting from end to end: hours, parts and remote work captured on jobs, shared cost posted by two
// people, and rules of every method put in force over HTTP give the finals of the textbook, to the cent.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, type House, startHouse } from '../../support/api.ts';

const PERIOD = '2025-07';
const SEGMENTS = [
  {
    pool: 'HR',
    driver: 'parts-value',
    services: [
      { pool: 'DP', share: 0.2 },
      { pool: 'RM', share: 0.1 },
    ],
  },
  {
    pool: 'DP',
    driver: 'work-order-hours',
    services: [
      { pool: 'HR', share: 0.08 },
      { pool: 'RM', share: 0.07 },
    ],
  },
  { pool: 'RM', driver: 'remote-minutes' },
];
const cny = (amount: string) => ({ amount, currency: 'CNY' });
const name = { en: 'Name', zh: '名称' };

let house: House;
let [author, second] = ['', ''];
beforeAll(async () => {
  house = await startHouse();
  author = (await house.signIn('administrator')).accessToken;
  second = (await house.signIn('controller')).accessToken;
  for (const code of ['DP', 'HR', 'RM']) await post('/allocation/pools', { code, name });
  await post('/parts', { code: 'P-ONE', name, unitCost: cny('1.00'), controlledBy: 'none' });
  await approved('/rates', {
    kind: 'labour-hour',
    engineer: null,
    amount: cny('100.00'),
    effectiveFrom: '2025-01-01T00:00:00.000Z',
  });
  // The assembly shop first: amounts that are alike go by the order of the jobs.
  await job({ device: 'P-WEST', station: 'S-2', hours: 3.5, parts: 30 });
  await job({ device: 'P-EAST', station: 'S-1', hours: 1, parts: 40 });
  for (const [pool, amount] of [
    ['HR', '80000.00'],
    ['DP', '120000.00'],
    ['RM', '40000.00'],
  ] as const) {
    const posting = { pool, element: 'overhead', amount: cny(amount), occurredOn: `${PERIOD}-31`, note: 'own cost' };
    await approved('/costs/facts', posting, '/costs/postings');
  }
});
afterAll(() => house.close());

async function send(method: string, path: string, token: string, body?: unknown): Promise<Record<string, unknown>> {
  const answer = await call(house.root, method, path, { token, ...(body === undefined ? {} : { body }) });
  expect([path, answer.status, answer.body.detail]).toEqual([
    path,
    answer.status < 300 ? answer.status : 200,
    undefined,
  ]);
  return answer.body;
}
const post = (path: string, body: unknown) => send('POST', path, author, body);

async function approved(path: string, body: unknown, approvedAt = path): Promise<void> {
  const { id } = await post(path, body);
  await send('POST', `${approvedAt}/${String(id)}/approve`, second, {});
}

interface Work {
  device: string;
  station: string;
  hours: number;
  parts: number;
}

/** A job with work at the device, two hours of work from afar, and parts worth one each. */
async function job({ device, station, hours, parts }: Work): Promise<void> {
  const at = (hour: number): string => new Date(Date.parse(`${PERIOD}-04T08:00:00Z`) + hour * 3_600_000).toISOString();
  const engineer = `E-${station}`;
  await post('/engineers', { code: engineer, name, station, skills: [], hourlyRate: cny('100.00') });
  const { id } = await post('/work-orders', { device, kind: 'corrective', engineer, at: at(0) });
  const path = `/work-orders/${String(id)}`;
  await post(`${path}/transitions`, { to: 'approved', at: at(0) });
  await post(`${path}/labour`, { engineer, from: at(0), to: at(hours), category: 'repair' });
  await post(`${path}/labour`, { engineer, from: at(5), to: at(7), category: 'remote' });
  await post(`${path}/parts`, { part: 'P-ONE', quantity: parts, at: at(1) });
}

let version = 0;
async function finals(method: string, closeFirst?: string[]): Promise<Record<string, string>> {
  version += 1;
  const cycle = { code: 'worked', version, effectiveFrom: PERIOD, method, segments: SEGMENTS };
  await post('/allocation/cycles', { ...cycle, ...(closeFirst ? { closeFirst } : {}) });
  await send('POST', `/allocation/cycles/worked/versions/${version}/activate`, second, {});
  const { rows } = await eventually(async () => {
    await house.costing.idle();
    const runs = await send('GET', '/allocation/runs?limit=1', second);
    return (runs.items as { version: number }[])[0]?.version === version;
  });
  return Object.fromEntries(rows.map(({ keys, allocated }) => [keys.customer ?? '', allocated.amount]));
}

interface Pivot {
  rows: { keys: { customer: string | null }; allocated: { amount: string } }[];
}
async function eventually(isThere: () => Promise<boolean>): Promise<Pivot> {
  await expect.poll(isThere, { timeout: 30_000 }).toBe(true);
  return (await send('GET', `/costs/summary?by=customer&period=${PERIOD}`, second)) as unknown as Pivot;
}

describe('two shops and three departments that serve each other', () => {
  it.each([
    ['direct', undefined, '108067.23', '131932.77'],
    ['reciprocal', undefined, '107276.42', '132723.58'],
    ['step-down', ['DP', 'HR', 'RM'], '110600.00', '129400.00'],
    ['step-down', ['HR', 'DP', 'RM'], '105521.74', '134478.26'],
  ])('carry what the textbook says by the method %s %s', async (method, closeFirst, machining, assembly) => {
    expect(await finals(method, closeFirst)).toEqual({ 'C-1': machining, 'C-2': assembly });
  });
});
