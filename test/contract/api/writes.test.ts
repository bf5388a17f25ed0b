// Writes over HTTP: created once under a key, edited only from what was read, captured on a job with exact money; each
// answer as the OpenAPI document describes it.
import { Compile } from 'typebox/compile';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, alertOf, call, type House, startHouse } from '../../support/api.ts';

type Document = { paths: Record<string, Record<string, { responses: Record<string, Described> }>> };
interface Described {
  content?: Record<string, { schema: object }>;
}

let house: House;
let token: string;
let document: Document;

beforeAll(async () => {
  house = await startHouse();
  token = (await house.signIn('administrator')).accessToken;
  document = (await call(house.root, 'GET', '/openapi.json')).body as unknown as Document;
});
afterAll(() => house.close());

/** The documented schema of this answer; undefined where none is documented. */
function schemaOf(method: string, path: string, status: number): object | undefined {
  const segments = `/api/v1${path.split('?')[0]}`.split('/');
  const match = Object.keys(document.paths).find((template) => {
    const parts = template.split('/');
    return parts.length === segments.length && parts.every((part, at) => part.startsWith('{') || part === segments[at]);
  });
  return document.paths[match ?? '']?.[method.toLowerCase()]?.responses[status]?.content?.['application/json']?.schema;
}

/** Sends, and holds what comes back against the document. */
async function send(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const answer = await call(house.root, method, path, { token, headers, ...(body === undefined ? {} : { body }) });
  const schema = schemaOf(method, path, answer.status);
  if (answer.status < 300 && answer.status !== 204)
    expect([method, path, schema]).toEqual([method, path, expect.anything()]);
  if (schema) expect([path, Compile(schema).Errors(answer.body)]).toEqual([path, []]);
  return answer;
}

/** Another person than the one who sends. */
async function approve(path: string): Promise<Answer> {
  const { accessToken } = await house.signIn('manager');
  return call(house.root, 'POST', `${path}/approve`, { token: accessToken, body: {} });
}

const name = { en: 'North', zh: '华北' };

describe('master data', () => {
  test('is created with its address, listed by cursor, each row once', async () => {
    const created = await send('POST', '/regions', { code: 'north', name });
    expect([created.status, created.headers.get('location')]).toEqual([201, '/api/v1/regions/north']);
    expect((await send('POST', '/regions', { code: 'north', name })).body.code).toBe('already-exists');
    const codes: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Answer = await send('GET', `/regions?limit=1${cursor === null ? '' : `&cursor=${cursor}`}`);
      codes.push(...(page.body.items as { code: string }[]).map(({ code }) => code));
      cursor = page.body.next as string | null;
    } while (cursor !== null);
    expect(codes).toEqual(['east', 'north', 'west']);
  });

  test('every kind answers as documented', async () => {
    for (const kind of ['stations', 'customers', 'sites', 'contracts', 'engineers', 'parts', 'products', 'devices']) {
      expect((await send('GET', `/${kind}`)).status).toBe(200);
    }
    expect((await send('GET', '/products/pump-1')).headers.get('etag')).toBe('"1"');
  });
});

