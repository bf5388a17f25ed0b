// What keeps cost right when the world around it changes: rates that come late, currencies, months that are closed, values
// that are merged or renamed, and keys that are used twice.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import type { JobDimensions } from '../../../src/contracts/costs.ts';
import { minorOf, type Money } from '../../../src/contracts/money.ts';
import { postFacts } from '../../../src/costing/facts.ts';
import type { NewFact } from '../../../src/costing/new-fact.ts';
import { appendEvent } from '../../../src/db/event-log.ts';
import { closeByTwo } from '../../support/close-period.ts';
import { type ServiceWorld, startServiceWorld } from '../../support/service-world.ts';
import { addByTwo, reverseByTwo } from '../../support/two-people.ts';

const AT = '2026-06-15T12:00:00.000Z';
const ACTOR = 'controller';
const minor = (money: Money | undefined): bigint => (money ? (minorOf(money) ?? 0n) : 0n);

let world: ServiceWorld;
beforeAll(async () => {
  world = await startServiceWorld();
});
afterAll(() => world.close());

let keys = 0;
function fact(own: Partial<NewFact> = {}): NewFact {
  keys += 1;
  return {
    amountMinor: 1_000n,
    currency: 'CNY',
    element: 'freight',
    quantityMilli: 1000n,
    unit: '1',
    occurredOn: '2026-04-10',
    source: { type: 'charge', id: String(keys) },
    idempotencyKey: `own:${keys}`,
    dimensions: {},
    workOrderId: null,
    pool: null,
    reversalOf: null,
    actor: ACTOR,
    note: null,
    ...own,
  };
}
const post = (...facts: NewFact[]) => world.database.transaction((tx) => postFacts(tx, AT, facts));
const summary = (by: string, period: string, more: object = {}) =>
  world.costing.reads.summary({ by, period, ...more }, EVERYTHING);
const amountsOf = (rows: { keys: Record<string, string | null>; total: Money }[], dimension: string) =>
  Object.fromEntries(rows.map(({ keys: own, total }) => [own[dimension], total.amount]));

describe('a key', () => {
  it('posts the same once and refuses anything else, naming what differs', async () => {
    const one = fact({ note: 'crate' });
    expect(await post(one, fact(), one)).toHaveLength(2);
    expect(await post(one)).toEqual([]);
    await expect(post({ ...one, amountMinor: 1_001n, dimensions: { customer: 'renji' } })).rejects.toThrow(
      /posted something else as fact \d+: amountMinor \(1000 there, 1001 here\), customer \(none there, renji here\)/,
    );
    const [before, both] = [fact(), fact()];
    // One wrong fact of a batch refuses the batch: nothing of it is half there.
    await expect(post(before, both, { ...one, unit: 'h' })).rejects.toThrow(/unit/);
    expect(await post(before, both)).toHaveLength(2);
  });

  it('the database refuses to change, delete and empty', async () => {
    for (const statement of ['UPDATE cost_fact SET note = 1', 'DELETE FROM cost_fact', 'TRUNCATE cost_fact CASCADE']) {
      await expect(world.database.query(statement)).rejects.toThrow(/append-only/);
    }
  });
});

describe('a reversal', () => {
  it('restores every total', async () => {
    const amount = fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n });
    await fc.assert(
      fc.asyncProperty(fc.array(amount, { minLength: 1, maxLength: 8 }), async (amounts) => {
        const customer = (i: number) => ['renji', 'xiehe', null][i % 3] ?? null;
        const before = await summary('customer,element', '2026-02');
        const posted = await post(
          ...amounts.map((amountMinor, i) =>
            fact({ amountMinor, occurredOn: '2026-02-03', dimensions: { customer: customer(i) } }),
          ),
        );
        for (const { id } of posted) await reverseByTwo(world.costing, id, 'wrong');
        const after = await summary('customer,element', '2026-02');
        const totals = (from: typeof before) =>
          from.rows.filter(({ total }) => minor(total) !== 0n).map(({ keys: own, total }) => [own, total]);
        expect([after.total, totals(after)]).toEqual([before.total, totals(before)]);
      }),
      { numRuns: 6, seed: 8 },
    );
  });
});

