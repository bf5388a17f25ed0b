// Margins and prices of contracts from captured jobs: exact to date, estimated to the end, named where borrowed, cut to a person's view.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import { minorOf, type Money } from '../../../src/contracts/money.ts';
import type { WorkOrderState } from '../../../src/contracts/work-order-states.ts';
import type { ContractMargins } from '../../../src/costing/contracts/contract-margins.ts';
import { postFacts } from '../../../src/costing/facts.ts';
import type { NewFact } from '../../../src/costing/new-fact.ts';
import { openContractMargins } from '../../support/contract-margins.ts';
import { putInForce } from '../../support/cycles.ts';
import { type ServiceWorld, startServiceWorld } from '../../support/service-world.ts';
import { addByTwo } from '../../support/two-people.ts';

const minor = (money: Money): bigint => minorOf(money) ?? 0n;
const ofCustomer = (...customers: string[]) => ({ regions: null, customers });

let world: ServiceWorld;
let margins: ContractMargins;

/** A whole job on a device in a day, of 5 hours of work: with screws, or with the cold head it was foretold of. */
async function doJob(device: string, kind: 'corrective' | 'preventive' | 'predictive', day: string): Promise<void> {
  const { commands } = world.service;
  const failedAt = kind === 'corrective' ? { failedAt: `${day}T00:00:00Z` } : {};
  const failed = kind === 'preventive' ? {} : { ...failedAt, failureMode: 'displacer-wear', component: 'cold-head' };
  const opened = await commands.open({ device, kind, at: `${day}T00:00:00Z`, ...failed }, 'x');
  const job = { workOrderId: opened.id, actor: 'x' };
  const go = (to: WorkOrderState, at: string) => commands.transition(job, { to, at: `${day}T${at}Z` });
  await go('approved', '01:00:00');
  await go('on-site', '03:00:00');
  const span = { from: `${day}T03:00:00Z`, to: `${day}T08:00:00Z` };
  await commands.recordLabour(job, { engineer: 'wang', ...span, category: 'repair' });
  const screws = { part: 'P-SCREW', quantity: kind === 'corrective' ? 400 : 1 };
  const head = { part: 'P-COLDHEAD', quantity: 1, serial: `H-${day}` };
  await commands.recordPart(job, { ...(kind === 'predictive' ? head : screws), at: `${day}T04:00:00Z` });
  if (kind !== 'preventive') {
    const finding = { failureMode: 'displacer-wear', cause: 'wear', remedy: 'replaced', confirmed: true };
    await commands.recordFinding(job, finding);
  }
  const restored = kind === 'corrective' ? { restoredAt: `${day}T18:00:00Z` } : {};
  await commands.transition(job, { to: 'completed', at: `${day}T18:00:00Z`, ...restored });
}

beforeAll(async () => {
  world = await startServiceWorld();
  const { database, costing } = world;
  margins = openContractMargins(world);
  await database.query(
    `UPDATE contract SET included_visits = 4, included_hours = 20, included_parts_minor = 100000 WHERE code = 'c-renji'`,
  );
  await database.query(
    `INSERT INTO contract (code, customer_code, type, starts_on, ends_on, price_minor, currency, hour_price_minor, parts_markup_percent)
     VALUES ('c-tm', 'renji', 'time-and-materials', '2026-01-01', '2026-12-31', 0, 'CNY', 50000, 10)`,
  );
  await database.query(
    `INSERT INTO device (code, product_code, customer_code, contract_code, station_code, installed_on)
     VALUES ('MRI-3', 'mri-15', 'renji', 'c-tm', 'sh', '2025-01-01')`,
  );
  for (const day of ['2026-02-03', '2026-03-05', '2026-05-09']) await doJob('MRI-1', 'corrective', day);
  await doJob('MRI-1', 'preventive', '2026-04-02');
  await doJob('MRI-3', 'corrective', '2026-03-10');
  await costing.idle();
  // As the predictor keeps them, which is not here.
  await database.query(
    `INSERT INTO known_failure SELECT id, device_id, product, component, failure_mode, failed_at FROM work_order
     WHERE kind = 'corrective' AND finding_confirmed`,
  );
});
afterAll(() => world.close());

