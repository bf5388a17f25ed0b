import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import { minorOf, type Money } from '../../../src/contracts/money.ts';
import type { WorkOrderState } from '../../../src/contracts/work-order-states.ts';
import { COSTING_CONSUMER } from '../../../src/costing/costing.ts';
import { verifyBooks } from '../../../src/costing/books.ts';
import { JOB_EVENTS } from '../../../src/costing/job-facts.ts';
import { closeByTwo } from '../../support/close-period.ts';
import { putInForce } from '../../support/cycles.ts';
import { type ServiceWorld, startServiceWorld } from '../../support/service-world.ts';
import { postByTwo, reverseByTwo } from '../../support/two-people.ts';

const ACTOR = 'controller';
const cny = (amount: string): Money => ({ amount, currency: 'CNY' });
const minor = (money: Money): bigint => minorOf(money) ?? 0n;

let world: ServiceWorld;
beforeAll(async () => {
  world = await startServiceWorld();
});
afterAll(() => world.close());

const summary = (by: string, more: object = {}) =>
  world.costing.reads.summary({ by, period: '2026-06', currency: 'CNY', ...more }, EVERYTHING);
const booksBreak = async () => (await verifyBooks(world.database, COSTING_CONSUMER, JOB_EVENTS)).firstBreak;

/** A whole corrective job on MRI-1 in June: 340 minutes of work in all, 11 h out of order. */
async function doJob(): Promise<number> {
  const { commands } = world.service;
  const opened = await commands.open(
    {
      device: 'MRI-1',
      kind: 'corrective',
      failureMode: 'displacer-wear',
      at: '2026-06-01T00:00:00Z',
      failedAt: '2026-06-01T00:00:00Z',
    },
    ACTOR,
  );
  const job = { workOrderId: opened.id, actor: ACTOR };
  const go = (to: WorkOrderState, at: string) => commands.transition(job, { to, at: `2026-06-01T${at}Z` });
  await go('approved', '01:00:00');
  await go('on-site', '03:00:00');
  const labour = (engineer: string, from: string, to: string, category: 'repair' | 'remote') =>
    commands.recordLabour(job, { engineer, from: `2026-06-01T${from}Z`, to: `2026-06-01T${to}Z`, category });
  await labour('wang', '03:00:00', '08:00:00', 'repair');
  await labour('li', '03:00:00', '03:20:00', 'remote');
  await commands.recordTravel(job, {
    engineer: 'wang',
    at: '2026-06-01T02:00:00Z',
    minutes: 50,
    distanceKm: 12.345,
    fare: cny('31.50'),
  });
  await commands.recordPart(job, { part: 'P-COLDHEAD', quantity: 1, serial: 'S7', at: '2026-06-01T04:00:00Z' });
  await commands.recordPart(job, { part: 'P-SCREW', quantity: 4, at: '2026-06-01T04:00:00Z' });
  await commands.recordPart(job, { part: 'P-SCREW', quantity: -1, at: '2026-06-01T07:00:00Z' });
  await commands.recordCharge(job, { element: 'freight', amount: cny('850.00'), at: '2026-06-01T04:00:00Z' });
  await commands.recordFinding(job, {
    failureMode: 'displacer-wear',
    cause: 'wear',
    remedy: 'replaced',
    confirmed: true,
  });
  await commands.transition(job, { to: 'completed', at: '2026-06-01T11:00:00Z', restoredAt: '2026-06-01T11:00:00Z' });
  return opened.id;
}