describe('an edit', () => {
  test('needs If-Match, takes the ETag that was read, and refuses an older one', async () => {
    const read = await send('GET', '/devices/P-EAST');
    const etag = read.headers.get('etag') as string;
    expect((await send('PATCH', '/devices/P-EAST', { serial: 'A' })).body.code).toBe('precondition-required');
    const edited = await send('PATCH', '/devices/P-EAST', { serial: 'A' }, { 'if-match': etag });
    expect([edited.status, edited.body.serial]).toEqual([200, 'A']);
    expect(edited.headers.get('etag')).not.toBe(etag);
    expect((await send('PATCH', '/devices/P-EAST', { serial: 'B' }, { 'if-match': etag })).body.code).toBe(
      'out-of-date',
    );
    expect((await send('PATCH', '/devices/P-EAST', { serial: 'C' }, { 'if-match': '*' })).body.serial).toBe('C');
  });

  test('of a record without a revision works the same', async () => {
    const etag = (await send('GET', '/parts/P-DRIVE')).headers.get('etag') as string;
    const unitCost = { amount: '950.00', currency: 'CNY' };
    const edited = await send('PATCH', '/parts/P-DRIVE', { unitCost }, { 'if-match': etag });
    expect([edited.status, edited.body.unitCost]).toEqual([200, unitCost]);
    expect((await send('PATCH', '/parts/P-DRIVE', { unitCost }, { 'if-match': etag })).status).toBe(412);
    expect((await send('PATCH', '/parts/P-DRIVE', { code: 'P-X' }, { 'if-match': '*' })).status).toBe(400);
  });
});

describe('an Idempotency-Key', () => {
  const order = { device: 'P-EAST', kind: 'corrective', failureMode: 'wear', component: 'drive' };

  test('makes a request that is sent twice happen once, with the same answer', async () => {
    const first = await send('POST', '/work-orders', order, { 'idempotency-key': 'k-1' });
    const second = await send('POST', '/work-orders', order, { 'idempotency-key': 'k-1' });
    expect(first.status).toBe(201);
    expect([second.status, second.body, second.headers.get('location')]).toEqual([
      201,
      first.body,
      first.headers.get('location'),
    ]);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect((await send('GET', '/work-orders')).body.items).toHaveLength(1);
    const other = await send('POST', '/work-orders', { ...order, kind: 'inspection' }, { 'idempotency-key': 'k-1' });
    expect(other.body.code).toBe('idempotency-mismatch');
  });

  test('of a refused request may be used again: nothing happened', async () => {
    const headers = { 'idempotency-key': 'k-2' };
    const customer = { code: 'C-7', name, group: null, tier: null, region: 'south' };
    expect((await send('POST', '/customers', customer, headers)).body.code).toBe('refused');
    await send('POST', '/regions', { code: 'south', name });
    expect((await send('POST', '/customers', customer, headers)).status).toBe(201);
  });

  test('keeps no token', async () => {
    const headers = { 'idempotency-key': 'k-3' };
    const first = await send('POST', '/devices/P-EAST/credentials', {}, headers);
    const second = await send('POST', '/devices/P-EAST/credentials', undefined, headers);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body.token).not.toBe(first.body.token);
    const { rows } = await house.database.query<{ all: string }>(
      `SELECT coalesce(string_agg(body::text, ' '), '') AS all FROM idempotency_key`,
    );
    expect(rows[0]?.all).not.toContain(first.body.token as string);
    expect((await send('DELETE', '/devices/P-EAST/credentials')).status).toBe(204);
  });
});

describe('an alert', () => {
  test('takes its actions, and needs what an action cannot do without', async () => {
    house.alerts.set(7, alertOf(7, 'P-EAST', 'east', 'C-1'));
    expect((await send('POST', '/alerts/7/acknowledge')).body).toMatchObject({
      id: 7,
      state: 'acknowledged',
      revision: 2,
    });
    expect((await send('POST', '/alerts/7/shelve', {})).body.detail).toContain('`until`');
    expect((await send('POST', '/alerts/7/comment', { note: 'seen' }, { 'if-match': '"1"' })).body.code).toBe(
      'out-of-date',
    );
    expect((await send('POST', '/alerts/7/comment', { note: 'seen' }, { 'if-match': '"2"' })).status).toBe(200);
    expect((await send('POST', '/alerts/8/acknowledge')).body.code).toBe('not-found');
    expect((await send('GET', '/alerts/7')).headers.get('etag')).toBe('"3"');
  });

  test('lies outside a cut view as if it were not there', async () => {
    house.alerts.set(9, alertOf(9, 'P-WEST', 'west', 'C-2'));
    const { accessToken } = await house.signIn('support-engineer', { regions: ['east'], customers: null });
    for (const [method, path] of [
      ['GET', '/alerts/9'],
      ['POST', '/alerts/9/acknowledge'],
      ['GET', '/devices/P-WEST'],
      ['GET', '/devices/P-WEST/telemetry?metric=motor_current'],
      ['GET', '/devices/P-WEST/timeline'],
    ] as const) {
      const answer = await call(house.root, method, path, { token: accessToken });
      expect([path, answer.status]).toEqual([path, 404]);
    }
    const order = { device: 'P-WEST', kind: 'corrective' };
    expect((await call(house.root, 'POST', '/work-orders', { token: accessToken, body: order })).status).toBe(404);
    const { body } = await call(house.root, 'GET', '/devices', { token: accessToken });
    expect((body.items as { id: string }[]).map(({ id }) => id)).toEqual(['P-EAST']);
  });
});

