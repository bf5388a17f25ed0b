// Every way a request can be wrong has one problem+json answer that says what to do, and none of them coerces, guesses
// or leaks.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PROBLEMS, type ProblemCode } from '../../../src/contracts/problems.ts';
import { type Answer, call, type House, PASSWORD, startHouse } from '../../support/api.ts';

let house: House;
let token: string;
const failures = { away: false, slow: false, broken: false };
const parked: string[] = [];

beforeAll(async () => {
  house = await startHouse({
    secure: true,
    ports: ({ regions, system }) => ({
      system: { ...system, attention: async () => parked },
      isDatabaseAway: (error) => error instanceof Error && error.message === 'connection lost',
      isTooSlow: (error) => error instanceof Error && error.message === 'statement timeout',
      regions: {
        ...regions,
        list: async (query, scope) => {
          if (failures.away) throw new Error('connection lost');
          if (failures.slow) throw new Error('statement timeout');
          if (failures.broken) throw new Error('secret detail of a bug');
          return regions.list(query, scope);
        },
      },
    }),
  });
  token = (await house.signIn('administrator')).accessToken;
});
afterAll(() => house.close());

const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  call(house.root, method, path, { token, headers, ...(body === undefined ? {} : { body }) });

function expectProblem(answer: Answer, code: ProblemCode): void {
  expect([answer.body.code, answer.status, answer.body.title]).toEqual([code, ...PROBLEMS[code]]);
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(answer.body).toMatchObject({ type: `urn:stethos:problem:${code}`, status: answer.status });
  for (const field of ['detail', 'instance', 'requestId']) expect(answer.body[field]).toEqual(expect.any(String));
}

const REGION = { code: 'north', name: { en: 'North', zh: '北' } };

describe('a body', () => {
  test('is never coerced: whatever is not a number stays none', async () => {
    const notNumbers = fc.oneof(
      fc.constant(null),
      fc.string(),
      fc.boolean(),
      fc.constant([]),
      fc.constant({}),
      fc.constant('7'),
    );
    await fc.assert(
      fc.asyncProperty(notNumbers, async (value) => {
        const answer = await send('POST', '/imports', { name: 'history', total: value });
        expectProblem(answer, 'validation-failed');
        expect(answer.body.errors).toContainEqual(expect.objectContaining({ in: 'body', path: '/total' }));
      }),
      { numRuns: 40 },
    );
    expect((await send('GET', '/imports')).body).toEqual({ items: [], next: null });
  });

  test('with null where a number belongs is refused, and null where null is allowed stays null', async () => {
    expectProblem(
      await send('POST', '/stations', { code: 'S-9', name: REGION.name, region: 'east', lat: '31', lon: null }),
      'validation-failed',
    );
    const answer = await send('POST', '/stations', {
      code: 'S-9',
      name: REGION.name,
      region: 'east',
      lat: null,
      lon: null,
    });
    expect([answer.status, answer.body.lat]).toEqual([201, null]);
  });

  test('with a property nobody knows is refused by its name, at any depth', async () => {
    const outer = await send('POST', '/regions', { ...REGION, colour: 'red' });
    expectProblem(outer, 'validation-failed');
    expect(outer.body.detail).toBe('body.colour is not known');
    const inner = await send('POST', '/regions', { ...REGION, name: { ...REGION.name, fr: 'Nord' } });
    expect(inner.body.detail).toBe('body.name.fr is not known');
    expect((await send('GET', '/regions/north')).status).toBe(404);
  });

  test('that lacks something is refused with every fault', async () => {
    const answer = await send('POST', '/work-orders', { kind: 'repair' });
    expect(answer.body.detail).toContain('body.device is missing');
    expect(answer.body.detail).toContain('body.kind must be one of corrective, preventive');
  });

  test('with text no database takes is refused', async () => {
    for (const text of ['a\u0000b', '\ud800']) {
      const answer = await send('POST', '/regions', { ...REGION, name: { en: text, zh: '北' } });
      expectProblem(answer, 'validation-failed');
      expect(answer.body.detail).toContain('body.name.en');
    }
  });

  test('that is no JSON, poisoned, empty or something else', async () => {
    expectProblem(await send('POST', '/regions', '{"code": '), 'validation-failed');
    expectProblem(await send('POST', '/regions', '{"__proto__": {"admin": true}}'), 'validation-failed');
    expectProblem(await send('POST', '/regions', ''), 'validation-failed');
    expectProblem(await send('POST', '/regions', '[]'), 'validation-failed');
    expectProblem(await send('POST', '/regions', 'a', { 'content-type': 'text/plain' }), 'unsupported-media-type');
    expectProblem(
      await send('POST', '/regions', 'a=1', { 'content-type': 'application/x-www-form-urlencoded' }),
      'unsupported-media-type',
    );
  });

  test('larger than the limit', async () => {
    expectProblem(
      await send('POST', '/regions', { ...REGION, name: { en: 'x'.repeat(1_100_000), zh: '北' } }),
      'payload-too-large',
    );
  });
});