describe('from a captured job to the summary', () => {
  let jobId: number;

  it('costs every entry exactly, by the rate in force', async () => {
    jobId = await doJob();
    await world.costing.idle();
    const { rows, direct, total } = await summary('element');
    const byElement = Object.fromEntries(rows.map((row) => [row.keys.element, row.direct.amount]));
    expect(byElement).toEqual({
      // 5 h x 360.00, the rate of June; 20 min x 250.00, the engineer's own
      labour: '1800.00',
      remote: '83.33',
      // 50 min x 120.00 + 12.345 km x 1.80 + 31.50
      travel: '153.72',
      // one cold head, three screws at 3.33
      parts: '180009.99',
      freight: '850.00',
      // 11 h - 8 h to restore, 1,000.00 an hour
      'downtime-penalty': '3000.00',
    });
    expect(rows.find((row) => row.keys.element === 'travel')?.labels.element).toEqual({ en: 'Travel', zh: '差旅' });
    expect(direct).toEqual(cny('185897.04'));
    expect(total).toEqual(direct);
    const { workOrder } = (await world.service.reads.one(jobId, EVERYTHING)) ?? {};
    expect(workOrder?.cost).toEqual([cny('185897.04')]);
    expect(await booksBreak()).toBeNull();
  });

  it('keeps shared cost visible as unallocated until a cycle places it, then conserves it', async () => {
    const { allocation, postings } = world.costing;
    await allocation.createPool({ code: 'callcentre', name: { en: 'Call centre', zh: '呼叫中心' } });
    await allocation.createPool({ code: 'platform', name: { en: 'Platform', zh: '平台' } });
    const post = (pool: string, amount: string, key: string) =>
      postByTwo(
        world.costing,
        { pool, element: 'overhead', amount: cny(amount), occurredOn: '2026-06-02', note: 'June' },
        key,
      );
    await post('callcentre', '10000.01', 'k1');
    await post('platform', '0.99', 'k2');
    await post('platform', '2000.00', 'k3');
    const again = { pool: 'platform', element: 'overhead', occurredOn: '2026-06-02', note: 'June' } as const;
    expect(await postings.postShared({ ...again, amount: cny('2000.00') }, ACTOR, 'k3')).toMatchObject({
      amount: cny('2000.00'),
      decision: 'approved',
    });
    await expect(post('platform', '2001.00', 'k3')).rejects.toThrow(/posted something else/);
    await world.costing.idle();
    expect(await summary('pool')).toMatchObject({ unallocated: cny('12001.00'), total: cny('197898.04') });
    await putInForce(allocation, {
      code: 'overhead',
      version: 1,
      effectiveFrom: '2026-01',
      method: 'direct',
      segments: [
        { pool: 'callcentre', driver: 'work-order-hours' },
        { pool: 'platform', driver: 'installed-devices' },
      ],
    });
    await world.costing.idle();
    const placed = await summary('device,pool');
    expect(placed).toMatchObject({ unallocated: cny('0.00'), allocated: cny('12001.00'), total: cny('197898.04') });
    expect(placed.provisional).toBe(true);
    const amounts = placed.rows.map(({ keys, allocated }) => [keys.device, keys.pool, allocated.amount]);
    expect(amounts).toContainEqual(['MRI-1', 'callcentre', '10000.01']);
    expect(amounts).toContainEqual(['MRI-1', 'platform', '1000.50']);
    expect(amounts).toContainEqual(['MRI-2', 'platform', '1000.49']);
    expect(await booksBreak()).toBeNull();
  });

  it('moves the provisional allocation within a second of a new fact', async () => {
    const { commands } = world.service;
    const opened = await commands.open({ device: 'MRI-2', kind: 'inspection', at: '2026-06-03T00:00:00Z' }, ACTOR);
    const job = { workOrderId: opened.id, actor: ACTOR };
    await commands.transition(job, { to: 'approved', at: '2026-06-03T00:00:00Z' });
    await commands.recordLabour(job, {
      engineer: 'zhao',
      from: '2026-06-03T01:00:00Z',
      to: '2026-06-03T06:20:00Z',
      category: 'test',
    });
    const carried = async () =>
      (await summary('device', { filter: 'pool:callcentre' })).rows.find((row) => row.keys.device === 'MRI-2')
        ?.allocated;
    // Half of the hours are now on the other device.
    await expect.poll(carried, { timeout: 1000, interval: 20 }).toEqual(cny('5000.00'));
  });

  it('reverses a fact whole, once, and gives the pools back what was spread', async () => {
    const { reads, postings } = world.costing;
    const [fact] = (await reads.facts({ filter: 'pool:callcentre' }, EVERYTHING)).items;
    const reversal = await reverseByTwo(world.costing, fact?.id ?? 0, 'wrong month');
    expect(reversal).toMatchObject({ amount: cny('-10000.01'), reversalOf: fact?.id, period: '2026-06' });
    await expect(postings.reverse(fact?.id ?? 0, 'again', ACTOR)).rejects.toThrow(/reversed already/);
    await expect(postings.reverse(reversal.id, 'undo', ACTOR)).rejects.toThrow(/itself a reversal/);
    await world.costing.idle();
    expect(await summary('pool')).toMatchObject({ allocated: cny('2000.99'), unallocated: cny('0.00') });
    expect(await booksBreak()).toBeNull();
  });

  it('drills down from a cell to the facts under it, newest first, within the scope', async () => {
    const { reads } = world.costing;
    const cell = (await summary('customer,element')).rows.find(
      (row) => row.keys.customer === 'renji' && row.keys.element === 'parts',
    );
    const facts = (await reads.facts({ filter: 'customer:renji,element:parts', period: '2026-06' }, EVERYTHING)).items;
    expect(facts.reduce((sum, fact) => sum + minor(fact.amount), 0n)).toBe(minor(cell?.direct ?? cny('0')));
    expect(cell?.labels.customer?.zh).toBe('仁济医院');
    expect(facts.map((fact) => fact.quantity)).toEqual([-1, 4, 1]);
    expect(facts[0]).toMatchObject({ workOrderId: jobId, dimensions: { device: 'MRI-1', 'contract-type': 'uptime' } });
    const north = { regions: ['north'], customers: null };
    expect(await reads.fact(facts[0]?.id ?? 0, north)).toBeNull();
    const northern = await reads.summary({ by: 'region', period: '2026-06' }, north);
    expect(northern.rows.map((row) => row.keys.region)).toEqual(['north']);
    const page = await reads.facts({ limit: 3 }, EVERYTHING);
    const rest = await reads.facts({ limit: 500, cursor: page.next ?? '' }, EVERYTHING);
    expect(rest.items[0]?.id).toBe((page.items[2]?.id ?? 0) - 1);
  });

  it('totals are the same however they are cut', async () => {
    const { total } = await summary('');
    for (const by of ['element', 'device,element', 'work-order', 'period,pool,engineer', 'product,component,station']) {
      const { rows } = await summary(by);
      expect(rows.reduce((sum, row) => sum + minor(row.total), 0n)).toBe(minor(total));
    }
  });

  it('closing makes the allocation final; what comes late adjusts the next period', async () => {
    const { periods, reads, allocation } = world.costing;
    await expect(closeByTwo(periods, '2026-07')).rejects.toThrow(/has not begun/);
    expect(await reads.summary({ by: 'element', period: '2020-01' }, EVERYTHING)).toMatchObject({
      rows: [],
      provisional: true,
    });
    await expect(reads.summary({ by: 'element', filter: 'element:parts,element:labour' }, EVERYTHING)).rejects.toThrow(
      /element is there twice/,
    );
    expect(await closeByTwo(periods, '2026-06')).toEqual({ period: '2026-06', state: 'closed' });
    await expect(closeByTwo(periods, '2026-06')).rejects.toThrow(/closed already/);
    expect((await allocation.runs({})).items[0]).toMatchObject({ period: '2026-06', status: 'final' });
    const before = await summary('element');
    expect(before.provisional).toBe(false);
    const late = await postByTwo(
      world.costing,
      { pool: 'platform', element: 'overhead', amount: cny('5.00'), occurredOn: '2026-06-30', note: 'late bill' },
      'late',
    );
    expect(late).toMatchObject({
      period: '2026-07',
      occurredOn: '2026-06-30',
      note: 'adjustment of 2026-06: late bill',
    });
    await world.costing.idle();
    expect({ ...(await summary('element')), position: 0 }).toEqual({ ...before, position: 0 });
    const { before: june, after: july } = await reads.compare(
      { by: 'pool', period: '2026-07', against: '2026-06' },
      EVERYTHING,
    );
    expect([june.total, july.total]).toEqual([before.total, cny('5.00')]);
    expect(await booksBreak()).toBeNull();
  });

  it('facts are append-only in the database itself', async () => {
    await expect(world.database.query('DELETE FROM cost_fact')).rejects.toThrow(/append-only/);
    await expect(world.database.query('UPDATE cost_fact SET amount_minor = 0')).rejects.toThrow(/append-only/);
  });

  it('finds the break when the books were tampered with', async () => {
    await world.database.query(`ALTER TABLE cost_fact DISABLE TRIGGER cost_fact_append_only`);
    await world.database.query(
      `UPDATE cost_fact SET amount_minor = amount_minor + 1 WHERE idempotency_key LIKE 'part:%' AND quantity_milli = 4000`,
    );
    expect(await booksBreak()).toMatchObject({
      law: 'parts are in the facts',
      detail: expect.stringMatching(/captured 1332, booked 1333/),
    });
    await world.database.query(
      `UPDATE cost_fact SET amount_minor = amount_minor + 1 WHERE pool = 'platform' AND amount_minor = 200000`,
    );
    expect(await booksBreak()).toMatchObject({ law: 'allocation conserves every pool' });
  });
});