describe('a job', () => {
  test('is captured, costed to the fen, summed and compared', async () => {
    const rate = {
      kind: 'labour-hour',
      engineer: null,
      amount: { amount: '120.00', currency: 'CNY' },
      effectiveFrom: '2020-01-01T00:00:00.000Z',
    };
    const proposed = await send('POST', '/rates', rate);
    expect([proposed.status, proposed.body.decision]).toEqual([201, null]);
    expect((await approve(`/rates/${String(proposed.body.id)}`)).body).toMatchObject({ ...rate, decision: 'approved' });
    const engineer = {
      code: 'e-1',
      name,
      station: 'S-1',
      skills: [],
      hourlyRate: { amount: '100.00', currency: 'CNY' },
    };
    expect((await send('POST', '/engineers', engineer)).status).toBe(201);
    const opened = await send('POST', '/work-orders', { device: 'P-EAST', kind: 'inspection' });
    const path = opened.headers.get('location')?.replace('/api/v1', '') as string;
    const refused = await send('POST', `${path}/transitions`, { to: 'closed' });
    expect([refused.status, refused.body.code]).toEqual([409, 'transition-refused']);
    expect((await send('POST', `${path}/transitions`, { to: 'approved' })).status).toBe(200);
    expect((await send('POST', `${path}/transitions`, { to: 'on-site' })).status).toBe(200);
    const toMs = Date.now() - 60_000;
    const labour = {
      engineer: 'e-1',
      from: new Date(toMs - 5_400_000).toISOString(),
      to: new Date(toMs).toISOString(),
      category: 'repair',
    };
    expect((await send('POST', `${path}/labour`, labour)).status).toBe(201);
    const charge = { element: 'freight', amount: { amount: '0.07', currency: 'CNY' } };
    expect((await send('POST', `${path}/charges`, charge)).status).toBe(201);
    await house.costing.idle();
    const detail = await send('GET', path);
    expect((detail.body.workOrder as { cost: unknown }).cost).toEqual([{ amount: '180.07', currency: 'CNY' }]);
    const summary = await send('GET', '/costs/summary?by=element');
    expect(summary.body.total).toEqual({ amount: '180.07', currency: 'CNY' });
    expect((await send('GET', '/costs/summary?by=colour')).body.code).toBe('validation-failed');
    const compared = await send('GET', '/costs/compare?by=element&against=2020-01');
    expect((compared.body.before as { total: unknown }).total).toEqual({ amount: '0.00', currency: 'CNY' });
    for (const read of [
      '/costs/facts',
      '/maintenance/value',
      '/periods',
      '/rates',
      '/allocation/runs',
      '/devices/P-EAST/timeline',
    ]) {
      expect([read, (await send('GET', read)).status]).toEqual([read, 200]);
    }
  });

  test('shared cost under a key is one posting, however often and at once it is sent, also by who never heard the answer', async () => {
    expect((await send('POST', '/allocation/pools', { code: 'depot', name })).status).toBe(201);
    const amount = { amount: '12.34', currency: 'CNY' };
    const posting = { pool: 'depot', element: 'overhead', amount, occurredOn: '2026-06-01', note: 'June' };
    const headers = { 'idempotency-key': 'depot-june' };
    const answers = await Promise.all(Array.from({ length: 8 }, () => send('POST', '/costs/facts', posting, headers)));
    expect(new Set(answers.map(({ status, body }) => `${status} ${String(body.id)}`)).size).toBe(1);
    const other = { ...posting, amount: { ...amount, amount: '12.35' } };
    expect((await send('POST', '/costs/facts', other, headers)).body.code).toBe('idempotency-mismatch');
    expect((await send('POST', '/costs/facts', posting, { 'idempotency-key': 'a key' })).status).toBe(400);
    await send('POST', `/costs/postings/${String(answers[0]?.body.id)}/withdraw`);
  });

  test.each([
    ['nothing', { amount: '0.00', currency: 'CNY' }, 422, /nothing/],
    ['a currency that is none', { amount: '1.00', currency: 'ZZZ' }, 400, /ISO 4217/],
    ['more decimals than the currency has', { amount: '1.5', currency: 'ISK' }, 400, /more decimals than ISK/],
  ])('shared cost of %s is refused', async (_what, amount, status, detail) => {
    const posting = { pool: 'depot', element: 'overhead', amount, occurredOn: '2026-06-01', note: 'June' };
    const answer = await send('POST', '/costs/facts', posting);
    expect([answer.status, answer.body.detail]).toEqual([status, expect.stringMatching(detail)]);
  });

  test.each([
    ['a thousand years ago', '1000-01-01', /1000-01-01 lies before 2000-01-01/],
    ['before any cost', '1999-12-31', /check the year/],
    ['in the year 9999', '9999-12-31', /more than 12 months ahead, after 20\d\d-\d\d-\d\d; check the year/],
  ])('cost that happened %s is refused, with what to do, and makes no month', async (_what, day, detail) => {
    const amount = { amount: '1.00', currency: 'CNY' };
    const posting = { pool: 'depot', element: 'overhead', amount, occurredOn: day, note: 'typed wrong' };
    const answer = await send('POST', '/costs/facts', posting);
    expect([answer.status, answer.body.detail]).toEqual([422, expect.stringMatching(detail)]);
    const jobs = (await send('GET', '/work-orders')).body.items as { id: number }[];
    for (const [what, body] of [
      ['charges', { element: 'freight', amount, at: `${day}T08:00:00Z` }],
      ['travel', { engineer: 'e-1', minutes: 30, distanceKm: 10, at: `${day}T08:00:00Z` }],
      ['labour', { engineer: 'e-1', from: `${day}T08:00:00Z`, to: `${day}T09:00:00Z`, category: 'repair' }],
    ] as const) {
      const captured = await send('POST', `/work-orders/${jobs[0]?.id}/${what}`, body);
      expect([what, captured.status, captured.body.detail]).toEqual([
        what,
        422,
        expect.stringMatching(/before 2000|future/),
      ]);
    }
    await house.costing.idle();
    const { rows } = await house.database.query('SELECT code FROM period WHERE code = $1', [day.slice(0, 7)]);
    expect(rows).toEqual([]);
  });

  test('an amount of more digits than is written is refused with how many there may be', async () => {
    const amount = { amount: '1000000000000.00', currency: 'CNY' };
    const posting = { pool: 'depot', element: 'overhead', amount, occurredOn: '2026-06-01', note: 'typed wrong' };
    const answer = await send('POST', '/costs/facts', posting);
    expect([answer.status, answer.body.detail]).toEqual([400, expect.stringMatching(/twelve digits/)]);
  });

  test('shared cost that a month could not share out to the unit is refused before it is a fact', async () => {
    const amount = { amount: '999999999999.999', currency: 'KWD' };
    const posting = { pool: 'depot', element: 'overhead', amount, occurredOn: '2019-03-01', note: 'typed wrong' };
    const statuses: number[] = [];
    for (let i = 0; i < 10; i += 1) {
      const { body } = await send('POST', '/costs/facts', posting);
      const answer = await approve(`/costs/postings/${String(body.id)}`);
      statuses.push(answer.status);
      if (answer.status === 422) expect(answer.body.detail).toMatch(/cannot be shared out exactly/);
    }
    expect(statuses).toEqual([...Array.from({ length: 9 }, () => 200), 422]);
    const { rows } = await house.database.query<{ sum: string }>(
      `SELECT sum(amount_minor)::text AS sum FROM cost_fact WHERE period = '2019-03'`,
    );
    expect(rows).toEqual([{ sum: '8999999999999991' }]);
  });

  test('shared cost is posted into a pool and taken back', async () => {
    expect((await send('POST', '/allocation/pools', { code: 'hotline', name })).status).toBe(201);
    const posting = {
      pool: 'hotline',
      element: 'overhead',
      amount: { amount: '1000.01', currency: 'CNY' },
      occurredOn: '2026-06-01',
      note: 'June',
    };
    const posted = await send('POST', '/costs/facts', posting, { 'idempotency-key': 'post-1' });
    expect([posted.status, posted.body.fact]).toEqual([201, null]);
    const own = await send('POST', `/costs/postings/${String(posted.body.id)}/approve`);
    expect([own.status, own.body.detail]).toEqual([422, expect.stringMatching(/second person/)]);
    const { fact } = (await approve(`/costs/postings/${String(posted.body.id)}`)).body;
    const reversed = await send('POST', `/costs/facts/${String(fact)}/reverse`, { note: 'wrong pool' });
    expect([reversed.status, reversed.body.amount]).toEqual([201, { amount: '-1000.01', currency: 'CNY' }]);
    const withdrawn = await send('POST', `/costs/postings/${String(reversed.body.id)}/withdraw`);
    expect(withdrawn.body).toMatchObject({ decision: 'withdrawn', fact: null });
    expect((await approve(`/costs/postings/${String(reversed.body.id)}`)).status).toBe(422);
    expect((await send('GET', '/costs/postings?limit=2')).body.items).toMatchObject([{ reverses: fact }, { fact }]);
    for (const [path, body] of [
      ['/rates/exchange', { currency: 'EUR', against: 'CNY', rate: '7.8', effectiveFrom: '2026-01-01' }],
      ['/costs/dimension-mappings', { dimension: 'customer', from: 'C-2', to: 'C-1', reason: 'merged' }],
    ] as const) {
      const proposed = await send('POST', path, body);
      expect([proposed.status, proposed.body]).toEqual([201, expect.objectContaining({ ...body, decision: null })]);
      expect((await send('POST', `${path}/${String(proposed.body.id)}/withdraw`)).body.decision).toBe('withdrawn');
      expect((await send('GET', path)).body.items).toHaveLength(1);
    }
  });
});

describe('accounts and imports', () => {
  test('are created and changed', async () => {
    const created = await send('POST', '/users', {
      email: 'new@example.test',
      name: 'New',
      password: 'twelve chars and more',
      role: 'planner',
    });
    expect(created.status).toBe(201);
    expect(JSON.stringify(created.body)).not.toContain('twelve');
    const path = created.headers.get('location')?.replace('/api/v1', '') as string;
    const locked = await send('PATCH', path, { active: false }, { 'if-match': created.headers.get('etag') as string });
    expect(locked.body.active).toBe(false);
    expect((await send('GET', '/users')).status).toBe(200);
    const started = await send('POST', '/imports', { name: 'history', total: 10 });
    expect((await send('POST', `/imports/${String(started.body.id)}/progress`, { done: 4 })).body.done).toBe(4);
  });
});
