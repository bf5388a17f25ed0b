// Asking for commands over HTTP: who may, how many may wait, once per key; and what others see of it live.
import { io } from 'socket.io-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Role, Scope } from '../../../src/contracts/access.ts';
import { DEFAULT_COMMANDS } from '../../../src/contracts/command-catalogue.ts';
import type { Command } from '../../../src/contracts/http/commands.ts';
import type { Page } from '../../../src/contracts/http/page.ts';
import type { Change } from '../../../src/contracts/live.ts';
import { call, type House, startHouse } from '../../support/api.ts';
import { newDevice, PUMP } from '../../support/registry.ts';

const WEST: Scope = { regions: ['west'], customers: null };
const SELF_TEST = { name: 'self-test', reason: 'a drill' };

let house: House;
beforeAll(async () => {
  house = await startHouse();
});
afterAll(() => house.close());

let count = 0;
async function register(): Promise<string> {
  count += 1;
  await house.registry.devices.create(newDevice(`P-${count}`));
  return `P-${count}`;
}

async function caller(role: Role, scope?: Scope) {
  const { accessToken: token } = await house.signIn(role, scope);
  return (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    call(house.root, method, path, { token, headers, ...(body === undefined ? {} : { body }) });
}

test('a role asks for what the catalogue lets it, within its own part of the house', async () => {
  const device = await register();
  const path = `/devices/${device}/commands`;
  const [support, field, manager, west] = await Promise.all([
    caller('support-engineer'),
    caller('field-engineer'),
    caller('manager'),
    caller('support-engineer', WEST),
  ]);
  expect((await field('POST', path, SELF_TEST)).status).toBe(201);
  const refused = await field('POST', path, { ...SELF_TEST, name: 'restart' });
  expect([refused.status, refused.body.code]).toEqual([403, 'not-permitted']);
  expect((await manager('POST', path, SELF_TEST)).body.code).toBe('not-permitted');
  expect((await west('POST', path, SELF_TEST)).body.code).toBe('not-found');
  expect((await west('GET', path)).body.code).toBe('not-found');
  const catalogue = await support('GET', `/devices/${device}/command-catalogue`);
  expect(catalogue.body).toEqual(JSON.parse(JSON.stringify(DEFAULT_COMMANDS)));
  const unknown = await support('POST', path, { ...SELF_TEST, name: 'explode' });
  expect(unknown.body).toMatchObject({ code: 'refused', allowed: DEFAULT_COMMANDS.map(({ code }) => code) });
});

test('a product may name its own commands; one that contradicts itself is refused', async () => {
  const own = { ...DEFAULT_COMMANDS[1], code: 'rinse' };
  await house.registry.products.create({ ...PUMP, code: 'rinser', commands: [own] as typeof PUMP.commands & object });
  await house.registry.devices.create(newDevice('R-1', { product: 'rinser' }));
  const support = await caller('support-engineer');
  expect((await support('POST', '/devices/R-1/commands', SELF_TEST)).body).toMatchObject({ allowed: ['rinse'] });
  const asked = await support('POST', '/devices/R-1/commands', { name: 'rinse', reason: 'a drill' });
  expect(asked.body).toMatchObject({ args: { lines: 100 }, title: own.name });
  const admin = await caller('administrator');
  const upsideDown = { ...own, arguments: [{ ...own.arguments?.[0], minimum: 5, maximum: 1, default: 3 }] };
  const refused = await admin('POST', '/products', { ...PUMP, code: 'odd', commands: [upsideDown, upsideDown] });
  expect([refused.status, refused.body.detail]).toEqual([422, expect.stringContaining('minimum is above maximum')]);
  expect(refused.body.detail).toContain('command rinse is there twice');
});

test('a flood of requests leaves as many open as may be, however they fall', async () => {
  const device = await register();
  const support = await caller('support-engineer');
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => support('POST', `/devices/${device}/commands`, SELF_TEST)),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([...Array(3).fill(201), ...Array(9).fill(429)]);
  expect(answers.find(({ status }) => status === 429)?.body).toMatchObject({ code: 'too-many-requests', limit: 3 });
});

test('one key is one command', async () => {
  const device = await register();
  const support = await caller('support-engineer');
  const path = `/devices/${device}/commands`;
  const ask = () => support('POST', path, SELF_TEST, { 'idempotency-key': 'the-same' });
  const [first, second] = [await ask(), await ask()];
  expect(second.body).toEqual(first.body);
  expect((await support('GET', path)).body.items).toHaveLength(1);
});

test('a history comes in pages, newest first, and by state', async () => {
  const device = await register();
  const support = await caller('support-engineer');
  const path = `/devices/${device}/commands`;
  const asked: string[] = [];
  for (let i = 0; i < 3; i++)
    asked.unshift(((await support('POST', path, SELF_TEST)).body as unknown as Command).request);
  await support('POST', `${path}/${asked[1]}/cancel`, { reason: 'enough' });
  const page = async (query: string) => (await support('GET', `${path}?${query}`)).body as unknown as Page<Command>;
  const first = await page('limit=2');
  const second = await page(`limit=2&cursor=${first.next}`);
  expect([...first.items, ...second.items].map((one) => one.request)).toEqual(asked);
  expect(second.next).toBeNull();
  expect((await page('state=cancelled')).items).toMatchObject([{ request: asked[1], cancelReason: 'enough' }]);
});

test('every step is on the open screens of those who may see the device, and of nobody else', async () => {
  const device = await register();
  const support = await caller('support-engineer');
  const watch = async (role: Role): Promise<Change[]> => {
    const { accessToken: token } = await house.signIn(role);
    const socket = io(`${house.url}/live`, { auth: { token }, forceNew: true, reconnection: false });
    const changes: Change[] = [];
    socket.on('change', (change: Change) => changes.push(change));
    await new Promise((resolve) => socket.emit('subscribe', { topic: `device:${device}` }, resolve));
    sockets.push(socket);
    return changes;
  };
  const sockets: ReturnType<typeof io>[] = [];
  const [manager, controller] = [await watch('manager'), await watch('controller')];
  const { request } = (await support('POST', `/devices/${device}/commands`, SELF_TEST)).body as Command;
  await support('POST', `/devices/${device}/commands/${request}/cancel`, {});
  const states = (changes: Change[]) =>
    changes.flatMap((change) => (change.type === 'command.changed' ? [change.data.state] : []));
  await expect.poll(() => states(manager).at(-1), { timeout: 10_000 }).toBe('cancelled');
  expect(states(controller)).toEqual([]);
  for (const socket of sockets) socket.close();
});
