// Bad input of the rules: each is answered by name before a version is put in force, at the pool it is about, in both languages;
// and where the rules are in force all the same, nothing of the money is lost.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import type { AllocationSegment, CycleProblem, NewAllocationCycle } from '../../../src/contracts/http/allocation.ts';
import { postFacts } from '../../../src/costing/facts.ts';
import { EVERY_REASON } from '../../support/close-period.ts';
import { putInForce } from '../../support/cycles.ts';
import { postByTwo } from '../../support/two-people.ts';
import { type ServiceWorld, startServiceWorld } from '../../support/service-world.ts';

const POOLS = ['platform', 'depot', 'training', 'rent'];
const PERIOD = '2026-06';

let world: ServiceWorld;
beforeAll(async () => {
  world = await startServiceWorld();
  for (const code of POOLS) await world.costing.allocation.createPool({ code, name: { en: code, zh: code } });
});
afterAll(() => world.close());

let posted = 0;
const post = (pool: string, amount: string, currency = 'CNY', period = PERIOD) =>
  postByTwo(
    world.costing,
    { pool, element: 'overhead', amount: { amount, currency }, occurredOn: `${period}-02`, note: 'test' },
    `posting-${(posted += 1)}`,
  );
const cycle = (segments: AllocationSegment[], rest: Partial<NewAllocationCycle> = {}): NewAllocationCycle => ({
  code: 'overhead',
  version: 1,
  effectiveFrom: PERIOD,
  method: 'direct',
  segments,
  ...rest,
});
const check = async (draft: NewAllocationCycle, period = PERIOD): Promise<CycleProblem[]> =>
  (await world.costing.allocation.checkDraft(draft, period)).problems;
const shortly = (problems: readonly CycleProblem[]) =>
  problems.map(({ code, pool, blocking }) => [code, pool, blocking]);
/** A job that used parts, and one that took back more than it used. */
const takeBack = (period: string) =>
  world.database.transaction((tx) =>
    postFacts(
      tx,
      `${period}-03T00:00:00.000Z`,
      (
        [
          [1, 90_000n],
          [2, -500n],
        ] as const
      ).map(([job, amountMinor]) => ({
        workOrderId: job,
        pool: null,
        reversalOf: null,
        actor: 'test',
        note: null,
        dimensions: { customer: 'renji', region: 'east', device: 'MRI-1' },
        occurredOn: `${period}-03`,
        element: 'parts' as const,
        currency: 'CNY',
        amountMinor,
        quantityMilli: 1000n,
        unit: '1',
        source: { type: 'part', id: String(job) },
        idempotencyKey: `${period} ${job}`,
      })),
    ),
  );

describe('rules that cannot be carried out', () => {
  it('a receiver that does not exist is named with its filter', async () => {
    const problems = await check(
      cycle([
        { pool: 'depot', driver: 'contract-revenue', filter: { region: ['east', 'eest'], customer: ['renji'] } },
        {
          pool: 'platform',
          driver: 'installed-devices',
          filter: { 'contract-type': ['full-service', 'gold'], engineer: ['wang'] },
        },
      ]),
    );
    expect(shortly(problems)).toEqual([
      ['unknown-receiver', 'platform', true],
      ['unknown-receiver', 'depot', true],
      ['unknown-receiver', 'platform', true],
      ['zero-driver', 'platform', false],
    ]);
    expect(problems.slice(0, 3).map(({ detail }) => detail.en)).toEqual([
      'platform: receivers have no engineer, the filter would let nobody through; take it out',
      'depot: there is no region eest; correct the filter',
      'platform: there is no contract type gold; correct the filter',
    ]);
    expect(problems[1]?.detail.zh).toBe('depot：区域 eest 不存在，请更正筛选条件');
  });

  it('a pool without driver, and one that is served and has no segment', async () => {
    const problems = await check(
      cycle(
        [
          { pool: 'depot' },
          { pool: 'platform', driver: 'installed-devices', services: [{ pool: 'rent', share: 0.4 }] },
        ],
        { method: 'reciprocal' },
      ),
    );
    expect(shortly(problems)).toEqual([
      ['nobody-receives', 'depot', true],
      ['no-segment', 'rent', true],
    ]);
  });

  it('an end before the beginning, and a pool that is closed twice: of a draft too, and neither is written', async () => {
    const backwards = cycle([{ pool: 'depot', driver: 'visits' }], {
      method: 'step-down',
      effectiveTo: '2026-05',
      closeFirst: ['depot', 'rent', 'depot'],
    });
    const problems = (await check(backwards)).filter(({ blocking }) => blocking);
    expect(shortly(problems)).toEqual([
      ['closed-twice', 'depot', true],
      ['ends-before-it-begins', null, true],
    ]);
    expect(problems[1]?.detail).toEqual({
      en: 'The rules end in 2026-05, before they begin in 2026-06; choose a later last month',
      zh: '规则截止月 2026-05 早于起始月 2026-06；请选择更晚的截止月',
    });
    await expect(world.costing.allocation.createCycle(backwards, 'writer')).rejects.toThrow(/end in 2026-05, before/);
  });

  it('values to choose from are searched in codes and names, page by page', async () => {
    const { allocation } = world.costing;
    const all = await allocation.receiverValues({ dimension: 'region', limit: 1 });
    expect(all).toMatchObject({ items: [{ code: 'east', name: { zh: '华东' } }] });
    const rest = await allocation.receiverValues({ dimension: 'region', limit: 1, cursor: all.next ?? '' });
    expect(rest).toMatchObject({ items: [{ code: 'north' }], next: null });
    expect(
      (await allocation.receiverValues({ dimension: 'customer', search: '协和' })).items.map(({ code }) => code),
    ).toEqual(['xiehe']);
    expect((await allocation.receiverValues({ dimension: 'service-type', search: 'bench' })).items).toHaveLength(1);
    expect(
      (await allocation.receiverValues({ dimension: 'engineer', search: '李' })).items.map(({ code }) => code),
    ).toEqual(['li']);
    expect((await allocation.receiverValues({ dimension: 'pool', search: 'nobody' })).items).toEqual([]);
  });
});

