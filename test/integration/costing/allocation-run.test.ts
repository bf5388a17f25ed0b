import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NewAllocationCycle } from '../../../src/contracts/http/allocation.ts';
import { runAllocation } from '../../../src/costing/allocation-run.ts';
import { createRunMemory, type RunMemory } from '../../../src/costing/run-memory.ts';
import { verifyBooks } from '../../../src/costing/books.ts';
import { COSTING_CONSUMER } from '../../../src/costing/costing.ts';
import { activateCycle, createCycle } from '../../../src/costing/cycles.ts';
import { postFacts } from '../../../src/costing/facts.ts';
import { JOB_EVENTS } from '../../../src/costing/job-facts.ts';
import type { NewFact } from '../../../src/costing/new-fact.ts';
import { createPool } from '../../../src/costing/pools.ts';
import { createReceiverBook } from '../../../src/costing/receiver-book.ts';
import { proveRun, repeatRun } from '../../../src/costing/run-reads.ts';
import { CHANGES_LIMIT, type ColumnMemory, storeChanges, storedColumns } from '../../../src/costing/stored-columns.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { foundServiceWorld } from '../../support/service-world.ts';

const AT = '2026-06-01T00:00:00.000Z';
const POOLS = ['callcentre', 'depot', 'it', 'training'];
const CYCLE: NewAllocationCycle = {
  code: 'shared',
  version: 1,
  effectiveFrom: '2026-01',
  method: 'activity-based',
  segments: [
    {
      pool: 'it',
      driver: 'installed-devices',
      services: [
        { pool: 'depot', share: 0.2 },
        { pool: 'training', share: 0.1 },
      ],
    },
    { pool: 'depot', driver: 'parts-value', services: [{ pool: 'it', quantity: 40 }] },
    {
      pool: 'callcentre',
      driver: 'work-order-hours',
      capacityMinutes: 3000,
      activities: [
        { driver: 'work-order-hours', minutes: 7.5 },
        { driver: 'parts-value', minutes: 0.125, filter: { region: ['east'] } },
      ],
    },
    {
      pool: 'training',
      driver: 'work-order-hours',
      filter: { customer: ['xiehe', 'renji'], region: ['east'] },
    },
  ],
};

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  await foundServiceWorld(database);
  for (const code of POOLS) await createPool(database, { code, name: { en: code, zh: code } });
  await createCycle(database, CYCLE, 'writer', AT);
  await activateCycle(database, { code: 'shared', version: 1, actor: 'second', note: null, at: AT });
});
afterAll(() => database.close());

const EMPTY = { workOrderId: null, pool: null, reversalOf: null, actor: 'test', note: null, dimensions: {} };
const PLACES = [
  { customer: 'renji', region: 'east', device: 'MRI-1' },
  { customer: 'xiehe', region: 'north', device: 'MRI-2' },
];

/** A posting of one of the kinds that move an allocation; `day` and `key` make it a fact of its own. */
const posting = fc.oneof(
  fc.record({
    kind: fc.constant('pool' as const),
    pool: fc.constantFrom(...POOLS),
    element: fc.constantFrom('overhead' as const, 'labour' as const),
    currency: fc.constantFrom<string>('CNY', 'CNY', 'EUR'),
    amount: fc.integer({ min: -50_000, max: 10_000_000 }),
  }),
  fc.record({
    kind: fc.constant('labour' as const),
    job: fc.integer({ min: 1, max: 4 }),
    amount: fc.integer({ min: 100, max: 20_000 }),
  }),
  fc.record({
    kind: fc.constant('part' as const),
    job: fc.integer({ min: 1, max: 4 }),
    amount: fc.integer({ min: -300, max: 90_000 }),
  }),
);
type Posting = typeof posting extends fc.Arbitrary<infer P> ? P : never;

