// The main job from end to end, without a browser: a pump's drive wears out in its telemetry, the alert comes with its
// reason, the work order opens by itself, a person does the job over HTTP, and the money is right to the minor unit in the
// facts, in the allocation and on the live channel. The instance then stands up to `npm run verify`, until tampered with.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunProof } from '../../../src/contracts/http/allocation.ts';
import type { Tokens } from '../../../src/contracts/http/auth.ts';
import type { Alert } from '../../../src/contracts/http/alerts.ts';
import type { Summary } from '../../../src/contracts/http/costs.ts';
import type { MaintenanceValue } from '../../../src/contracts/http/maintenance-value.ts';
import type { Page } from '../../../src/contracts/http/page.ts';
import type { WorkOrder, WorkOrderDetail } from '../../../src/contracts/http/work-orders.ts';
import type { Change, ClientToServer, ServerToClient, SubscribeAnswer } from '../../../src/contracts/live.ts';
import { DAY_MS, HOUR_MS, isoOf } from '../../../src/contracts/time.ts';
import { telemetryTopic } from '../../../src/contracts/topics.ts';
import { createDeviceModel } from '../../../src/simulators/device-model.ts';
import { planFault } from '../../../src/simulators/fault-plan.ts';
import { KIND_MODELS } from '../../../src/simulators/models/kinds.ts';
import { connectPublisher } from '../../../src/simulators/publisher.ts';
import { createRandom } from '../../../src/simulators/random.ts';
import { approveOverHttp } from '../../support/cycles.ts';
import { postOverHttp, signInApprover } from '../../support/two-people.ts';
import {
  ADMINISTRATOR,
  prepareServiceDatabase,
  ROOT,
  serviceEnvironment,
  type ServiceDatabase,
  startTestApp,
  type TestApp,
} from '../../support/app.ts';
import { cny, ENGINEER, foundOrganisation, PART, registerPump } from '../../support/organisation.ts';

const WORN = 'PUMP-1';
const SEED = 'chain';
const START_MS = Date.UTC(2026, 0, 5);
const ONSET_MS = START_MS + 30 * DAY_MS;
const SAMPLES_A_MESSAGE = 24;

let database: ServiceDatabase;
let service: TestApp;
let token: string;
let live: Socket<ServerToClient, ClientToServer>;
const changes: Change[] = [];

beforeAll(async () => {
  database = await prepareServiceDatabase();
  service = await startTestApp({ database });
  await foundOrganisation(service.api);
  token = await registerPump(service.api, WORN);
  for (const id of ['PUMP-2', 'PUMP-3']) await registerPump(service.api, id);
  const { accessToken } = await service.api.post<Tokens>('/auth/login', ADMINISTRATOR);
  live = io(`${service.httpUrl}/live`, { auth: { token: accessToken }, forceNew: true });
  live.on('change', (change) => void changes.push(change));
});
afterAll(async () => {
  live.close();
  await service.close();
  await database.remove();
});

/** Hourly samples of the pump from its start until just before its drive fails. */
async function publishWear(): Promise<number> {
  const spec = KIND_MODELS['infusion-pump'].faults.find(({ failureMode }) => failureMode === 'drive-wear');
  if (!spec) throw new Error('the pump model has no drive wear');
  const fault = planFault(spec, 1, createRandom(SEED, WORN), { kind: 'wear', onsetMs: ONSET_MS });
  const hospital = { tier: 'tertiary', utcOffsetHours: 8 } as const;
  const pump = createDeviceModel({
    kind: 'infusion-pump',
    deviceId: WORN,
    seed: SEED,
    startMs: START_MS,
    plan: [fault],
    hospital,
  });
  const samples = [];
  for (let atMs = START_MS; atMs < fault.endMs; atMs += HOUR_MS) {
    const { ts, values } = pump.sample(atMs);
    samples.push({ ts, values });
  }
  const publisher = await connectPublisher({ url: service.brokerUrl, deviceId: WORN, token });
  for (let start = 0; start < samples.length; start += SAMPLES_A_MESSAGE) {
    const message = samples.slice(start, start + SAMPLES_A_MESSAGE);
    await publisher.publish(telemetryTopic(WORN), JSON.stringify(message));
  }
  expect(await publisher.drain(60_000)).toBe(true);
  await publisher.close();
  return fault.endMs;
}

const subscribe = (topic: 'costs'): Promise<SubscribeAnswer> =>
  new Promise((resolve) => live.emit('subscribe', { topic }, resolve));

let job: WorkOrder;
let period: string;
const alertOfJob = async (): Promise<Alert | undefined> =>
  (await service.api.all<Alert>(`/alerts?device=${WORN}`)).find(({ id }) => id === job.alertId);
const summary = (by: string): Promise<Summary> =>
  service.api.get<Summary>(`/costs/summary?by=${by}&period=${period}&currency=CNY`);