describe('a rate that is missing', () => {
  it('parks the work with what to add, and costs it as soon as that is there', async () => {
    // The world's rates begin with 2026.
    const at = '2025-12-15T12:00:00.000Z';
    const job = {
      workOrderId: 77,
      device: 'MRI-1',
      component: null,
      productLine: 'imaging',
      product: 'mri-15',
      customer: 'renji',
      customerGroup: null,
      contract: null,
      contractType: null,
      serviceType: 'on-site',
      maintenanceKind: 'inspection',
      region: 'east',
      station: 'sh',
    } satisfies JobDimensions;
    const travel = { travelId: 1, engineer: 'li', hoursMilli: 0, distanceM: 10_000, fareMinor: '0', currency: 'CNY' };
    await world.database.transaction(async (tx) =>
      appendEvent(tx, { type: 'work-order.travel-recorded', at, payload: { job, at, ...travel } }),
    );
    await world.costing.idle();
    const { rows } = await world.database.query<{ error: string }>('SELECT error FROM consumer_failure');
    expect(rows[0]?.error).toMatch(
      /no travel-km rate for engineer li at 2025-12-15.*add one that is effective by then, and have it approved/,
    );
    const proposed = await world.costing.rates.create(
      {
        kind: 'travel-km',
        engineer: null,
        amount: { amount: '2.00', currency: 'CNY' },
        effectiveFrom: '2025-01-01T00:00:00Z',
      },
      'controller',
    );
    const costed = async () => (await world.costing.reads.facts({ filter: 'work-order:77' }, EVERYTHING)).items;
    await world.costing.idle();
    expect(await costed()).toEqual([]);
    await world.costing.rates.approve(proposed.id, 'manager');
    await expect.poll(async () => (await costed()).length, { timeout: 20_000 }).toBe(1);
    expect((await costed())[0]?.amount).toEqual({ amount: '20.00', currency: 'CNY' });
  });
});

