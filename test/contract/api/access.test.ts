// Who may do what, stated apart from the code: every route of the OpenAPI document is in this table and refuses
// whoever lacks the permission, before anything else is looked at.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mayDo, type Permission, ROLES, type Role } from '../../../src/contracts/access.ts';
import { call, type House, startHouse } from '../../support/api.ts';

const MASTER_DATA = ['regions', 'stations', 'customers', 'sites', 'contracts', 'engineers', 'parts', 'products'];
const CAPTURES = ['labour', 'travel', 'parts', 'charges', 'finding', 'transitions'];
/** What one person proposes and another approves. */
const TWO_PEOPLE = ['/rates', '/rates/exchange', '/costs/dimension-mappings', '/costs/postings'];
const ALERT_ACTIONS = ['acknowledge', 'assign', 'comment', 'shelve', 'unshelve', 'resolve', 'close'];

const all = (permission: Permission | 'public' | 'signed-in', routes: readonly string[]) =>
  routes.map((route) => [route, permission] as const);

const NEEDED = new Map<string, Permission | 'public' | 'signed-in'>([
  ...all('public', ['POST /auth/login', 'POST /auth/refresh', 'GET /openapi.json']),
  ...all('signed-in', ['POST /auth/logout', 'GET /auth/me']),
  ...MASTER_DATA.flatMap((name) => [
    ...all('fleet:read', [`GET /${name}`, `GET /${name}/{code}`]),
    ...all('registry:write', [`POST /${name}`, `PATCH /${name}/{code}`]),
  ]),
  ...all('fleet:read', ['GET /contracts/{code}/amendments']),
  ...all('costs:read', ['GET /contracts/margins', 'GET /contracts/{code}/margin', 'GET /contracts/{code}/prices']),
  ...all('registry:write', ['POST /contracts/{code}/amendments']),
  ...all('fleet:read', ['GET /devices', 'GET /devices/{id}', 'GET /devices/{id}/health']),
  ...all('registry:write', ['POST /devices', 'PATCH /devices/{id}']),
  ...all('credentials:write', ['POST /devices/{id}/credentials', 'DELETE /devices/{id}/credentials']),
  ...all('credentials:write', ['GET /devices/{id}/credentials', 'DELETE /devices/{id}/credentials/{entry}']),
  ...all('credentials:write', ['GET /devices/{id}/certificates', 'POST /devices/{id}/certificates']),
  ...all('credentials:write', ['DELETE /devices/{id}/certificates/{entry}']),
  ...all('public', ['GET /ca.pem', 'GET /ca.crl']),
  ...all('telemetry:read', [
    'GET /devices/{id}/telemetry',
    'GET /devices/{id}/telemetry/counts',
    'GET /devices/{id}/conflicts',
    'GET /devices/{id}/latest',
    'GET /devices/{id}/unknown-metrics',
    'GET /unknown-metrics',
    'GET /fleet/latest',
  ]),
  ...all('telemetry:read', [
    'GET /devices/{id}/command-catalogue',
    'GET /devices/{id}/commands',
    'GET /devices/{id}/commands/{request}',
  ]),
  ...all('commands:write', ['POST /devices/{id}/commands', 'POST /devices/{id}/commands/{request}/cancel']),
  ...all('telemetry:read', ['GET /quality/events', 'GET /quality/summary', 'GET /quality/completeness']),
  ...all('telemetry:read', ['GET /devices/{id}/quality', 'GET /quality/component-swaps']),
  ...all('alerts:write', ['POST /quality/component-swaps/{id}/decide']),
  ...all('alerts:read', [
    'GET /devices/{id}/prognoses',
    'GET /devices/{id}/timeline',
    'GET /alerts',
    'GET /alerts/{id}',
  ]),
  ...all('alerts:write', ['POST /alerts/bulk', ...ALERT_ACTIONS.map((action) => `POST /alerts/{id}/${action}`)]),
  ...all('notifications:read', [
    'GET /notifications',
    'GET /notifications/recipients',
    'GET /notifications/policies',
    'GET /notifications/teams',
    'GET /notifications/webhooks',
  ]),
  ...all('alerts:read', ['GET /notifications/preference', 'PUT /notifications/preference', 'POST /notifications/test']),
  ...all('notifications:write', [
    'POST /notifications/{id}/resend',
    'PATCH /notifications/policies/{severity}',
    'POST /notifications/teams',
    'PATCH /notifications/teams/{code}',
    'DELETE /notifications/teams/{code}',
    'POST /notifications/webhooks',
    'PATCH /notifications/webhooks/{id}',
    'DELETE /notifications/webhooks/{id}',
    'POST /notifications/webhooks/{id}/secret',
    'POST /notifications/webhooks/{id}/test',
  ]),
  ...all('rules:read', ['GET /rules', 'GET /rules/{id}', 'GET /rules/{id}/versions']),
  ...all('rules:write', ['POST /rules', 'PATCH /rules/{id}', 'POST /rules/{id}/deactivate']),
  ...all('rules:approve', ['POST /rules/{id}/activate']),
  ...all('rules:read', ['POST /rules/{id}/replay', 'GET /replays', 'GET /replays/{id}']),
  ...all('rules:read', ['POST /replays/{id}/cancel']),
  ...all('models:read', ['POST /models/{id}/replay']),
  ...all('models:read', ['GET /models', 'GET /models/{id}', 'GET /models/{id}/export', 'GET /models/{id}/plots']),
  ...all('models:read', [
    'GET /models/learnable',
    'GET /models/runs',
    'GET /models/runs/{id}',
    'GET /products/{code}/survival',
  ]),
  ...all('models:read', ['GET /predictions/scorecard', 'GET /predictions/episodes']),
  ...all('models:write', ['POST /models/import', 'POST /models/train', 'POST /models/runs/{id}/cancel']),
  ...all('models:write', ['POST /models/{id}/shadow', 'POST /models/{id}/evaluate']),
  ...all('models:approve', ['POST /models/{id}/activate', 'POST /models/{id}/rollback', 'PUT /job-caps/{code}']),
  ...all('alerts:read', ['GET /proposals', 'GET /proposals/{id}']),
  ...all('work-orders:write', ['POST /proposals/{id}/confirm', 'POST /proposals/{id}/dismiss']),
  ...all('work-orders:read', ['GET /job-caps']),
  ...all('work-orders:read', ['GET /work-orders', 'GET /work-orders/{id}']),
  ...all('work-orders:write', ['POST /work-orders', ...CAPTURES.map((what) => `POST /work-orders/{id}/${what}`)]),
  ...all('costs:read', [
    'GET /costs/facts',
    'GET /costs/facts/{id}',
    'GET /costs/summary',
    'GET /costs/explain',
    'GET /costs/compare',
  ]),
  ...all('costs:read', ['GET /costs/explain', 'GET /costs/flow']),
  ...all('costs:read', ['GET /rates/exchange', 'GET /costs/dimension-mappings']),
  ...all('costs:read', ['GET /costs/forecast', 'GET /budgets', 'GET /budgets/consumption']),
  ...all('costs:read', ['GET /budgets/{code}/versions/{version}']),
  ...all('costs:write', ['POST /budgets', 'POST /budgets/import']),
  ...all('costs:approve', ['POST /budgets/{code}/versions/{version}/activate']),
  ...all('costs:write', ['POST /rates/exchange', 'POST /costs/dimension-mappings']),
  ...all('costs:read', ['GET /maintenance/value', 'GET /allocation/pools', 'GET /allocation/cycles']),
  ...all('costs:read', ['GET /allocation/runs', 'GET /rates', 'GET /periods']),
  ...all('costs:read', ['GET /allocation/runs/{id}', 'POST /allocation/runs/{id}/repeat', 'GET /allocation/drivers']),
  ...all('costs:read', [
    'GET /allocation/unallocated',
    'POST /allocation/cycles/problems',
    'POST /allocation/cycles/simulate',
    'GET /allocation/receivers',
    'GET /allocation/methods',
    'POST /allocation/cycles/{code}/simulate',
  ]),
  ...all('costs:read', ['GET /allocation/cycles/{code}/versions/{version}/problems']),
  ...all('costs:approve', ['POST /allocation/cycles/{code}/versions/{version}/activate']),
  ...TWO_PEOPLE.flatMap((path) => [
    ...all('costs:approve', [`POST ${path}/{id}/approve`]),
    ...all('costs:write', [`POST ${path}/{id}/withdraw`]),
  ]),
  ...all('costs:read', ['GET /costs/postings']),
  ...all('costs:write', ['POST /costs/facts', 'POST /costs/facts/{id}/reverse', 'POST /allocation/pools']),
  ...all('costs:write', ['POST /allocation/cycles', 'POST /allocation/cycles/{code}/versions/{version}/withdraw']),
  ...all('costs:write', ['POST /rates']),
  ...all('costs:read', ['GET /periods/{period}']),
  ...all(
    'costs:write',
    ['close', 'reopen', 'withdraw'].map((act) => `POST /periods/{period}/${act}`),
  ),
  ...all('costs:approve', ['POST /periods/{period}/approve', 'POST /journal/mappings/{id}/approve']),
  ...all('costs:read', ['GET /journal', 'GET /journal/balances', 'GET /journal/accounts', 'GET /journal/mappings']),
  ...all('costs:read', ['GET /journal/exports', 'GET /journal/export']),
  ...all('costs:write', ['POST /journal/accounts', 'POST /journal/mappings', 'POST /journal/exports']),
  ...all('fleet:read', ['GET /imports', 'GET /imports/{id}']),
  ...all('imports:write', ['POST /imports', 'POST /imports/{id}/progress', 'POST /imports/files']),
  ...all(
    'imports:write',
    ['preview', 'start', 'cancel'].map((action) => `POST /imports/{id}/${action}`),
  ),
  ...all('quarantine:read', ['GET /quarantine', 'GET /quarantine/{id}', 'GET /quarantine/summary']),
  ...all('quarantine:read', ['GET /quarantine/mappings', 'POST /quarantine/mappings/preview']),
  ...all('quarantine:write', ['POST /quarantine/mappings', 'POST /quarantine/replay', 'POST /quarantine/discard']),
  ...all('quarantine:write', ['POST /quarantine/{id}/replay', 'POST /quarantine/{id}/discard']),
  ...all('users:read', ['GET /users', 'GET /users/{id}']),
  ...all('users:write', ['POST /users', 'PATCH /users/{id}']),
  ...all('system:read', ['GET /system']),
  ...all('system:write', ['POST /system/maintenance/{job}/run']),
]);