test('wear in the telemetry becomes an alert and a work order by itself', { timeout: 60_000 }, async () => {
  const { api } = service;
  const failsAtMs = await publishWear();
  const jobs = async () => (await api.get<Page<WorkOrder>>(`/work-orders?device=${WORN}`)).items;
  await expect.poll(async () => (await jobs()).length, { timeout: 30_000 }).toBe(1);
  job = (await jobs())[0] as WorkOrder;
  expect(job).toMatchObject({
    kind: 'predictive',
    state: 'approved',
    component: { code: 'drive' },
    failureMode: { code: 'drive-wear' },
    engineer: { code: ENGINEER },
  });
  const openedMs = Date.parse(job.openedAt);
  expect(openedMs).toBeGreaterThan(ONSET_MS);
  expect(openedMs).toBeLessThan(failsAtMs - 7 * DAY_MS);

  // The alert learns of its job through the event log, a moment later.
  await expect.poll(async () => (await alertOfJob())?.state, { timeout: 10_000 }).toBe('in-progress');
  const alert = await alertOfJob();
  expect(alert).toMatchObject({ component: { code: 'drive' }, failureMode: { code: 'drive-wear' } });
  expect(alert?.workOrderId).toBe(job.id);
  expect(alert?.reason.en).toMatch(/Drive/);
  expect(alert?.reason.zh).toMatch(/传动/);
  expect(alert?.contributors.map(({ metric }) => metric)).toContain('drive_backlash');
});

test('a job done over HTTP costs what it took, exactly, and is told live', { timeout: 60_000 }, async () => {
  const { api } = service;
  const startMs = Date.parse(job.openedAt) + 2 * HOUR_MS;
  period = isoOf(startMs).slice(0, 7);
  const occurredOn = `${period}-01`;
  for (const [pool, driver, amount] of [
    ['call-centre', 'work-order-hours', '10000.01'],
    ['platform', 'installed-devices', '1000.00'],
  ] as const) {
    await api.post('/allocation/pools', { code: pool, name: { en: pool, zh: pool } });
    const posting = { pool, element: 'overhead', amount: cny(amount), occurredOn, note: driver };
    await postOverHttp(api, await signInApprover(api), '/costs/facts', posting);
  }
  await api.post('/allocation/cycles', {
    code: 'overhead',
    version: 1,
    effectiveFrom: '2026-01',
    method: 'direct',
    segments: [
      { pool: 'call-centre', driver: 'work-order-hours' },
      { pool: 'platform', driver: 'installed-devices' },
    ],
  });
  await approveOverHttp(api, 'overhead');
  const totals = async () => {
    const { direct, allocated, unallocated, total } = await summary('');
    return [direct, allocated, unallocated, total].map(({ amount }) => amount);
  };
  // Nobody has worked yet, so the call centre's cost has nobody to go to.
  await expect.poll(totals, { timeout: 10_000 }).toEqual(['0.00', '1000.00', '10000.01', '11000.01']);
  expect(await subscribe('costs')).toMatchObject({ position: expect.any(Number) });

  const at = (minutes: number): string => isoOf(startMs + minutes * 60_000);
  const path = `/work-orders/${job.id}`;
  const go = (to: string, minutes: number, more: object = {}) =>
    api.post(`${path}/transitions`, { to, at: at(minutes), ...more });
  await go('scheduled', 0, { engineer: ENGINEER, plannedAt: at(60) });
  await go('dispatched', 5);
  await go('travelling', 10);
  await go('on-site', 60);
  await api.post(`${path}/labour`, { engineer: ENGINEER, from: at(60), to: at(140), category: 'repair' });
  await api.post(`${path}/travel`, {
    engineer: ENGINEER,
    at: at(10),
    minutes: 50,
    distanceKm: 12.345,
    fare: cny('31.50'),
  });
  await api.post(`${path}/parts`, { part: PART, quantity: 1, serial: 'S-1', at: at(90) });
  await api.post(`${path}/charges`, { element: 'freight', amount: cny('85.00'), at: at(90), note: 'courier' });
  await api.post(`${path}/finding`, { failureMode: 'drive-wear', cause: 'wear', remedy: 'replaced', confirmed: true });
  await go('completed', 140, { restoredAt: at(140), downtimeMinutes: 80 });

  // labour 80 min x 320.00; travel 50 min x 120.00 + 12.345 km x 1.80 + 31.50; one drive; the courier
  const byElement = { labour: '426.67', travel: '153.72', parts: '900.00', freight: '85.00' };
  await expect.poll(totals, { timeout: 10_000 }).toEqual(['1565.39', '11000.01', '0.00', '12565.40']);
  const { workOrder, costByElement } = await api.get<WorkOrderDetail>(path);
  expect(workOrder.cost).toEqual([cny('1565.39')]);
  expect(Object.fromEntries(costByElement.map(({ element, amount }) => [element, amount.amount]))).toEqual(byElement);

  const carried = (await summary('device')).rows.map(({ keys, allocated, total }) => [
    keys.device,
    allocated.amount,
    total.amount,
  ]);
  expect(carried.sort()).toEqual([
    ['PUMP-1', '10333.35', '11898.74'],
    ['PUMP-2', '333.33', '333.33'],
    ['PUMP-3', '333.33', '333.33'],
  ]);
  await expect.poll(async () => (await alertOfJob())?.state, { timeout: 10_000 }).toBe('resolved');
  const value = await api.get<MaintenanceValue>(`/maintenance/value?period=${period}`);
  expect(value.avoidance).toMatchObject({ truePositives: 1, falsePositives: 0 });

  const told = () =>
    changes.flatMap((change) =>
      change.type === 'costs.changed' && change.data.workOrderId === job.id ? [change.data] : [],
    );
  const toldMinor = () => told().reduce((sum, { amountMinor }) => sum + BigInt(amountMinor ?? 0), 0n);
  await expect.poll(toldMinor, { timeout: 10_000 }).toBe(156539n);
  expect(new Set(told().map((one) => `${one.period} ${one.device} ${one.currency}`))).toEqual(
    new Set([`${period} ${WORN} CNY`]),
  );
  // The allocation moved too: told as a change of the period that carries no amount of its own.
  expect(changes.some(({ type, data }) => type === 'costs.changed' && data.amountMinor === null)).toBe(true);
  await expectAllocationOverHttp();
  const positions = changes.map(({ position }) => position);
  expect(positions).toEqual([...positions].sort((a, b) => a - b));
});