describe('currencies', () => {
  const period = '2025-05..2025-06';
  const rate = (currency: string, value: string, effectiveFrom: string, against = 'CNY') =>
    addByTwo(world.costing.exchangeRates, { currency, against, rate: value, effectiveFrom });

  it('are converted at the rate in force on the last day of the period; without one they stand apart', async () => {
    const on = (occurredOn: string, amountMinor: bigint, currency: string, customer: string) =>
      fact({ occurredOn, amountMinor, currency, dimensions: { customer } });
    await post(
      on('2025-05-02', 10_000n, 'CNY', 'renji'),
      on('2025-05-03', 10_001n, 'EUR', 'renji'),
      on('2025-06-03', 333n, 'EUR', 'xiehe'),
      on('2025-06-04', 5_000n, 'JPY', 'xiehe'),
    );
    const apart = await summary('customer', period);
    expect(apart.total.amount).toBe('100.00');
    expect(apart.notConverted).toEqual([
      { period: '2025-05', amount: { amount: '100.01', currency: 'EUR' }, lines: 1 },
      { period: '2025-06', amount: { amount: '3.33', currency: 'EUR' }, lines: 1 },
      { period: '2025-06', amount: { amount: '5000', currency: 'JPY' }, lines: 1 },
    ]);
    await rate('EUR', '7.5', '2025-01-01');
    await rate('EUR', '8.123456789012', '2025-06-15');
    const converted = await summary('customer', period);
    // 100.01 x 7.5 = 750.075; 3.33 x 8.123456789012 = 27.0511...: together 877.126... with the 100.00
    expect(amountsOf(converted.rows, 'customer')).toEqual({ renji: '850.08', xiehe: '27.05' });
    expect(converted.total.amount).toBe('877.13');
    expect(converted.exchange).toEqual([
      { currency: 'EUR', period: '2025-05', rate: '7.5', isInverse: false, effectiveFrom: '2025-01-01' },
      { currency: 'EUR', period: '2025-06', rate: '8.123456789012', isInverse: false, effectiveFrom: '2025-06-15' },
    ]);
    expect(converted.notConverted.map(({ amount }) => amount.currency)).toEqual(['JPY']);
    const cuts = await Promise.all(['', 'element', 'customer,element,period'].map((by) => summary(by, period)));
    expect(cuts.map(({ total, direct }) => [total.amount, direct.amount])).toEqual(
      cuts.map(() => ['877.13', '877.13']),
    );
  });

  it('make months that are the same alone and in a row, and totals that do not depend on how they are cut', async () => {
    const [customers, elements] = [['renji', 'xiehe', 'other'] as const, ['freight', 'travel', 'labour'] as const];
    const months = ['2024-10', '2024-11', '2024-12'] as const;
    const posted = fc.sample(
      fc.record({
        customer: fc.constantFrom(...customers),
        element: fc.constantFrom(...elements),
        month: fc.constantFrom(...months),
        currency: fc.constantFrom('CNY', 'EUR', 'USD'),
        amountMinor: fc.bigInt({ min: -5_000n, max: 5_000n }),
      }),
      { numRuns: 150, seed: 11 },
    );
    await rate('USD', '7.137913791379', '2024-01-01');
    await rate('EUR', '7.707070707007', '2024-11-15');
    await rate('EUR', '7.123123123123', '2024-01-01');
    await post(
      ...posted.map(({ customer, month, ...own }) =>
        fact({ ...own, occurredOn: `${month}-09`, dimensions: { customer } }),
      ),
    );
    const span = `${months[0]}..${months[2]}`;
    const sumOf = (amounts: readonly Money[]): bigint => amounts.reduce((sum, one) => sum + minor(one), 0n);
    const whole = await summary('', span);
    for (const by of ['customer', 'element', 'period', 'customer,element', 'customer,element,period']) {
      const cut = await summary(by, span);
      const alone = await Promise.all(months.map((month) => summary(by, month)));
      expect([by, cut.total]).toEqual([by, whole.total]);
      expect([by, sumOf(cut.rows.map(({ total }) => total))]).toEqual([by, minor(cut.total)]);
      expect([by, sumOf(alone.map(({ total }) => total))]).toEqual([by, minor(cut.total)]);
      for (const row of cut.rows) {
        const same = alone.flatMap(({ rows }) =>
          rows.filter(({ keys: own }) => Object.entries(row.keys).every(([name, value]) => own[name] === value)),
        );
        expect([row.keys, sumOf(same.map(({ total }) => total))]).toEqual([row.keys, minor(row.total)]);
        // Alone a row is rounded as a whole of its own: a unit off at most in each of two currencies and three months.
        const filter = Object.entries(row.keys).flatMap(([name, value]) =>
          name === 'period' ? [] : [`${name}:${value}`],
        );
        const asked = await summary('', row.keys.period ?? span, { filter: filter.join(',') });
        const off = minor(asked.total) - minor(row.total);
        expect(off >= -6n && off <= 6n).toBe(true);
      }
    }
  });

  it('a closed period keeps its rate', async () => {
    await closeByTwo(world.costing.periods, '2025-06');
    await expect(rate('EUR', '9', '2025-06-20')).rejects.toThrow(/2025-06 is closed and reported at another rate/);
    await expect(rate('EUR', '8', '2025-01-01')).rejects.toThrow(/from 2025-01-01 on already/);
    await expect(rate('CNY', '1', '2025-01-01')).rejects.toThrow(/worth itself/);
    await rate('EUR', '9', '2026-01-01');
    expect((await summary('customer', period)).total.amount).toBe('877.13');
  });

  it('a rate counts both ways; where there is one for each, the newest', async () => {
    const month = '2025-12';
    await rate('JPY', '0.05', '2025-12-01');
    await post(fact({ occurredOn: `${month}-09`, amountMinor: 10_003n, dimensions: { customer: 'kyoto' } }));
    const inYen = () =>
      world.costing.reads.summary(
        { by: 'customer', period: month, currency: 'JPY', filter: 'customer:kyoto' },
        EVERYTHING,
      );
    expect(await inYen()).toMatchObject({
      total: { amount: '2001', currency: 'JPY' },
      exchange: [{ currency: 'CNY', rate: '0.05', isInverse: true }],
      notConverted: [],
    });
    await rate('CNY', '19', '2025-12-02', 'JPY');
    expect(await inYen()).toMatchObject({
      total: { amount: '1901' },
      exchange: [{ currency: 'CNY', rate: '19', isInverse: false }],
    });
    await closeByTwo(world.costing.periods, month);
    await expect(rate('JPY', '0.06', '2025-12-20')).rejects.toThrow(/2025-12 is closed and reported/);
  });
});

describe('shared cost', () => {
  it('is in the next answer at once, before and without any run', async () => {
    await world.costing.allocation.createPool({ code: 'depot', name: { en: 'Depot', zh: '库房' } });
    const seen: string[] = [];
    for (const amountMinor of [100n, 23n, -3n]) {
      await post(fact({ occurredOn: '2025-11-01', pool: 'depot', amountMinor }));
      seen.push((await summary('pool', '2025-11')).unallocated.amount);
    }
    expect(seen).toEqual(['1.00', '1.23', '1.20']);
  });
});

describe('a month that is closed', () => {
  it('takes what comes late in the next open one, as an adjustment that says of what', async () => {
    await post(fact({ occurredOn: '2025-06-30', note: 'late bill' }));
    const [late] = (await world.costing.reads.facts({ period: '2025-07' }, EVERYTHING)).items;
    expect(late).toMatchObject({ period: '2025-07', occurredOn: '2025-06-30', adjustmentOf: '2025-06' });
    const [usual] = (await world.costing.reads.facts({ period: '2026-02', limit: 1 }, EVERYTHING)).items;
    expect(usual?.adjustmentOf).toBeNull();
  });
});