/** A path that fits its schema and names nothing that exists. */
const concrete = (path: string): string =>
  path
    .replace('{id}', '2147483647')
    .replace('{entry}', '1')
    .replace('{job}', 'nothing')
    .replace('{severity}', 'critical')
    .replace('{code}', 'nothing')
    .replace('{request}', 'nothing')
    .replace('{period}', '1999-01');

let house: House;
let operations: { method: string; path: string; responses: Record<string, unknown> }[];
const tokens = new Map<Role, string>();

beforeAll(async () => {
  house = await startHouse();
  for (const role of ROLES) tokens.set(role, (await house.signIn(role)).accessToken);
  const document = (await (await fetch(`${house.root}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
  };
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { responses }]) => ({
      method: method.toUpperCase(),
      path: path.replace('/api/v1', ''),
      responses,
    })),
  );
});
afterAll(() => house.close());

const atRoot = (path: string): boolean => ['/healthz', '/readyz', '/metrics'].includes(path);

describe('every route', () => {
  test('is in the table, and the table names no other', () => {
    const documented = operations.filter(({ path }) => !atRoot(path)).map(({ method, path }) => `${method} ${path}`);
    expect(documented.sort()).toEqual([...NEEDED.keys()].sort());
  });

  test('answers nobody without a token', async () => {
    for (const [route, permission] of NEEDED) {
      if (permission === 'public') continue;
      const [method, path] = route.split(' ') as [string, string];
      for (const headers of [{}, { authorization: 'Bearer made-up' }, { authorization: 'Basic YTpi' }]) {
        const answer = await call(house.root, method, concrete(path), { headers });
        expect([route, answer.status, answer.body.code]).toEqual([route, 401, 'not-signed-in']);
        expect(answer.headers.get('www-authenticate')).toContain('Bearer');
      }
    }
  });

  test('refuses each role that lacks its permission, and only those', { timeout: 120_000 }, async () => {
    const wrong: string[] = [];
    for (const [route, permission] of NEEDED) {
      if (permission === 'public' || route === 'POST /auth/logout') continue;
      const [method, path] = route.split(' ') as [string, string];
      for (const role of ROLES) {
        // A body no schema takes: whoever is let in gets no further than 400 or 404.
        const body = method === 'GET' || method === 'DELETE' ? {} : { body: { nobodyKnowsThis: 1 } };
        const answer = await call(house.root, method, concrete(path), { token: tokens.get(role) as string, ...body });
        const isRefused = answer.status === 403 && answer.body.code === 'not-permitted';
        const isAllowed = permission === 'signed-in' || mayDo(role, permission);
        if (isRefused === isAllowed) wrong.push(`${role} ${route}: ${answer.status} ${answer.body.code}`);
        if (answer.status >= 500) wrong.push(`${role} ${route}: ${answer.status} ${answer.body.detail}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('documents its problems', () => {
    for (const { method, path, responses } of operations) {
      const permission = NEEDED.get(`${method} ${path}`);
      const expected = ['500', '503'];
      if (permission !== undefined && permission !== 'public') expected.push('401');
      if (permission !== undefined && permission !== 'public' && permission !== 'signed-in') expected.push('403');
      if (path.includes('{')) expected.push('404', '400');
      if (method === 'PATCH') expected.push('412', '428');
      for (const status of expected)
        expect([method, path, Object.keys(responses)]).toEqual([method, path, expect.arrayContaining([status])]);
      expect(Object.keys(responses).some((status) => status.startsWith('2'))).toBe(true);
    }
  });

  test('that concerns the whole house refuses a cut view', async () => {
    const { accessToken: token } = await house.signIn('administrator', { regions: ['east'], customers: null });
    for (const [method, path] of [
      ['GET', '/users'],
      ['POST', '/regions'],
      ['POST', '/costs/facts'],
      ['GET', '/allocation/pools'],
      ['PATCH', '/devices/P-EAST'],
    ] as const) {
      const answer = await call(house.root, method, path, { token, ...(method === 'GET' ? {} : { body: {} }) });
      expect([path, answer.status, answer.body.code]).toEqual([path, 403, 'not-permitted']);
    }
  });
});
