import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import type { NewAllocationCycle } from '../../../src/contracts/http/allocation.ts';
import { minorOf } from '../../../src/contracts/money.ts';
import { wholeSum } from '../../../src/costing/core/largest-remainder.ts';
import { readDriver } from '../../../src/costing/drivers.ts';
import { putInForce } from '../../support/cycles.ts';
import { type ServiceWorld, startServiceWorld } from '../../support/service-world.ts';
import { postByTwo } from '../../support/two-people.ts';

const PERIOD = '2026-06';
const SHARED = 1_000_000_007n;
const RULES: NewAllocationCycle = {
  code: 'overhead',
  version: 1,
  effectiveFrom: PERIOD,
  method: 'direct',
  segments: [{ pool: 'platform', driver: 'contract-revenue' }],
};

let world: ServiceWorld;
const contract = (code: string, priceMinor: bigint) =>
  world.database.query(
    `INSERT INTO contract (code, customer_code, type, starts_on, ends_on, price_minor, currency, price_per)
     VALUES ($1, 'renji', 'full-service', '2026-01-01', '2027-01-01', $2, 'VND', 'month')`,
    [code, priceMinor],
  );

beforeAll(async () => {
  world = await startServiceWorld();
  // Each is the dearest contract that can be written, and dong have no minor unit: together their revenue of a month, in
  // thousandths, is more than 2^53.
  for (let n = 1; n <= 12; n += 1) await contract(`VN-${String(n).padStart(2, '0')}`, n === 12 ? 1n : 999_999_999_999n);
  await world.costing.allocation.createPool({ code: 'platform', name: { en: 'Platform', zh: '平台' } });
  await postByTwo(
    world.costing,
    {
      pool: 'platform',
      element: 'overhead',
      amount: { amount: String(SHARED), currency: 'VND' },
      occurredOn: `${PERIOD}-02`,
      note: 'June',
    },
    'june',
  );
});
afterAll(() => world.close());

describe('a driver that adds up to more than a double holds', () => {
  it('shares a month out to the minor unit, and its run is repeated the same', async () => {
    const { allocation, reads } = world.costing;
    await putInForce(allocation, RULES);
    await world.costing.idle();
    const { rows, unallocated } = await reads.summary({ by: 'contract', period: PERIOD, currency: 'VND' }, EVERYTHING);
    expect(unallocated.amount).toBe('0');
    const carried = new Map(rows.map(({ keys, allocated }) => [keys.contract, minorOf(allocated) ?? 0n]));
    expect([...carried.values()].reduce((sum, amount) => sum + amount, 0n)).toBe(SHARED);
    // Next to nothing is due to the small one; eleven equal ones have the rest, the first of them the odd units.
    const [each, odd] = [SHARED / 11n, SHARED % 11n];
    for (let n = 1n; n <= 11n; n += 1n)
      expect([n, carried.get(`VN-${String(n).padStart(2, '0')}`)]).toEqual([n, each + (n <= odd ? 1n : 0n)]);
    const moved = await readDriver(world.database, { driver: 'contract-revenue', period: PERIOD, currency: 'VND' });
    expect(wholeSum(moved.quantitiesMilli)).toBeGreaterThan(BigInt(Number.MAX_SAFE_INTEGER));
    const { items } = await allocation.runs({});
    expect(await allocation.repeat(items[0]?.id ?? 0)).toMatchObject({ isSame: true });
  });

  it('that one receiver alone moves by more than that is refused with the driver, the month and the receiver', async () => {
    await contract('VN-99', 9_000_000_000_000_000n);
    const { allocation } = world.costing;
    const why = /contract-revenue in 2026-06: contract VN-99 moved .* more than 9007199254740.99; reverse/;
    await expect(allocation.checkDraft({ ...RULES, version: 2 }, PERIOD)).rejects.toThrow(why);
    await expect(allocation.simulateDraft({ ...RULES, version: 2 }, { period: PERIOD })).rejects.toThrow(why);
  });
});
