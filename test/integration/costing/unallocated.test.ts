// Money is never lost by an allocation: what nobody can carry stays under its pool's name with the reason, in the checklist and
// in every total, through a final run; and the database refuses to close a month on a run that does not conserve.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import type { NewAllocationCycle } from '../../../src/contracts/http/allocation.ts';
import { closeByTwo, EVERY_REASON } from '../../support/close-period.ts';
import { putInForce } from '../../support/cycles.ts';
import { type ServiceWorld, startServiceWorld } from '../../support/service-world.ts';
import { postByTwo } from '../../support/two-people.ts';

const POOLS = ['platform', 'depot', 'training', 'rent', 'lobby'];
const EVERYBODY = { scope: EVERYTHING, may: { jobs: true, alerts: true, telemetry: true } };
const CYCLE: NewAllocationCycle = {
  code: 'overhead',
  version: 1,
  effectiveFrom: '2026-03',
  method: 'reciprocal',
  segments: [
    // Each counts on the other's driver, which nobody moves: in such a month they serve only each other.
    { pool: 'platform', driver: 'visits', services: [{ pool: 'depot', quantity: 10 }] },
    { pool: 'depot', driver: 'visits', services: [{ pool: 'platform', quantity: 5 }] },
    { pool: 'training', driver: 'exposures' },
    { pool: 'rent', driver: 'installed-devices' },
  ],
};

let world: ServiceWorld;
beforeAll(async () => {
  world = await startServiceWorld();
  for (const code of POOLS) await world.costing.allocation.createPool({ code, name: { en: code, zh: `${code}池` } });
});
afterAll(() => world.close());

let posted = 0;
async function post(pool: string, amount: string, period: string, element: 'overhead' | 'labour' = 'overhead') {
  await postByTwo(
    world.costing,
    { pool, element, amount: { amount, currency: 'CNY' }, occurredOn: `${period}-02`, note: 'test' },
    `posting-${(posted += 1)}`,
  );
}
async function postEverywhere(period: string): Promise<void> {
  for (const [index, pool] of POOLS.entries()) await post(pool, `${1000 * (index + 1)}.01`, period);
  await world.costing.idle();
}
const unallocated = async (period: string) =>
  (await world.costing.allocation.unallocated(period)).map(({ pool, amount, why }) => [pool, amount.amount, why]);
const summary = (period: string) => world.costing.reads.summary({ by: 'pool', period, currency: 'CNY' }, EVERYTHING);
const itemOf = async (period: string) =>
  (await world.costing.periods.one(period)).checklist.find(({ item }) => item === 'unallocated');

describe('cost that nobody carries', () => {
  it('has no rules to be shared out by, until there are some', async () => {
    await postEverywhere('2026-01');
    expect((await unallocated('2026-01')).map(([, , why]) => why)).toEqual(POOLS.map(() => 'no-rules'));
  });

  it('is told pool by pool with the reason, a loop by its pools, before and after the final run', async () => {
    await putInForce(world.costing.allocation, CYCLE);
    await postEverywhere('2026-04');
    const kept = [
      ['depot', '2000.01', 'loop'],
      ['lobby', '5000.01', 'no-segment'],
      ['platform', '1000.01', 'loop'],
      ['training', '3000.01', 'zero-driver'],
    ];
    expect(await unallocated('2026-04')).toEqual(kept);
    const [depot] = await world.costing.allocation.unallocated('2026-04');
    expect(depot).toMatchObject({
      loop: ['depot', 'platform'],
      detail: { zh: expect.stringContaining('depot → platform → depot') },
    });
    const before = await summary('2026-04');
    expect(before).toMatchObject({ total: { amount: '15000.05' }, unallocated: { amount: '11000.04' } });
    const largest = await world.costing.reads.summary({ by: 'pool', period: '2026-04', top: '2' }, EVERYTHING);
    expect(largest.total).toEqual(before.total);
    expect(
      largest.rows.map(({ keys, others, labels, total }) => [keys.pool, others?.pool, labels.pool?.en, total.amount]),
    ).toEqual([
      ['lobby', undefined, 'lobby', '5000.01'],
      ['rent', undefined, 'rent', '4000.01'],
      [null, 3, 'Others (3)', '6000.03'],
    ]);
    expect(await itemOf('2026-04')).toMatchObject({
      n: 4,
      amounts: [{ amount: '11000.04', currency: 'CNY' }],
      details: expect.arrayContaining([
        { en: expect.stringMatching(/^depot 2000.01 CNY: .*depot → platform → depot/), zh: expect.any(String) },
      ]),
    });

    await expect(world.costing.periods.close('2026-04', {}, 'closer')).rejects.toThrow(
      /unallocated \(4\) needs a reason/,
    );
    await closeByTwo(world.costing.periods, '2026-04');
    expect(await unallocated('2026-04')).toEqual(kept);
    expect(await summary('2026-04')).toMatchObject({ total: before.total, unallocated: before.unallocated });
    const { steps } = await world.costing.periods.one('2026-04');
    expect(steps[0]?.checklist.find(({ item }) => item === 'unallocated')?.details).toHaveLength(4);
  });

  it('is found where a credit makes the pool as a whole nothing', async () => {
    await post('training', '700.00', '2026-05');
    await post('training', '-700.00', '2026-05', 'labour');
    await world.costing.idle();
    expect(await itemOf('2026-05')).toMatchObject({ n: 1, details: [expect.anything()] });
    expect(await unallocated('2026-05')).toEqual([['training', '0.00', 'zero-driver']]);
  });
});

