// Laws of months that close while cost still comes: a closed month never moves again, what comes late adjusts the next open one and
// says of what, and all months together hold every fact, in whatever order the facts came.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import type { Summary } from '../../../src/contracts/http/costs.ts';
import { verifyBooks } from '../../../src/costing/books.ts';
import { COSTING_CONSUMER } from '../../../src/costing/costing.ts';
import { postFacts } from '../../../src/costing/facts.ts';
import { JOB_EVENTS } from '../../../src/costing/job-facts.ts';
import type { NewFact } from '../../../src/costing/new-fact.ts';
import { closeByTwo } from '../../support/close-period.ts';
import { putInForce } from '../../support/cycles.ts';
import { type ServiceWorld, startServiceWorld } from '../../support/service-world.ts';

const AT = '2026-06-15T12:00:00.000Z';
const MONTHS = ['01', '02', '03'] as const;
let world: ServiceWorld;
beforeAll(async () => {
  world = await startServiceWorld();
  const { allocation } = world.costing;
  await allocation.createPool({ code: 'depot', name: { en: 'Depot', zh: '库房' } });
  await putInForce(allocation, {
    code: 'c',
    version: 1,
    effectiveFrom: '1990-01',
    method: 'direct',
    segments: [{ pool: 'depot', driver: 'installed-devices' }],
  });
});
afterAll(() => world.close());

const cost = fc.record({
  month: fc.constantFrom(...MONTHS),
  amountMinor: fc.bigInt({ min: -99_999n, max: 99_999n }),
  customer: fc.constantFrom('renji', 'xiehe', null),
  element: fc.constantFrom('freight' as const, 'overhead' as const),
  isShared: fc.boolean(),
});
type Cost = typeof cost extends fc.Arbitrary<infer T> ? T : never;

const factOf = (year: number, { month, amountMinor, customer, element, isShared }: Cost, index: number): NewFact => ({
  amountMinor,
  currency: 'CNY',
  element,
  quantityMilli: 1000n,
  unit: '1',
  occurredOn: `${year}-${month}-07`,
  source: { type: 'test', id: `${year} ${index}` },
  idempotencyKey: `${year} ${index}`,
  dimensions: isShared ? {} : { customer },
  workOrderId: null,
  pool: isShared ? 'depot' : null,
  reversalOf: null,
  actor: 'test',
  note: null,
});
const post = (facts: readonly NewFact[]) => world.database.transaction((tx) => postFacts(tx, AT, facts));
const summary = (by: string, period: string): Promise<Summary> =>
  world.costing.reads.summary({ by, period, currency: 'CNY' }, EVERYTHING);
const cellsOf = ({ rows }: Summary) =>
  rows
    .filter(({ total }) => Number(total.amount) !== 0)
    .map(({ keys, total }) => `${keys['customer']} ${keys['element']} ${keys['pool']} ${total.amount}`)
    .sort();
const minor = (amount: string): bigint => BigInt(amount.replace('.', ''));

let year = 1990;

it('a closed month stays as it was; all months together are the facts, whatever came late and in whatever order', {
  timeout: 180_000,
}, async () => {
  let late = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(cost, { minLength: 6, maxLength: 30 }),
      fc.array(fc.nat(30), { minLength: 1, maxLength: 3 }),
      fc.infiniteStream(fc.nat(1_000_000)),
      async (costs, closeAfter, order) => {
        const [withCloses, shuffled] = [(year += 1), (year += 1)];
        const frozen = new Map<string, string[]>();
        for (const [index, one] of costs.entries()) {
          const [posted] = await post([factOf(withCloses, one, index)]);
          const own = `${withCloses}-${one.month}`;
          if (frozen.has(own)) late += 1;
          expect([posted?.period === own, posted && posted.period >= own]).toEqual([!frozen.has(own), true]);
          if (!closeAfter.includes(index)) continue;
          const next = MONTHS.map((month) => `${withCloses}-${month}`).find((month) => !frozen.has(month));
          if (next === undefined || costs.slice(0, index + 1).every(({ month }) => !next.endsWith(month))) continue;
          await closeByTwo(world.costing.periods, next);
          frozen.set(next, cellsOf(await summary('customer,element,pool', next)));
        }
        const ranked = costs
          .map((one, index) => ({ fact: factOf(shuffled, one, index), rank: order.next().value as number }))
          .sort((a, b) => a.rank - b.rank);
        for (const { fact } of ranked) await post([fact]);
        await world.costing.idle();
        for (const [month, cells] of frozen)
          expect([month, cellsOf(await summary('customer,element,pool', month))]).toEqual([month, cells]);
        const sum = costs.reduce((total, { amountMinor }) => total + amountMinor, 0n);
        const [first, second] = await Promise.all(
          [withCloses, shuffled].map((one) => summary('element', `${one}-01..${one}-12`)),
        );
        expect([minor(first?.total.amount ?? ''), minor(second?.total.amount ?? '')]).toEqual([sum, sum]);
        expect(first && cellsOf(first)).toEqual(second && cellsOf(second));
        const { firstBreak } = await verifyBooks(world.database, COSTING_CONSUMER, JOB_EVENTS);
        expect(firstBreak).toBeNull();
      },
    ),
    { seed: 5, numRuns: 5, endOnFailure: true },
  );
  expect(late).toBeGreaterThan(3);
});
