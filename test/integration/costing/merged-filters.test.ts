// A filter of allocation rules follows values that were merged, in the live run, the final one, the trial and the repeat alike.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import type { NewAllocationCycle } from '../../../src/contracts/http/allocation.ts';
import { closeByTwo } from '../../support/close-period.ts';
import { putInForce } from '../../support/cycles.ts';
import { type ServiceWorld, startServiceWorld } from '../../support/service-world.ts';
import { addByTwo, postByTwo } from '../../support/two-people.ts';

const [CLOSED, OPEN] = ['2026-05', '2026-06'];
const rulesFor = (customer: string, version: number): NewAllocationCycle => ({
  code: 'overhead',
  version,
  effectiveFrom: CLOSED,
  method: 'direct',
  segments: [{ pool: 'platform', driver: 'contract-revenue', filter: { customer: [customer] } }],
});
const ONE = { 'c-renji': '1000.00' };
const BOTH = { 'c-renji': '555.56', 'c-xiehe': '444.44' };

let world: ServiceWorld;
beforeAll(async () => {
  world = await startServiceWorld();
  await world.costing.allocation.createPool({ code: 'platform', name: { en: 'Platform', zh: '平台' } });
  for (const period of [CLOSED, OPEN])
    await postByTwo(
      world.costing,
      {
        pool: 'platform',
        element: 'overhead',
        amount: { amount: '1000.00', currency: 'CNY' },
        occurredOn: `${period}-02`,
        note: period,
      },
      period,
    );
  await putInForce(world.costing.allocation, rulesFor('renji', 1));
  await world.costing.idle();
});
afterAll(() => world.close());

const merge = (from: string, to: string | null) =>
  addByTwo(world.costing.mappings, { dimension: 'customer', from, to, reason: 'one hospital now' });
const carried = async (period: string): Promise<unknown> => {
  const { rows } = await world.costing.reads.summary({ by: 'contract', period, currency: 'CNY' }, EVERYTHING);
  return Object.fromEntries(rows.map(({ keys, allocated }) => [keys.contract, allocated.amount]));
};
const runOf = async (period: string) => {
  const { items } = await world.costing.allocation.runs({});
  return items.find((run) => run.period === period && run.supersededAt === null);
};
const repeated = async (period: string) => world.costing.allocation.repeat((await runOf(period))?.id ?? 0);

describe('a filter on a value that others were merged with', () => {
  it('lets through what counts as it, as soon as that was approved', async () => {
    expect(await carried(OPEN)).toEqual(ONE);
    await merge('xiehe', 'renji');
    await world.costing.idle();
    await expect.poll(() => carried(OPEN), { timeout: 20_000 }).toEqual(BOTH);
    expect(await repeated(OPEN)).toMatchObject({ isSame: true });
  });

  it('does the same in a trial by whichever of its names, and is checked so', async () => {
    const { allocation } = world.costing;
    for (const customer of ['renji', 'xiehe']) {
      const asked = { period: OPEN, currency: 'CNY' };
      const byContract = await allocation.simulateDraft(rulesFor(customer, 2), { ...asked, by: 'contract' });
      expect(Object.fromEntries(byContract.rows.map(({ key, after }) => [key, after.amount]))).toEqual(BOTH);
      expect(byContract.rows.map(({ difference }) => difference.amount)).toEqual(['0.00', '0.00']);
      expect(byContract.problems.filter(({ code }) => code === 'zero-driver')).toEqual([]);
      const byCustomer = await allocation.simulateDraft(rulesFor(customer, 2), { ...asked, by: 'customer' });
      expect(byCustomer.rows.map(({ key, after }) => [key, after.amount])).toEqual([['renji', '1000.00']]);
    }
    const { rows } = await allocation.compareMethods({ period: OPEN, by: 'contract', currency: 'CNY' });
    expect(Object.fromEntries(rows.map(({ key, amounts }) => [key, amounts.direct?.amount]))).toEqual(BOTH);
  });

  it('is explained with all who share', async () => {
    const path = `allocated/line~${OPEN}~platform~overhead`;
    const asked = { period: OPEN, currency: 'CNY', path };
    const { items, sharedBy } = await world.costing.reads.explain(asked, {
      scope: EVERYTHING,
      may: { jobs: true, alerts: true, telemetry: true },
    });
    expect(items.map(({ amount }) => amount?.amount)).toEqual(['555.56', '444.44']);
    expect(sharedBy?.total?.receivers).toBe(2);
  });

  it('keeps in a closed month what it let through then, and is repeated the same when they stand apart again', async () => {
    await expect.poll(() => carried(CLOSED), { timeout: 20_000 }).toEqual(BOTH);
    await closeByTwo(world.costing.periods, CLOSED);
    expect(await runOf(CLOSED)).toMatchObject({ status: 'final' });
    await merge('xiehe', null);
    await world.costing.idle();
    await expect.poll(() => carried(OPEN), { timeout: 20_000 }).toEqual(ONE);
    expect(await carried(CLOSED)).toEqual(BOTH);
    for (const period of [OPEN, CLOSED]) expect(await repeated(period)).toMatchObject({ isSame: true });
    // The control: by what is merged now the closed month would come out otherwise.
    await world.database.query(`UPDATE allocation_run SET merged = '[]' WHERE period = $1`, [CLOSED]);
    expect(await repeated(CLOSED)).toMatchObject({ isSame: false });
  });
});