/** The run in force proves itself, repeats itself, and can be held against other methods and versions. */
async function expectAllocationOverHttp(): Promise<void> {
  const { api } = service;
  const { items } = await api.get<{ items: { id: number }[] }>('/allocation/runs');
  const run = await api.get<RunProof>(`/allocation/runs/${items[0]?.id}`);
  expect(run.totals).toEqual([{ currency: 'CNY', in: cny('11000.01'), out: cny('11000.01') }]);
  expect(run.pools.map(({ pool, difference }) => [pool, difference.amount])).toEqual([
    ['call-centre', '0.00'],
    ['platform', '0.00'],
  ]);
  expect(await api.post(`/allocation/runs/${run.id}/repeat`)).toMatchObject({ isSame: true, storedHash: run.hash });
  expect(await api.get(`/allocation/methods?period=${period}&by=device`)).toMatchObject({ inForce: 'direct' });
  expect(await api.get(`/allocation/drivers?period=${period}`)).toMatchObject({
    items: [{ driver: 'work-order-hours', unit: 'h', n: 1 }, { driver: 'installed-devices' }],
  });
  expect(await api.get(`/allocation/cycles/overhead/versions/1/problems?period=${period}`)).toMatchObject({
    problems: [],
  });
  expect(await api.post('/allocation/cycles/overhead/simulate', { period, by: 'device' })).toMatchObject({
    version: 1,
    rows: expect.arrayContaining([expect.objectContaining({ difference: cny('0.00') })]),
  });
}

/** The command as a person would run it. */
async function verify(): Promise<{ code: number; said: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/verify.ts'], {
    cwd: ROOT,
    env: serviceEnvironment(database.env),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return { code: code as number, said };
}

test('verify checks the instance, and finds what was tampered with', { timeout: 120_000 }, async () => {
  if (database.target.url === undefined) {
    expect(await verify()).toEqual({ code: 2, said: expect.stringMatching(/^Not checked: Another instance uses/) });
  }
  await service.close();
  const whole = await verify();
  expect(whole.said).toMatch(/holds {2}every reading is of a registered device \(n = \d{4,}\)/);
  expect(whole.said).toMatch(/holds {2}allocation conserves every pool, to the minor unit \(n = 4 allocated amounts\)/);
  expect(whole.said).toMatch(/holds {2}what the jobs captured is what was booked \(n = 4 entries, 8 cost facts\)/);
  expect(whole.said).toMatch(/holds {2}the journal balances, and is the facts and the final runs \(n = \d+ entries\)/);
  expect(whole.said).toMatch(
    /holds {2}pivots are the sums of the facts, by month, element and currency \(n = 8 cost facts\)/,
  );
  expect(whole.code).toBe(0);

  await database.look(async (db) => {
    await db.query('ALTER TABLE journal_entry DISABLE TRIGGER journal_entry_append_only');
    await db.query('UPDATE journal_entry SET amount_minor = amount_minor + 1 WHERE line = 1 AND journal_id = 1');
  });
  const unbalanced = await verify();
  expect(unbalanced.said).toMatch(/BREAK {2}every journal balances in each currency: journal 1: 1 CNY left over/);
  expect(unbalanced.code).toBe(1);

  await database.look(async (db) => {
    await db.query('ALTER TABLE cost_fact DISABLE TRIGGER cost_fact_append_only');
    await db.query("UPDATE cost_fact SET amount_minor = amount_minor + 1 WHERE element = 'parts'");
  });
  const cooked = await verify();
  expect(cooked.said).toMatch(/BREAK {2}parts are in the facts: .*captured 90000, booked 90001/);
  expect(cooked.code).toBe(1);

  await database.look((db) => db.query('UPDATE reading SET device_id = 4711 WHERE device_id = 1'));
  expect(await verify()).toEqual({
    code: 1,
    said: expect.stringMatching(
      /^BREAK {2}every reading is of a registered device: \d{4,} readings of device number 4711/,
    ),
  });
});