function factOf(each: Posting, period: string, key: string): NewFact {
  const common = {
    ...EMPTY,
    occurredOn: `${period}-03`,
    source: { type: each.kind, id: key },
    idempotencyKey: `${period} ${key}`,
  };
  if (each.kind === 'pool') {
    const { pool, element, currency, amount } = each;
    return { ...common, pool, element, currency, amountMinor: BigInt(amount), quantityMilli: 1000n, unit: '1' };
  }
  return {
    ...common,
    element: each.kind === 'labour' ? 'labour' : 'parts',
    currency: 'CNY',
    amountMinor: BigInt(each.amount),
    quantityMilli: BigInt(each.amount),
    unit: each.kind === 'labour' ? 'h' : '1',
    workOrderId: each.job,
    dimensions: PLACES[each.job % 2] ?? {},
  };
}

const run = (period: string, reread: 'all' | readonly [], memory?: RunMemory) =>
  database.transaction((tx) =>
    runAllocation(tx, {
      period,
      status: 'provisional',
      at: AT,
      reread: reread === 'all' ? 'all' : new Set(),
      ...(memory ? { memory } : {}),
    }),
  );

/** Everything stored of a period's run, receivers by what they are called. */
async function stored(period: string) {
  const { rows } = await database.query(
    `SELECT a.pool, a.element, a.currency, own_minor, received_minor, sent_minor, unallocated_minor, unused_minor,
       (SELECT json_agg(json_build_array(c.kind, c.code, p.amount_minor) ORDER BY c.key)
        FROM placed_by(a) p JOIN cost_receiver c ON c.id = p.receiver_id) AS placed
     FROM allocation_result a JOIN allocation_run r ON r.id = a.run_id WHERE r.period = $1 ORDER BY 1, 2, 3`,
    [period],
  );
  const flows = await database.query(
    `SELECT from_pool, to_pool, element, currency, amount_minor FROM allocation_flow f JOIN allocation_run r ON r.id = f.run_id
     WHERE r.period = $1 ORDER BY 1, 2, 3, 4`,
    [period],
  );
  return { results: rows, flows: flows.rows };
}
const runId = async (period: string): Promise<number> => {
  const { rows } = await database.query<{ id: bigint }>('SELECT id FROM allocation_run WHERE period = $1', [period]);
  return Number(rows[0]?.id);
};

/** Results that the database itself finds not to hold, and ends that none of them names. */
async function broken(period: string): Promise<unknown[]> {
  const { rows } = await database.query(
    `SELECT 'result' AS what, b.pool, b.reason FROM allocation_break b JOIN allocation_run r ON r.id = b.run_id WHERE r.period = $1
     UNION ALL SELECT 'ends', NULL, NULL FROM allocation_ends e JOIN allocation_run r ON r.id = e.run_id
     WHERE r.period = $1 AND NOT EXISTS (SELECT FROM allocation_result a WHERE a.run_id = e.run_id AND a.ends = e.hash)`,
    [period],
  );
  return rows;
}

