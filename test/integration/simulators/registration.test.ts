// Registering a fleet: what is posted fits the schemas of the HTTP contract, what exists already is left alone, and a
// busy instance is asked again.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NewDevice } from '../../../src/contracts/http/devices.ts';
import { Customer, Part, Region, Station } from '../../../src/contracts/http/registry.ts';
import { Product } from '../../../src/contracts/product.ts';
import { identifyFleet } from '../../../src/simulators/fleet.ts';
import { KINDS } from '../../../src/simulators/models/kind-model.ts';
import { registerFleet } from '../../../src/simulators/registration.ts';

const SCHEMAS: Readonly<Record<string, TSchema>> = {
  '/regions': Region,
  '/stations': Station,
  '/customers': Customer,
  '/parts': Part,
  '/products': Product,
  '/devices': NewDevice,
};
const keyOf = (body: Record<string, unknown>): string => String(body.code ?? body.id);

let server: Server;
let url: string;
let known: Map<string, Set<string>>;
let refusals: string[];
let busyTimes: number;

beforeEach(async () => {
  known = new Map();
  refusals = [];
  busyTimes = 0;
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += chunk));
    request.on('end', () => {
      const body = JSON.parse(text || '{}') as Record<string, unknown>;
      const [status, answer] = answerTo((request.url ?? '').replace('/api/v1', ''), body);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise<void>((resolve) => server.close(() => resolve())));

function answerTo(path: string, body: Record<string, unknown>): [number, unknown] {
  if (path === '/auth/login') return [200, { accessToken: 'a' }];
  const credential = /^\/devices\/(.+)\/credentials$/.exec(path);
  if (credential) return [201, { device: credential[1], token: `token of ${credential[1]}` }];
  const schema = SCHEMAS[path];
  if (!schema || !Value.Check(schema, body)) {
    refusals.push(`${path} ${keyOf(body)}`);
    return [400, { code: 'validation-failed', detail: path }];
  }
  if (path === '/devices' && busyTimes < 2) {
    busyTimes++;
    return [429, { code: 'too-many-requests' }];
  }
  const codes = known.get(path) ?? new Set();
  known.set(path, codes);
  if (codes.has(keyOf(body))) return [409, { code: 'already-exists' }];
  codes.add(keyOf(body));
  return [201, body];
}

test('registers everything a fleet needs, once, and returns a token per device', async () => {
  const fleet = identifyFleet({ devices: 20, kinds: KINDS, prefix: 'SIM' });
  const account = { url, email: 'admin@example.org', password: 'secret' };
  const tokens = await registerFleet(account, fleet);
  expect(refusals).toEqual([]);
  expect([...tokens]).toEqual(fleet.map(({ id }) => [id, `token of ${id}`]));
  expect(known.get('/products')?.size).toBe(KINDS.length);
  expect(known.get('/devices')?.size).toBe(20);
  expect(busyTimes).toBe(2);

  await registerFleet(account, fleet);
  expect(known.get('/devices')?.size).toBe(20);
});
