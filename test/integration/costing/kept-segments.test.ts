// Law of kept columns: a process that starts with them answers what one that reads every fact answers, whatever was posted since and
// in whatever order it came into sight; what no longer fits the facts is not used.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import { createCostCube, type KeepOptions } from '../../../src/costing/cube/cost-cube.ts';
import { postFacts } from '../../../src/costing/facts.ts';
import type { NewFact } from '../../../src/costing/new-fact.ts';
import { costSummary } from '../../../src/costing/summary.ts';
import type { Database } from '../../../src/db/database.ts';
import { openTestDatabase } from '../../support/database.ts';

const PERIOD = '2026-03..2026-04';
const DEFAULTS = { period: '2026-04', currency: 'CNY' };
const KEEP: KeepOptions = {
  fromLines: 20,
  onFailed: (error) => {
    throw error;
  },
};

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
  await database.query(`INSERT INTO cost_pool (code, name_en, name_zh) VALUES ('depot', 'Depot', '备件库')`);
});
afterAll(() => database.close());

type FactSeed = {
  amountMinor: bigint;
  month: string;
  product: string | null;
  customer: string | null;
  workOrderId: number | null;
  isShared: boolean;
};

let posted = 0;
const fact = fc.record({
  amountMinor: fc.oneof(fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n }), fc.constant(10n ** 16n + 1n)),
  month: fc.constantFrom('2026-03', '2026-04'),
  product: fc.constantFrom('mri-15', 'ct-64', null),
  customer: fc.constantFrom('renji', 'xiehe', '仁济:2', null),
  workOrderId: fc.option(fc.integer({ min: 1, max: 90_000 })),
  isShared: fc.boolean(),
});
function factOf({ amountMinor, month, product, customer, workOrderId, isShared }: FactSeed): NewFact {
  posted += 1;
  const shared = isShared && posted % 5 === 0;
  return {
    amountMinor,
    currency: 'CNY',
    element: posted % 2 === 0 ? 'labour' : 'parts',
    quantityMilli: 1000n,
    unit: '1',
    occurredOn: `${month}-10`,
    source: { type: 'charge', id: String(posted) },
    idempotencyKey: `kept:${posted}`,
    dimensions: shared ? {} : { product, customer },
    workOrderId: shared ? null : workOrderId,
    pool: shared ? 'depot' : null,
    reversalOf: null,
    actor: 'x',
    note: null,
  };
}

/** As a process that just started answers. */
async function answerOf(keep?: KeepOptions) {
  const cube = createCostCube({ database, ...(keep ? { keep } : {}) });
  const { rows, total, position } = await costSummary(
    { database, cube },
    { by: 'period,product,customer,element', period: PERIOD },
    EVERYTHING,
    DEFAULTS,
  );
  await cube.kept();
  return { rows, total, position };
}

const keptLines = async (): Promise<number> => {
  const { rows } = await database.query<{ lines: number }>(
    'SELECT coalesce(sum(lines), 0)::integer AS lines FROM cost_segment',
  );
  return rows[0]?.lines ?? 0;
};

/** The same answer from the facts alone. */
async function answerOfFacts() {
  const kept = await database.query('SELECT * FROM cost_segment');
  expect(kept.rows.length).toBeGreaterThan(0);
  await database.query('DELETE FROM cost_segment');
  const answer = await answerOf();
  for (const row of kept.rows) {
    await database.query('INSERT INTO cost_segment SELECT * FROM jsonb_populate_record(NULL::cost_segment, $1)', [
      JSON.stringify({ ...row, columns: `\\x${(row['columns'] as Buffer).toString('hex')}` }, (_, value) =>
        typeof value === 'bigint' ? String(value) : value,
      ),
    ]);
  }
  return answer;
}

/** A fact that took its number before the ones that are kept, and came into sight after them. */
async function straggler(id: bigint): Promise<void> {
  await database.query(
    `INSERT INTO cost_fact (id, amount_minor, currency, element, quantity_milli, unit, occurred_on, period, source_type, source_id,
       idempotency_key, product) OVERRIDING SYSTEM VALUE
     VALUES ($1::bigint, 4711, 'CNY', 'travel', 1000, '1', '2026-03-09', '2026-03', 'charge', 's', 'straggler ' || $1::text, 'mri-15')`,
    [id],
  );
}

describe('columns kept for the next start', () => {
  it('answer what the facts answer, as they grow part by part', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fact, { minLength: 15, maxLength: 70 }), async (facts) => {
        await database.transaction((tx) => postFacts(tx, '2026-04-15T12:00:00.000Z', facts.map(factOf)));
        const first = await answerOf(KEEP);
        if ((await keptLines()) === 0) return;
        expect(await answerOf(KEEP)).toEqual(first);
        expect(await answerOfFacts()).toEqual(first);
      }),
      { numRuns: 12, seed: 4 },
    );
    expect(await keptLines()).toBeGreaterThan(200);
    const { rows } = await database.query<{ parts: number }>('SELECT max(part)::integer AS parts FROM cost_segment');
    expect(rows[0]?.parts).toBeGreaterThan(1);
  });

  it('are not used when a fact with a smaller number came into sight since', async () => {
    const { rows } = await database.query<{ id: bigint }>(
      `SELECT nextval(pg_get_serial_sequence('cost_fact', 'id')) AS id`,
    );
    const later = Array.from({ length: 40 }, () =>
      factOf({ amountMinor: 5n, month: '2026-03', product: 'ct-64', customer: null, workOrderId: 3, isShared: false }),
    );
    await database.transaction((tx) => postFacts(tx, '2026-04-15T12:00:00.000Z', later));
    const before = await answerOf(KEEP);
    await straggler(rows[0]?.id ?? 0n);
    const after = await answerOf(KEEP);
    expect(after.total).not.toEqual(before.total);
    expect(after).toEqual(await answerOfFacts());
    // What is kept holds it from now on.
    expect(await answerOf(KEEP)).toEqual(after);
  });

  it('(control) would miss it, were they not held against the number of facts', async () => {
    const { rows } = await database.query<{ id: bigint }>(
      `SELECT nextval(pg_get_serial_sequence('cost_fact', 'id')) AS id`,
    );
    const later = Array.from({ length: 40 }, () =>
      factOf({ amountMinor: 5n, month: '2026-03', product: 'ct-64', customer: null, workOrderId: 3, isShared: false }),
    );
    await database.transaction((tx) => postFacts(tx, '2026-04-15T12:00:00.000Z', later));
    const before = await answerOf(KEEP);
    await straggler(rows[0]?.id ?? 0n);
    await database.query(`UPDATE cost_segment SET facts_until = facts_until + 1 WHERE period = '2026-03'`);
    expect((await answerOf(KEEP)).total).toEqual(before.total);
    expect((await answerOfFacts()).total).not.toEqual(before.total);
  });
});