/** Months nothing was posted to yet. */
function* freshMonths(): Generator<string> {
  for (let month = 0; ; month += 1)
    yield `${2030 + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;
}
const months = freshMonths();
const nextMonth = (): string => months.next().value as string;

describe('the run of a period', () => {
  it('fact by fact ends as computed at once, in any order of posting, and over runs that were cut off', {
    timeout: 120_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        // Two processes run the period, each with what it remembers of it.
        fc.array(fc.record({ each: posting, isCutOff: fc.boolean(), isSeen: fc.boolean(), isOther: fc.boolean() }), {
          minLength: 1,
          maxLength: 25,
        }),
        async (steps) => {
          const [live, atOnce] = [nextMonth(), nextMonth()];
          const [one, other] = [createRunMemory(), createRunMemory()];
          for (const [index, { each, isCutOff, isSeen, isOther }] of steps.entries()) {
            const memory = isOther ? other : one;
            await database.transaction((tx) => postFacts(tx, AT, [factOf(each, live, String(index))]));
            if (isCutOff) {
              const killed = database.transaction(async (tx) => {
                await runAllocation(tx, { period: live, status: 'provisional', at: AT, reread: new Set(), memory });
                throw new Error('killed before the commit');
              });
              await expect(killed).rejects.toThrow('killed');
            }
            if (isSeen) await run(live, [], memory);
          }
          await run(live, [], one);
          const reversed = steps.map(({ each }, index) => factOf(each, atOnce, String(index))).reverse();
          await database.transaction((tx) => postFacts(tx, AT, reversed));
          await run(atOnce, 'all');
          const whole = await stored(atOnce);
          expect(await stored(live)).toEqual(whole);
          expect(await broken(live)).toEqual([]);
          // What single jobs changed of its inputs is stored beside them.
          if (whole.results.length > 0)
            expect(await repeatRun(database, await runId(live))).toMatchObject({ isSame: true });
          await run(live, 'all', createRunMemory());
          expect(await stored(live)).toEqual(whole);
        },
      ),
      { numRuns: 12, seed: 20_260_601 },
    );
    expect((await verifyBooks(database, COSTING_CONSUMER, JOB_EVENTS)).firstBreak).toBeNull();
  });

  it('writes one row after a fact in one pool, and nothing when nothing moved', async () => {
    const period = nextMonth();
    const memory = createRunMemory();
    const post = (key: string, each: Posting) =>
      database.transaction((tx) => postFacts(tx, AT, [factOf(each, period, key)]));
    await post('a', { kind: 'labour', job: 1, amount: 5000 });
    for (const pool of POOLS)
      await post(pool, { kind: 'pool', pool, element: 'overhead', currency: 'CNY', amount: 1_000_003 });
    await run(period, 'all', memory);
    const versions = async () =>
      (
        await database.query<{ pool: string; xmin: string }>(
          'SELECT pool, xmin::text FROM allocation_result WHERE run_id = $1 ORDER BY 1',
          [await runId(period)],
        )
      ).rows;
    const before = await versions();
    const position = async () => (await database.query('SELECT max(position) FROM event')).rows[0];
    const told = await position();
    await run(period, [], memory);
    await run(period, 'all', memory);
    expect(await versions()).toEqual(before);
    expect(await position()).toEqual(told);
    await post('b', { kind: 'pool', pool: 'callcentre', element: 'overhead', currency: 'CNY', amount: 7 });
    await run(period, [], memory);
    const after = await versions();
    expect(after.filter((row, index) => row.xmin !== before[index]?.xmin).map(({ pool }) => pool)).toEqual([
      'callcentre',
    ]);
  });

  it('asks the database as little as a fact moved', async () => {
    const period = nextMonth();
    const memory = createRunMemory();
    const labour = (job: number, amount: number): Posting => ({ kind: 'labour', job, amount });
    const shared = (amount: number): Posting => ({
      kind: 'pool',
      pool: 'callcentre',
      element: 'overhead',
      currency: 'CNY',
      amount,
    });
    const post = (key: string, each: Posting) =>
      database.transaction((tx) => postFacts(tx, AT, [factOf(each, period, key)]));
    const statements = async (): Promise<string[]> => {
      const asked: string[] = [];
      await database.transaction((tx) => {
        const prepared: typeof tx.prepared = (name, text, values) => {
          asked.push(name);
          return tx.prepared(name, text, values);
        };
        const request = { period, status: 'provisional' as const, at: AT, reread: new Set<never>(), memory };
        return runAllocation({ ...tx, prepared }, request);
      });
      return asked;
    };
    await post('a', labour(1, 5000));
    await post('b', labour(2, 5000));
    await post('c', shared(1_000_003));
    await statements();
    expect(await statements()).toEqual(['allocation-begin']);
    await post('d', shared(7));
    expect(await statements()).toEqual(['allocation-begin', 'allocation-results', 'allocation-run-computed']);
    await post('e', labour(1, 250));
    expect(await statements()).toEqual([
      'allocation-begin',
      expect.stringContaining('driver-jobs'),
      'allocation-input-change',
      'allocation-ends',
      'allocation-results',
      'allocation-ends-gone',
      'allocation-run-computed',
    ]);
  });

  it('writes a driver whole again once many changes stand beside it', async () => {
    const period = nextMonth();
    const post = (key: string, each: Posting) =>
      database.transaction((tx) => postFacts(tx, AT, [factOf(each, period, key)]));
    await post('a', { kind: 'labour', job: 1, amount: 5000 });
    await post('b', { kind: 'pool', pool: 'training', element: 'overhead', currency: 'CNY', amount: 100 });
    await run(period, 'all');
    const id = await runId(period);
    const asked = { driver: 'work-order-hours' as const, currency: '' };
    const storedColumn = async () => {
      const memory: ColumnMemory = new Map();
      await storedColumns(database, id, memory, createReceiverBook());
      return memory.get('work-order-hours ');
    };
    const change = async (quantity: number, changesBefore: number) => {
      const before = await storedColumn();
      if (!before) throw new Error('the run has no such driver');
      const changed = { ...before.column, quantitiesMilli: Float64Array.of(quantity) };
      await database.transaction((tx) =>
        storeChanges(tx, id, asked, { before: { ...before, changes: changesBefore }, changed, column: changed }),
      );
      const after = await storedColumn();
      return { changes: after?.changes, quantities: [...(after?.column.quantitiesMilli ?? [])] };
    };
    expect(await change(7000, 0)).toEqual({ changes: 1, quantities: [7000] });
    expect(await change(8000, CHANGES_LIMIT - 1)).toEqual({ changes: 1, quantities: [8000] });
    expect(await change(9000, CHANGES_LIMIT)).toEqual({ changes: 0, quantities: [9000] });
  });

  it('proves that it conserves, and repeats to the byte from what it stored', async () => {
    const period = nextMonth();
    const facts: Posting[] = [
      { kind: 'labour', job: 1, amount: 5000 },
      { kind: 'labour', job: 2, amount: 1234 },
      { kind: 'part', job: 2, amount: 70_007 },
      ...POOLS.map((pool) => ({
        kind: 'pool' as const,
        pool,
        element: 'overhead' as const,
        currency: 'CNY',
        amount: 9_999_999,
      })),
    ];
    await database.transaction((tx) =>
      postFacts(
        tx,
        AT,
        facts.map((each, i) => factOf(each, period, String(i))),
      ),
    );
    await run(period, 'all');
    const id = await runId(period);
    const proof = await proveRun(database, id);
    expect(proof.totals).toEqual([
      { currency: 'CNY', in: { amount: '399999.96', currency: 'CNY' }, out: { amount: '399999.96', currency: 'CNY' } },
    ]);
    expect(new Set(proof.pools.map(({ difference }) => difference.amount))).toEqual(new Set(['0.00']));
    expect(proof.pools.find(({ pool }) => pool === 'callcentre')?.unused.amount).not.toBe('0.00');
    expect(proof.drivers.map(({ driver, n }) => [driver, n])).toContainEqual(['work-order-hours', 2]);
    expect(await repeatRun(database, id)).toMatchObject({ isSame: true, storedHash: proof.hash });
    // What happens later changes neither the run nor its repetition.
    await database.transaction((tx) =>
      postFacts(tx, AT, [factOf({ kind: 'labour', job: 1, amount: 900 }, period, 'late')]),
    );
    expect(await repeatRun(database, id)).toMatchObject({ isSame: true, storedHash: proof.hash });
    await run(period, []);
    expect((await proveRun(database, id)).hash).not.toBe(proof.hash);
  });

  it('weights that were tampered with are named, and the run does not repeat', async () => {
    const { rows } = await database.query<{ id: bigint }>(
      `UPDATE allocation_ends SET weights[1] = weights[1] * 3 + 1
       WHERE ctid = (SELECT ctid FROM allocation_ends WHERE cardinality(weights) > 1 LIMIT 1) RETURNING run_id AS id`,
    );
    expect(await verifyBooks(database, COSTING_CONSUMER, JOB_EVENTS)).toMatchObject({
      firstBreak: {
        law: 'every run places and keeps what its pools had',
        detail: expect.stringContaining('receivers or weights are not those it was placed by'),
      },
    });
    expect(await repeatRun(database, Number(rows[0]?.id))).toMatchObject({ isSame: false });
  });
});
