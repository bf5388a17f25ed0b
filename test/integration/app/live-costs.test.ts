// A fact is in the provisional totals on every open screen: people with sockets of their own are told of each posting and of the
// allocation that follows it, and what they then read has the fact in it, to the minor unit.
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Summary } from '../../../src/contracts/http/costs.ts';
import type { Change, ClientToServer, ServerToClient } from '../../../src/contracts/live.ts';
import type { ApiClient } from '../../../src/simulators/api-client.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { approveOverHttp } from '../../support/cycles.ts';
import { postOverHttp, signInApprover } from '../../support/two-people.ts';

const LIMIT_MS = 120_000;
const PATIENCE = { timeout: 30_000, interval: 20 };
const PASSWORD = 'a long enough password';
const PERIOD = new Date().toISOString().slice(0, 7);
const ROLES = ['controller', 'manager', 'auditor'] as const;
const FACTS = 5;

interface Screen {
  api: ApiClient;
  socket: Socket<ServerToClient, ClientToServer>;
  /** Changes of the period that are not told by their amount: what a run has placed anew. */
  allocated: Change[];
}

let app: TestApp;
let approver: ApiClient;
let screens: Screen[];

const tokenOf = async (email: string): Promise<string> => {
  const response = await fetch(`${app.httpUrl}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: PASSWORD }),
  });
  return ((await response.json()) as { accessToken: string }).accessToken;
};

async function openScreen(role: (typeof ROLES)[number]): Promise<Screen> {
  const email = `${role}@example.test`;
  await app.api.post('/users', { email, password: PASSWORD, name: role, role });
  const socket: Screen['socket'] = io(`${app.httpUrl}/live`, {
    auth: { token: await tokenOf(email) },
    forceNew: true,
  });
  const allocated: Change[] = [];
  socket.on('change', (change) => {
    if (change.type === 'costs.changed' && change.data.amountMinor === null) allocated.push(change);
  });
  const answer = await new Promise((resolve) => socket.emit('subscribe', { topic: 'costs' }, resolve));
  expect(answer).toHaveProperty('position');
  return { api: await app.api.as(email, PASSWORD), socket, allocated };
}

const post = (amount: string): Promise<void> =>
  postOverHttp(app.api, approver, '/costs/facts', {
    pool: 'it',
    element: 'overhead',
    amount: { amount, currency: 'CNY' },
    occurredOn: `${PERIOD}-01`,
    note: 'IT',
  });

beforeAll(async () => {
  app = await startTestApp();
  const { api } = app;
  approver = await signInApprover(api);
  await api.post('/regions', { code: 'east', name: { en: 'East', zh: '华东' } });
  await api.post('/customers', { code: 'C-1', name: { en: 'C', zh: '客户' }, group: null, tier: null, region: 'east' });
  await api.post('/contracts', {
    code: 'K-1',
    customer: 'C-1',
    type: 'full-service',
    startsOn: '2020-01-01',
    endsOn: '2040-01-01',
    price: { amount: '960000.00', currency: 'CNY' },
    responseHours: null,
    restorationHours: null,
    uptimeTarget: null,
    penaltyPerHour: { amount: '0.00', currency: 'CNY' },
  });
  await api.post('/allocation/pools', { code: 'it', name: { en: 'IT', zh: '信息系统' } });
  await api.post('/allocation/cycles', {
    code: 'shared',
    version: 1,
    effectiveFrom: PERIOD,
    method: 'direct',
    segments: [{ pool: 'it', driver: 'contract-revenue' }],
  });
  await approveOverHttp(api, 'shared');
  screens = await Promise.all(ROLES.map(openScreen));
}, LIMIT_MS);
afterAll(async () => {
  for (const { socket } of screens ?? []) socket.close();
  await app?.close();
});

test('every fact is told to every screen, and in the totals it then reads', { timeout: LIMIT_MS }, async () => {
  for (let fact = 1; fact <= FACTS; fact += 1) {
    const before = screens.map(({ allocated }) => allocated.length);
    await post('1000.01');
    for (const [index, { api, allocated }] of screens.entries()) {
      await expect.poll(() => allocated.length, PATIENCE).toBeGreaterThan(before[index] as number);
      const { rows, unallocated } = await api.get<Summary>(`/costs/summary?by=customer&period=${PERIOD}`);
      const minor = 100_001 * fact;
      expect(rows.map(({ keys, allocated: { amount } }) => [keys['customer'], amount])).toEqual([
        ['C-1', `${Math.floor(minor / 100)}.${String(minor % 100).padStart(2, '0')}`],
      ]);
      expect(unallocated.amount).toBe('0.00');
    }
  }
  const positions = screens.map(({ allocated }) => allocated.map(({ position }) => position));
  expect(new Set(positions.map((list) => JSON.stringify(list))).size).toBe(1);
});