describe('rules that meet nothing in the month', () => {
  it('a driver nobody moved is told before anything is posted to the pool, in the currency of the house', async () => {
    const problems = await check(
      cycle([
        { pool: 'platform', driver: 'visits' },
        { pool: 'depot', driver: 'installed-devices' },
      ]),
      '2026-01',
    );
    expect(shortly(problems)).toEqual([['zero-driver', 'platform', false]]);
    expect(problems[0]?.detail.en).toMatch(/2026-01 \(CNY\)/);
  });

  it('a driver nobody moved, alone or after its filter, currency by currency; a pool left out; a credit', async () => {
    await post('platform', '1000.01');
    await post('platform', '200.00', 'EUR');
    await post('depot', '-300.03');
    await post('rent', '50.00');
    const problems = await check(
      cycle([
        { pool: 'platform', driver: 'contract-revenue' },
        { pool: 'depot', driver: 'installed-devices', filter: { 'service-type': ['bench'] } },
        { pool: 'training', driver: 'visits' },
      ]),
    );
    expect(problems.every(({ blocking }) => !blocking)).toBe(true);
    expect(problems.map(({ code, pool }) => [code, pool])).toEqual([
      ['no-segment', 'rent'],
      ['zero-driver', 'platform'],
      ['zero-driver', 'depot'],
      ['zero-driver', 'depot'],
      ['zero-driver', 'training'],
      ['zero-driver', 'training'],
      ['credit', 'depot'],
    ]);
    expect(problems[1]?.detail).toEqual({
      en: 'Nobody moved "Contract revenue" in 2026-06 (EUR): the cost of platform would stay unallocated',
      zh: '2026-06 动因“合同收入”为零（EUR）：platform 的成本将无法分摊',
    });
  });

  it('a driver below zero carries nothing; minutes over the capacity leave none of it unused', async () => {
    await takeBack(PERIOD);
    const problems = await check(
      cycle(
        [
          { pool: 'depot', driver: 'parts-value' },
          { pool: 'platform', capacityMinutes: 10, activities: [{ driver: 'installed-devices', minutes: 7.5 }] },
          { pool: 'rent', driver: 'installed-devices' },
        ],
        { method: 'activity-based' },
      ),
    );
    expect(problems.map(({ code, pool }) => [code, pool])).toContainEqual(['negative-driver', 'depot']);
    expect(problems.find(({ code }) => code === 'negative-driver')?.detail.en).toMatch(/below zero for 1 receivers/);
    expect(problems.find(({ code }) => code === 'over-capacity')?.detail.en).toMatch(/15 minutes .* capacity of 10/);
  });

  it('a loop only because nobody moved the drivers is told and does not block', async () => {
    const both = (method: 'reciprocal' | 'direct') =>
      cycle(
        [
          { pool: 'depot', driver: 'visits', services: [{ pool: 'platform', quantity: 3 }] },
          { pool: 'platform', driver: 'visits', services: [{ pool: 'depot', quantity: 4 }] },
        ],
        { method },
      );
    const found = (await check(both('reciprocal'))).find(({ code }) => code === 'loop-without-exit');
    expect(found).toMatchObject({ pool: 'depot', blocking: false });
    expect(found?.detail.en).toMatch(/depot -> platform -> depot/);
    expect((await check(both('direct'))).map(({ code }) => code)).not.toContain('loop-without-exit');
  });
});