describe('values', () => {
  const period = '2025-09';
  const merge = (from: string, to: string | null) =>
    addByTwo(world.costing.mappings, { dimension: 'customer', from, to, reason: 'one hospital now' });

  it('that were merged count as one, in cells and in the facts under them, and facts stay as posted', async () => {
    const of = (customer: string, amountMinor: bigint) =>
      fact({ occurredOn: '2025-09-01', amountMinor, dimensions: { customer } });
    await post(of('renji', 100n), of('old-renji', 20n), of('older-renji', 3n), of('xiehe', 5_000n));
    await merge('older-renji', 'old-renji');
    await merge('old-renji', 'renji');
    const merged = await summary('customer', period);
    expect(amountsOf(merged.rows, 'customer')).toEqual({ xiehe: '50.00', renji: '1.23' });
    expect(merged.rows.find((row) => row.keys.customer === 'renji')?.labels.customer?.zh).toBe('仁济医院');
    const posted = await summary('customer', period, { values: 'as-posted' });
    expect(amountsOf(posted.rows, 'customer')).toEqual({
      xiehe: '50.00',
      renji: '1.00',
      'old-renji': '0.20',
      'older-renji': '0.03',
    });
    expect(posted.total).toEqual(merged.total);
    for (const asked of ['renji', 'older-renji']) {
      const filter = `customer:${asked}`;
      expect((await summary('element', period, { filter })).total.amount).toBe('1.23');
      const { items } = await world.costing.reads.facts({ filter, period }, EVERYTHING);
      expect(items.map(({ dimensions }) => dimensions.customer).sort()).toEqual(['old-renji', 'older-renji', 'renji']);
    }
    const cut = await world.costing.reads.summary(
      { by: 'customer', period },
      { regions: null, customers: ['old-renji'] },
    );
    expect(amountsOf(cut.rows, 'customer')).toEqual({ renji: '0.20' });
  });

  it('are merged only where there are such, in master data or in what was posted', async () => {
    await expect(merge('renij', 'xiehe')).rejects.toThrow(/"renij" as customer/);
    await expect(merge('xiehe', 'renij')).rejects.toThrow(/Neither master data nor any cost has "renij"/);
    const pools = addByTwo(world.costing.mappings, { dimension: 'pool', from: 'a', to: 'b', reason: 'one pool now' });
    await expect(pools).rejects.toThrow(/"a" and "b" as pool/);
  });

  it('are one in every answer that takes a filter', async () => {
    const { reads } = world.costing;
    const answersOf = async (customer: string): Promise<unknown[]> => {
      const asked = { period, filter: `customer:${customer}`, currency: 'CNY' };
      const { rows, total } = await reads.summary({ ...asked, by: 'customer,element' }, EVERYTHING);
      const compared = await reads.compare({ ...asked, by: 'element', against: '2025-08' }, EVERYTHING);
      const value = await reads.maintenanceValue({ ...asked, by: 'customer' }, EVERYTHING);
      return [rows, total, compared.after.total, compared.after.rows, value.groups];
    };
    const [one, other] = [await answersOf('renji'), await answersOf('older-renji')];
    expect(other).toEqual(one);
    expect(one[1]).toEqual({ amount: '1.23', currency: 'CNY' });
  });

  it('never stand for themselves, and can stand apart again', async () => {
    await expect(merge('renji', 'older-renji')).rejects.toThrow(
      /renji counts as older-renji counts as old-renji counts as renji/,
    );
    await merge('old-renji', null);
    expect(amountsOf((await summary('customer', period)).rows, 'customer')).toEqual({
      xiehe: '50.00',
      renji: '1.00',
      'old-renji': '0.23',
    });
    const entries = await world.costing.mappings.list();
    expect(entries.map(({ from, to, isInForce }) => [from, to, isInForce])).toEqual([
      ['old-renji', null, true],
      ['old-renji', 'renji', false],
      ['older-renji', 'old-renji', true],
    ]);
  });

  it('that were renamed show their new name everywhere', async () => {
    await world.database.query(`UPDATE customer SET name_en = 'Renji East', name_zh = '仁济东院' WHERE code = 'renji'`);
    const { rows } = await summary('customer', period);
    expect(rows.find((row) => row.keys.customer === 'renji')?.labels.customer).toEqual({
      en: 'Renji East',
      zh: '仁济东院',
    });
  });
});