describe('margin to date', () => {
  it('is the fee of the days that have passed less everything the contract cost, and its months add up', async () => {
    const found = await margins.one('c-renji', EVERYTHING);
    // 500,000.00 over 365 days, 166 of them passed, and nobody knows what the first 33 cost.
    expect(found.toDate).toMatchObject({
      from: '2026-02-03',
      to: '2026-06-15',
      earnedBefore: { amount: '45205.48' },
      revenue: { fee: { amount: '182191.78' } },
    });
    expect(found.toDate.revenue.total).toEqual(found.toDate.revenue.fee);
    const period = '2026-01..2026-06';
    const cost = await world.costing.reads.summary({ by: '', period, filter: 'contract:c-renji' }, EVERYTHING);
    expect(found.toDate.cost).toEqual(cost.total);
    expect(minor(found.toDate.cost) > 0n).toBe(true);
    expect(minor(found.toDate.margin)).toBe(minor(found.toDate.revenue.total) - minor(found.toDate.cost));
    for (const key of ['revenue', 'direct', 'allocated', 'margin'] as const) {
      const whole = key === 'revenue' ? found.toDate.revenue.total : found.toDate[key];
      expect(found.months.reduce((sum, month) => sum + minor(month[key]), 0n)).toBe(minor(whole));
    }
  });

  it('bills work beyond the contract by its tariff', async () => {
    const { toDate } = await margins.one('c-tm', EVERYTHING);
    // 5 h x 500.00 and 400 screws at 3.33 with 10 % on them.
    expect(toDate.revenue.billed.amount).toBe('3965.20');
    expect(toDate.revenue.fee.amount).toBe('0.00');
    expect(toDate.direct.amount).toBe('2932.00');
    expect(toDate.share).toBeCloseTo((3965.2 - 2932) / 3965.2, 5);
  });

  it('says what of the included is used and when it will be gone', async () => {
    const { entitlements } = await margins.one('c-renji', EVERYTHING);
    expect(entitlements.map(({ kind, used, included, n }) => [kind, used, included, n])).toEqual([
      ['visits', 4, 4, 4],
      ['hours', 20, 20, 4],
      ['parts', 3.99933, 1, 4],
    ]);
    expect(entitlements[0]?.goneOn).toBe('2026-06-15');
    expect(entitlements.map(({ overrun }) => overrun)).toMatchObject([
      { over: 0, bill: { amount: '0.00' } },
      { over: 0 },
      // 3,999.33 of parts, 1,000.00 included, no markup.
      { over: 2.99933, bill: { amount: '2999.33' } },
    ]);
    // Four visits in 165 days; nobody named their price.
    expect(entitlements[0]?.atYearEnd.used).toBeCloseTo(4 + (4 / 165) * 200, 5);
    expect(entitlements[0]?.atYearEnd.overrun.bill).toBeNull();
    expect(await margins.one('c-xiehe', EVERYTHING)).toMatchObject({ entitlements: [] });
  });

  it('is of every contract what the pivot says it cost, to the minor unit, and in sum what the pivot says of them all', async () => {
    const { costing, database } = world;
    // Shared cost by devices, which lies on contracts too, and cost in another currency that is converted.
    await costing.allocation.createPool({ code: 'depot', name: { en: 'Depot', zh: '备件库' } });
    await putInForce(costing.allocation, {
      code: 'overhead',
      version: 1,
      effectiveFrom: '2026-01',
      method: 'direct',
      segments: [{ pool: 'depot', driver: 'installed-devices' }],
    });
    const fact = (key: string, own: Partial<NewFact>): NewFact => ({
      amountMinor: 1_000_001n,
      currency: 'CNY',
      element: 'overhead',
      quantityMilli: 1000n,
      unit: '1',
      occurredOn: '2026-05-10',
      source: { type: 'manual', id: key },
      idempotencyKey: `margin:${key}`,
      dimensions: {},
      workOrderId: null,
      pool: null,
      reversalOf: null,
      actor: 'x',
      note: null,
      ...own,
    });
    await addByTwo(costing.exchangeRates, {
      currency: 'USD',
      against: 'CNY',
      rate: '7.1234',
      effectiveFrom: '2026-01-01',
    });
    await database.transaction((tx) =>
      postFacts(tx, '2026-05-10T12:00:00Z', [
        fact('pool', { pool: 'depot' }),
        fact('usd', { amountMinor: 33_333n, currency: 'USD', element: 'freight', dimensions: { contract: 'c-renji' } }),
        fact('nobody', { amountMinor: 777n, element: 'freight' }),
      ]),
    );
    await costing.idle();
    const period = '2026-01..2026-06';
    const pivot = await costing.reads.summary({ by: 'contract', period }, EVERYTHING);
    const { items } = await margins.list({ state: 'all' }, EVERYTHING);
    expect(items.length).toBeGreaterThan(2);
    let [direct, allocated] = [0n, 0n];
    for (const { code, toDate, exchange } of items) {
      const row = pivot.rows.find(({ keys }) => keys['contract'] === code);
      expect(minor(toDate.direct)).toBe(row ? minor(row.direct) : 0n);
      expect(minor(toDate.allocated)).toBe(row ? minor(row.allocated) : 0n);
      expect(minor(toDate.margin)).toBe(minor(toDate.revenue.total) - minor(toDate.direct) - minor(toDate.allocated));
      expect(exchange.map(({ currency }) => currency)).toEqual(['USD']);
      const one = await margins.one(code, EVERYTHING);
      expect(one.toDate.revenue).toEqual(toDate.revenue);
      expect(minor(one.toDate.margin) - minor(toDate.margin)).toBe(minor(toDate.cost) - minor(one.toDate.cost));
      direct += minor(toDate.direct);
      allocated += minor(toDate.allocated);
    }
    expect(allocated > 0n).toBe(true);
    const none = pivot.rows.find(({ keys }) => keys['contract'] === null);
    expect(direct + (none ? minor(none.direct) : 0n)).toBe(minor(pivot.direct));
    expect(allocated + (none ? minor(none.allocated) : 0n)).toBe(minor(pivot.allocated));
  });
});