describe('rules over time', () => {
  const placed = async (period: string, currency = 'CNY') => {
    const { total, unallocated } = await world.costing.reads.summary({ by: 'pool', period, currency }, EVERYTHING);
    return [total.amount, unallocated.amount];
  };

  it('a served pool without a segment keeps what it gets, and the others are shared out as ever', async () => {
    const rules = cycle(
      [
        { pool: 'platform', driver: 'installed-devices', services: [{ pool: 'training', share: 0.5 }] },
        { pool: 'depot', driver: 'installed-devices' },
        { pool: 'rent', driver: 'installed-devices' },
      ],
      { method: 'reciprocal', effectiveFrom: '2026-04', effectiveTo: '2026-04' },
    );
    const { allocation } = world.costing;
    await allocation.createCycle(rules, 'writer');
    await expect(allocation.activateCycle(rules, 'second', null)).rejects.toThrow(/training is served by other pools/);
    // As a version of earlier days may stand.
    await world.database.query(
      `INSERT INTO allocation_activation (cycle, cycle_version, actor, at) VALUES ('overhead', 1, 'second', now())`,
    );
    await post('platform', '100.01', 'CNY', '2026-04');
    await world.costing.idle();
    expect(await placed('2026-04')).toEqual(['100.01', '50.01']);
    expect((await allocation.unallocated('2026-04')).map(({ pool, why }) => [pool, why])).toEqual([
      ['training', 'no-segment'],
    ]);
  });

  it('a credit and mixed currencies are shared out each by itself, to the minor unit', async () => {
    await putInForce(
      world.costing.allocation,
      cycle(
        [
          { pool: 'platform', driver: 'installed-devices' },
          { pool: 'depot', driver: 'contract-revenue' },
          { pool: 'rent', driver: 'installed-devices' },
        ],
        { version: 2 },
      ),
    );
    await world.costing.idle();
    const { rows, unallocated } = await world.costing.reads.summary(
      { by: 'customer', period: PERIOD, currency: 'EUR', filter: 'pool:platform' },
      EVERYTHING,
    );
    expect([rows.map(({ allocated }) => allocated.amount), unallocated.amount]).toEqual([['100.00', '100.00'], '0.00']);
    const depot = await world.costing.reads.summary(
      { by: 'customer', period: PERIOD, currency: 'CNY', filter: 'pool:depot' },
      EVERYTHING,
    );
    expect(depot.rows.map(({ keys, allocated }) => [keys.customer, allocated.amount])).toEqual([
      ['xiehe', '-133.35'],
      ['renji', '-166.68'],
    ]);
  });

  it('a cycle that changes in mid-month: the month is shared out anew from its first day, and it is said', async () => {
    const { allocation } = world.costing;
    const before = await placed(PERIOD);
    const next = cycle([{ pool: 'platform', driver: 'installed-devices', filter: { region: ['east'] } }], {
      version: 4,
    });
    const told = (await check(next)).find(({ code }) => code === 'month-under-way');
    expect(told).toMatchObject({
      blocking: false,
      detail: { en: expect.stringMatching(/2026-06.*from its first day/) },
    });
    await putInForce(allocation, next);
    await world.costing.idle();
    expect((await placed(PERIOD))[0]).toBe(before[0]);
    const east = await world.costing.reads.summary(
      { by: 'region', period: PERIOD, currency: 'CNY', filter: 'pool:platform' },
      EVERYTHING,
    );
    expect(east.rows.map(({ keys, allocated }) => [keys.region, allocated.amount])).toEqual([['east', '1000.01']]);
    // A version that came too late says so instead of being in force for nothing.
    await allocation.createCycle(cycle([{ pool: 'rent', driver: 'installed-devices' }], { version: 3 }), 'writer');
    await expect(allocation.activateCycle({ code: 'overhead', version: 3 }, 'second', null)).rejects.toThrow(
      /Version 4 is in force from 2026-06 already/,
    );
  });

  it('is not changed under a close: neither while it waits for its second person, nor after', async () => {
    const { allocation, periods } = world.costing;
    const late = cycle([{ pool: 'rent', driver: 'installed-devices' }], { version: 5 });
    await allocation.createCycle(late, 'writer');
    await periods.close(PERIOD, { reasons: EVERY_REASON }, 'closer');
    await expect(allocation.activateCycle(late, 'second', null)).rejects.toThrow(/2026-06 is being closed/);
    await periods.approve(PERIOD, 'approver');
    await expect(allocation.activateCycle(late, 'second', null)).rejects.toThrow(/2026-06 is closed/);
  });
});