describe('a query', () => {
  test('is read strictly into its type', async () => {
    for (const query of [
      'limit=1.5',
      'limit=',
      'limit=true',
      'limit=0',
      'limit=501',
      'limit=1e2',
      'limit=10&limit=20',
    ]) {
      const answer = await send('GET', `/devices?${query}`);
      expectProblem(answer, 'validation-failed');
      expect(answer.body.detail).toContain('query.limit');
    }
    expectProblem(await send('GET', '/work-orders?open=1'), 'validation-failed');
    expect((await send('GET', '/devices?limit=1')).body.items).toHaveLength(1);
    expect((await send('GET', '/work-orders?open=true')).status).toBe(200);
  });

  test('with a filter nobody knows is refused, not ignored', async () => {
    const answer = await send('GET', '/devices?costumer=C-1');
    expectProblem(answer, 'validation-failed');
    expect(answer.body.detail).toBe('query.costumer is not known');
  });

  test('with an id or a span that cannot be', async () => {
    expectProblem(await send('GET', '/work-orders/0'), 'validation-failed');
    expectProblem(await send('GET', '/work-orders/99999999999999999999'), 'validation-failed');
    expectProblem(await send('GET', '/devices/%00'), 'validation-failed');
    expectProblem(await send('GET', '/devices/%zz'), 'validation-failed');
    const span = 'from=2026-02-02T00:00:00Z&to=2026-02-01T00:00:00Z';
    expectProblem(await send('GET', `/devices/P-EAST/telemetry?metric=a&${span}`), 'validation-failed');
  });
});

describe('what is not there', () => {
  test('is 404, and what is there under another method 405 with the methods', async () => {
    expectProblem(await send('GET', '/nothing'), 'not-found');
    expectProblem(await send('GET', '/devices/NOBODY'), 'not-found');
    expectProblem(await call(house.url, 'GET', '/api/v2/devices'), 'not-found');
    const answer = await send('PUT', '/devices/P-EAST', {});
    expectProblem(answer, 'method-not-allowed');
    expect(answer.headers.get('allow')).toBe('GET, HEAD, PATCH');
  });
});

describe('trouble on our side', () => {
  test('the database away is 503 and says when to come back', async () => {
    failures.away = true;
    const answer = await send('GET', '/regions');
    failures.away = false;
    expectProblem(answer, 'database-away');
    expect(answer.headers.get('retry-after')).toBe('2');
  });

  test('a question that takes too long is 504 and says how to ask for less', async () => {
    failures.slow = true;
    const answer = await send('GET', '/regions');
    failures.slow = false;
    expectProblem(answer, 'too-slow');
    expect(answer.body.detail).toContain('shorter span');
  });

  test('a bug is 500 without a word of what it was, and in the log with it', async () => {
    failures.broken = true;
    const answer = await send('GET', '/regions');
    failures.broken = false;
    expectProblem(answer, 'internal');
    expect(JSON.stringify(answer.body)).not.toContain('secret');
    const line = house.lines.find((text) => text.includes('secret detail of a bug'));
    expect(line).toContain(answer.body.requestId);
  });
});

describe('signing in', () => {
  test('wrong password and unknown person are told alike', async () => {
    const wrong = await call(house.root, 'POST', '/auth/login', { body: { email: 'a@b.cn', password: PASSWORD } });
    expectProblem(wrong, 'wrong-credentials');
  });

  test('the session ends with logout', async () => {
    const { accessToken } = await house.signIn('planner');
    expect((await call(house.root, 'GET', '/auth/me', { token: accessToken })).body).toMatchObject({ role: 'planner' });
    expect((await call(house.root, 'POST', '/auth/logout', { token: accessToken })).status).toBe(204);
    expectProblem(await call(house.root, 'GET', '/auth/me', { token: accessToken }), 'not-signed-in');
  });

  test('refresh gives new tokens', async () => {
    const { refreshToken } = await house.signIn('planner');
    const answer = await call(house.root, 'POST', '/auth/refresh', { body: { refreshToken } });
    expect(answer.status).toBe(200);
    const again = await call(house.root, 'GET', '/auth/me', { token: answer.body.accessToken as string });
    expect(again.status).toBe(200);
  });
});

describe('what leaves the house', () => {
  test('every answer carries the security headers', async () => {
    for (const path of ['/api/v1/devices', '/api/v1/nothing', '/healthz', '/somewhere']) {
      const { headers } = await call(house.url, 'GET', path);
      expect(headers.get('content-security-policy')).toContain("script-src 'self'");
      expect(headers.get('content-security-policy')).not.toContain('unsafe');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('strict-transport-security')).toContain('max-age');
    }
    expect((await send('GET', '/devices')).headers.get('cache-control')).toBe('no-store');
  });

  test('nothing personal is in the log', async () => {
    await call(house.root, 'POST', '/auth/login', {
      body: { email: 'somebody@example.test', password: 'their password' },
    });
    await send('GET', '/devices?q=PatientName');
    const log = house.lines.join('');
    expect(log).toContain('/api/v1/devices');
    for (const secret of ['somebody@example.test', 'their password', 'PatientName', token, '@example.test']) {
      expect(log).not.toContain(secret);
    }
  });

  test('probes answer, metrics count by route', async () => {
    expect((await call(house.url, 'GET', '/healthz')).body).toEqual({ status: 'alive' });
    expect((await call(house.url, 'GET', '/readyz')).body).toEqual({ status: 'ready' });
    parked.push('costing: 1 parked events');
    expect(await call(house.url, 'GET', '/readyz')).toMatchObject({ status: 200, body: { attention: parked } });
    parked.pop();
    const { body } = await call(house.url, 'GET', '/metrics');
    expect(body.text).toContain('stethos_http_request_seconds_count{method="GET",route="/api/v1/devices/:id"');
  });
});