describe('margin to the end', () => {
  it('has its spread, its n, and is the same whenever it is asked', async () => {
    const { toEnd } = await margins.one('c-renji', EVERYTHING);
    expect(toEnd).not.toBeNull();
    if (toEnd === null) return;
    expect(toEnd.until).toBe('2026-12-31');
    expect(minor(toEnd.margin.p10) <= minor(toEnd.margin.p50)).toBe(true);
    expect(minor(toEnd.margin.p50) <= minor(toEnd.margin.p90)).toBe(true);
    expect(minor(toEnd.cost.p10) < minor(toEnd.cost.p90)).toBe(true);
    expect(minor(toEnd.penalty.p90) > 0n).toBe(true);
    expect(toEnd.basis).toMatchObject({ draws: 1000, jobs: 5, ownJobs: 4, borrowedFrom: [], unknown: [] });
    expect((await openContractMargins(world).one('c-renji', EVERYTHING)).toEnd).toEqual(toEnd);
  });

  it('borrows from the same product where the contract has no jobs of its own, and says so', async () => {
    const { toEnd } = await margins.one('c-xiehe', EVERYTHING);
    expect(toEnd?.basis).toMatchObject({ ownJobs: 0, borrowedFrom: ['mri-15'], load: { of: 'products' } });
  });
});

describe('prices', () => {
  it('of every type for the same devices, wider coverage never cheaper, the margin on top of break-even', async () => {
    const found = await margins.prices('c-renji', { margin: 0.25 }, EVERYTHING);
    expect(found.types.map(({ type, per }) => `${type} ${per}`)).toEqual([
      'full-service year',
      'labour-only year',
      'parts-only year',
      'pm-only year',
      'time-and-materials hour',
      'usage-based year',
      'uptime year',
    ]);
    const of = (type: string) => found.types.find((one) => one.type === type);
    for (const level of ['expected', 'p50', 'p90'] as const) {
      const at = (type: string): bigint => minor(of(type)?.breakEven[level] ?? { amount: '0', currency: 'CNY' });
      for (const narrow of ['labour-only', 'parts-only', 'pm-only'])
        expect(at(narrow) <= at('full-service')).toBe(true);
      expect(at('full-service') <= at('uptime')).toBe(true);
      expect(at('full-service') > 0n).toBe(true);
    }
    const full = of('full-service');
    expect(Number(full?.price.expected.amount)).toBeCloseTo(Number(full?.breakEven.expected.amount) / 0.75, 1);
    expect(minor(of('uptime')?.breakEven.expected as Money) > minor(full?.breakEven.expected as Money)).toBe(true);
    expect(found).toMatchObject({ current: { amount: '500000.00' }, penalty: { of: 'contract' }, usage: null });
    expect((await margins.prices('c-xiehe', {}, EVERYTHING)).penalty.of).toBe('other-contract');
  });

  it('says that there is nothing to estimate from instead of a number', async () => {
    await world.database.query(
      `INSERT INTO contract (code, customer_code, type, starts_on, ends_on, price_minor, currency)
       VALUES ('c-empty', 'xiehe', 'pm-only', '2026-01-01', '2026-12-31', 1000, 'CNY')`,
    );
    expect(await margins.prices('c-empty', {}, EVERYTHING)).toMatchObject({ types: [], basis: null });
    expect((await margins.one('c-empty', EVERYTHING)).toEnd).toBeNull();
  });
});