describe('capacity that nobody used', () => {
  it('is no cost without a driver: it stands apart in totals, by pool and down to what it was posted as', async () => {
    const period = '2026-02';
    await putInForce(world.costing.allocation, {
      code: 'timed',
      version: 1,
      effectiveFrom: period,
      effectiveTo: period,
      method: 'activity-based',
      segments: [
        // One device so early, ten minutes.
        { pool: 'platform', capacityMinutes: 100, activities: [{ driver: 'installed-devices', minutes: 10 }] },
        { pool: 'training', driver: 'exposures' },
      ],
    });
    await post('platform', '1000.01', period);
    await post('training', '300.03', period);
    await world.costing.idle();
    const shown = { allocated: { amount: '100.00' }, unallocated: { amount: '300.03' }, unused: { amount: '900.01' } };
    const byPool = await summary(period);
    expect(byPool).toMatchObject({ ...shown, total: { amount: '1300.04' } });
    expect(byPool.rows.map(({ keys, unallocated: left, unused }) => [keys.pool, left.amount, unused.amount])).toEqual([
      ['platform', '0.00', '900.01'],
      ['training', '300.03', '0.00'],
    ]);
    expect(await unallocated(period)).toEqual([['training', '300.03', 'zero-driver']]);
    const explain = async (path?: string) =>
      (await world.costing.reads.explain({ period, currency: 'CNY', ...(path ? { path } : {}) }, EVERYBODY)).items;
    const top = await explain();
    expect(top.map(({ kind, amount }) => [kind, amount.amount])).toEqual([
      ['allocated', '100.00'],
      ['unallocated', '300.03'],
      ['unused', '900.01'],
    ]);
    const [line] = await explain(top[2]?.path ?? '');
    expect(line).toMatchObject({ kind: 'line', pool: 'platform', amount: { amount: '900.01' } });
    const [reason] = await explain(line?.path ?? '');
    expect(reason).toMatchObject({ kind: 'unused', amount: { amount: '900.01' }, label: { zh: '闲置产能' } });
    const { nodes } = await world.costing.reads.flow({ period, currency: 'CNY' });
    expect(
      nodes.filter(({ kind }) => kind === 'unused' || kind === 'nobody').map((node) => node.amount.amount),
    ).toEqual(['900.01', '300.03']);
  });
});

describe('a close on a run that lost money', () => {
  const approve = (period: string) => world.costing.periods.approve(period, 'approver');
  it.each([
    [
      '2026-06',
      'a receiver',
      'UPDATE allocation_ends SET weights[1] = weights[1] + 1',
      /receivers or weights are not those it was placed by/,
    ],
    ['2026-07', 'a pool', `DELETE FROM allocation_result`, /holds 400001 and its run has 0/],
  ])('is refused by the database: %s, of %s', async (period, _, tamper, refusal) => {
    await post('rent', '4000.01', period);
    await world.costing.idle();
    world.time.now = Date.parse('2026-08-01T00:00:00Z');
    const { periods } = world.costing;
    await periods.close(period, { reasons: EVERY_REASON }, 'closer');
    // Money is lost between the final run and the period's last step.
    await world.database.query(`CREATE FUNCTION lose_money() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      ${tamper} WHERE run_id = NEW.run_id; RETURN NEW; END $$`);
    await world.database.query(
      'CREATE TRIGGER lose_money BEFORE INSERT ON period_step_approval FOR EACH ROW EXECUTE FUNCTION lose_money()',
    );
    await expect(approve(period)).rejects.toThrow(refusal);
    await world.database.query('DROP FUNCTION lose_money CASCADE');
    expect((await periods.one(period)).state).toBe('closing');
    expect((await approve(period)).state).toBe('closed');
  });
});
