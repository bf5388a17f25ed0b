// Input that fits its type and yet no database column: cursors of other lists, times no calendar has, numbers out of
// range. Each is the caller's mistake and is told as one; none reaches the database as an error of ours.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newDevice } from '../../support/registry.ts';
import { ADMINISTRATOR, startTestApp, type TestApp } from '../../support/app.ts';
import { call } from '../../support/api.ts';

const NAME = { en: 'Name', zh: '名称' };
const CNY = (amount: string) => ({ amount, currency: 'CNY' });

let app: TestApp;
let token = '';
let job = 0;
const send = (method: string, path: string, body?: unknown) =>
  call(`${app.httpUrl}/api/v1`, method, path, { token, ...(body === undefined ? {} : { body }) });

beforeAll(async () => {
  app = await startTestApp();
  const { body } = await call(`${app.httpUrl}/api/v1`, 'POST', '/auth/login', { body: ADMINISTRATOR });
  token = body.accessToken as string;
  const masterData: [string, object][] = [
    ['/regions', { code: 'R-1', name: NAME }],
    ['/regions', { code: 'R-2', name: NAME }],
    ['/stations', { code: 'S-1', name: NAME, region: 'R-1', lat: null, lon: null }],
    ['/customers', { code: 'C-1', name: NAME, group: null, tier: null, region: 'R-1' }],
    ['/engineers', { code: 'E-1', name: NAME, station: 'S-1', skills: [], hourlyRate: CNY('200.00') }],
    ['/parts', { code: 'P-1', name: NAME, unitCost: CNY('999999999999.99'), controlledBy: 'none' }],
    [
      '/products',
      { code: 'pump-1', name: NAME, line: 'pumps', lineName: NAME, kind: 'pump', metrics: [], components: [] },
    ],
    ['/devices', newDevice('D-1', { site: null, contract: null })],
    ['/allocation/pools', { code: 'POOL', name: NAME }],
  ];
  for (const [path, record] of masterData) {
    expect(await send('POST', path, record), path).toMatchObject({ status: 201 });
  }
  job = (await app.api.post<{ id: number }>('/work-orders', { device: 'D-1', kind: 'corrective' })).id;
  for (const to of ['approved', 'on-site']) await app.api.post(`/work-orders/${job}/transitions`, { to });
}, 60_000);
afterAll(() => app.close());

const LISTS = [
  '/regions',
  '/devices',
  '/devices/D-1/prognoses',
  '/products',
  '/alerts',
  '/alerts?sort=-valueAtRisk',
  '/rules',
  '/work-orders',
  '/costs/facts',
  '/allocation/runs',
  '/imports',
  '/quarantine',
  '/users',
];

describe('a cursor that is not of the list', () => {
  const key = fc.oneof(
    fc.constantFrom(
      '1',
      '-1',
      '0',
      '2026-06',
      '2026-13-45T99:99:99Z',
      '2026-02-30T00:00:00.000Z',
      '9'.repeat(25),
      'Z',
      '.',
      '1e3',
    ),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc.string(),
  );
  const text = fc.oneof(
    key,
    fc.array(fc.oneof(key, fc.string({ unit: 'binary' })), { maxLength: 3 }).map((keys) => JSON.stringify(keys)),
  );
  const cursor = fc.oneof(
    text,
    text.map((one) => Buffer.from(one).toString('base64url')),
  );

  test.each(LISTS)('%s', async (list) => {
    await fc.assert(
      fc.asyncProperty(cursor, async (one) => {
        const join = list.includes('?') ? '&' : '?';
        const { status } = await send('GET', `${list}${join}cursor=${encodeURIComponent(one)}`);
        expect([200, 400]).toContain(status);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a time no clock shows', () => {
  const posts = (at: string): [string, object][] => [
    ['/work-orders', { device: 'D-1', kind: 'inspection', at }],
    ['/work-orders', { device: 'D-1', kind: 'inspection', plannedAt: at }],
    [`/work-orders/${job}/transitions`, { to: 'waiting', waiting: 'parts', at }],
    [`/work-orders/${job}/charges`, { element: 'freight', amount: CNY('1.00'), at }],
    ['/rates', { kind: 'travel-km', engineer: null, amount: CNY('1.00'), effectiveFrom: at }],
  ];

  test.each(['0000-01-01T00:00:00Z', '0001-01-01T00:00:00Z', '2026-06-30T23:59:60Z', '2026-02-30T00:00:00Z'])(
    '%s',
    async (at) => {
      for (const [path, body] of posts(at)) {
        const answer = await send('POST', path, body);
        expect([path, answer.status, answer.body.detail]).toEqual([
          path,
          400,
          expect.stringMatching(/must be a time like 2026-01-31T08:00:00Z$/),
        ]);
      }
    },
  );

  test('nor a day or period of the year 0', async () => {
    const posting = { pool: 'POOL', element: 'overhead', amount: CNY('1.00'), occurredOn: '0000-01-01', note: 'rent' };
    const answer = await send('POST', '/costs/facts', posting);
    expect([answer.status, answer.body.detail]).toEqual([400, 'body.occurredOn must be a day like 2026-01-31']);
    expect((await send('GET', '/costs/summary?by=element&period=0000-01')).status).toBe(400);
    expect((await send('GET', '/maintenance/value?period=1000-01..9999-12')).status).toBe(422);
  });
});

describe('a number no column takes', () => {
  test.each([
    ['travel', { engineer: 'E-1', at: '2026-01-01T00:00:00Z', minutes: 1e15, distanceKm: 1 }],
    ['parts', { part: 'P-1', quantity: 2 ** 31 }],
    ['charges', { element: 'freight', amount: CNY('9999999999999.00') }],
    ['transitions', { to: 'completed', downtimeMinutes: 2 ** 31 }],
  ])('%s', async (what, body) => {
    expect((await send('POST', `/work-orders/${job}/${what}`, body)).status).toBe(400);
  });

  test('and the dearest part in the largest number is still costed', async () => {
    await app.api.post(`/work-orders/${job}/parts`, { part: 'P-1', quantity: 10_000 });
    const costOf = async () => (await app.api.get<{ workOrder: { cost: object[] } }>(`/work-orders/${job}`)).workOrder;
    await expect.poll(costOf).toMatchObject({ cost: [CNY('9999999999999900.00')] });
  });

  test('a rate is told in UTC, whatever offset it came with', async () => {
    const rate = {
      kind: 'travel-hour',
      engineer: null,
      amount: CNY('1.00'),
      effectiveFrom: '2026-01-01T08:00:00+08:00',
    };
    expect((await send('POST', '/rates', rate)).body.effectiveFrom).toBe('2026-01-01T00:00:00.000Z');
  });

  test('words that are blank, or longer than any name, are none', async () => {
    for (const en of ['  ', 'x'.repeat(501)]) {
      expect((await send('POST', '/regions', { code: 'R-3', name: { en, zh: '名' } })).status).toBe(400);
    }
  });

  test('a code longer than any is not there', async () => {
    expect(await send('GET', `/regions/${'a'.repeat(300)}`)).toMatchObject({
      status: 404,
      body: { code: 'not-found' },
    });
  });
});