describe('the list', () => {
  it('is sorted by margin, the worst first, paged without gap, and cut to a person’s view', async () => {
    const all = (await margins.list({}, EVERYTHING)).items;
    expect(all).toHaveLength(4);
    const shares = all.map(({ toDate }) => toDate.share ?? Number.NEGATIVE_INFINITY);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    const paged: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await margins.list({ limit: 1, ...(cursor === undefined ? {} : { cursor }) }, EVERYTHING);
      paged.push(...page.items.map(({ code }) => code));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    expect(paged).toEqual(all.map(({ code }) => code));
    for (const one of all) {
      const { toDate, toEnd } = await margins.one(one.code, EVERYTHING);
      expect({ toDate, toEnd }).toEqual({ toDate: one.toDate, toEnd: one.toEnd });
    }
    const cut = await margins.list({}, ofCustomer('xiehe'));
    expect(cut.items.map(({ code }) => code).sort()).toEqual(['c-empty', 'c-xiehe']);
    await expect(margins.one('c-renji', ofCustomer('xiehe'))).rejects.toMatchObject({ code: 'not-found' });
    await expect(margins.prices('c-renji', {}, { regions: ['north'], customers: null })).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});

describe('replacements on a prognosis', () => {
  it('cost what they cost and come as often as they did, in the margin to the end and in prices', async () => {
    const expected = async () => ({
      cost: minor((await margins.one('c-xiehe', EVERYTHING)).toEnd?.cost.expected as Money),
      fullService: minor(
        (await margins.prices('c-xiehe', {}, EVERYTHING)).types.find(({ type }) => type === 'full-service')?.breakEven
          .expected as Money,
      ),
    });
    const before = await expected();
    for (const day of ['2026-03-11', '2026-04-11', '2026-05-11']) await doJob('MRI-1', 'predictive', day);
    await world.costing.idle();
    const after = await expected();
    // Three of 180,000.00 each in the four and a half months that jobs were kept, on two devices and a little: a device needs four a
    // year, and two until its contract ends.
    expect(after.cost - before.cost > 20_000_000n).toBe(true);
    expect(after.fullService - before.fullService > 40_000_000n).toBe(true);
  });
});

describe('minutes of labour', () => {
  it('are billed and counted as they were captured, not in thousandths of an hour', async () => {
    const { database, service, costing } = world;
    await database.query(
      `INSERT INTO contract (code, customer_code, type, starts_on, ends_on, price_minor, currency, hour_price_minor, included_hours)
       VALUES ('c-minutes', 'renji', 'time-and-materials', '2026-01-01', '2026-12-31', 0, 'CNY', 30000, 10)`,
    );
    await database.query(
      `INSERT INTO device (code, product_code, customer_code, contract_code, station_code)
       VALUES ('MRI-4', 'mri-15', 'renji', 'c-minutes', 'sh')`,
    );
    const day = '2026-05-20';
    const at = (minute: number): string => `${day}T10:${minute}:00Z`;
    const opened = await service.commands.open({ device: 'MRI-4', kind: 'preventive', at: `${day}T00:00:00Z` }, 'x');
    const job = { workOrderId: opened.id, actor: 'x' };
    await service.commands.transition(job, { to: 'approved', at: `${day}T01:00:00Z` });
    await service.commands.transition(job, { to: 'on-site', at: `${day}T02:00:00Z` });
    for (const [from, to] of [
      [10, 30],
      [30, 50],
    ] as const) {
      const span = { from: at(from), to: at(to), category: 'repair' } as const;
      await service.commands.recordLabour(job, { engineer: 'wang', ...span });
    }
    await costing.idle();
    const { toDate, entitlements } = await margins.one('c-minutes', EVERYTHING);
    // 40 minutes at 300.00 an hour.
    expect(toDate.revenue.billed.amount).toBe('200.00');
    expect(entitlements[0]?.used).toBeCloseTo(40 / 60, 12);
  });
});
