// The database works out what receivers carry as the service does, for whoever reads with SQL.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { placeLeft, type PoolEnds } from '../../../src/costing/core/allocation.ts';
import { createEndsHash } from '../../../src/costing/allocation-ends.ts';
import type { Database } from '../../../src/db/database.ts';
import { openTestDatabase } from '../../support/database.ts';

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const weight = fc.oneof(fc.nat(20), fc.nat(1_000_000_000), fc.constant(0));
const ends = fc.record({ weights: fc.array(weight, { maxLength: 30 }), unusedWeight: weight });
const total = fc.oneof(fc.integer({ min: -100, max: 100 }), fc.maxSafeInteger());

const toEnds = ({ weights, unusedWeight }: { weights: number[]; unusedWeight: number }): PoolEnds => ({
  receiverIds: Int32Array.from(weights.keys(), (index) => 1000 - index),
  weights: Float64Array.from(weights),
  unusedWeight,
});

it('shares out what a pool placed to the same units, ties and unused capacity with it', async () => {
  await fc.assert(
    fc.asyncProperty(ends, total, async (drawn, leftMinor) => {
      const pool = toEnds(drawn);
      const { receiverIds, amountsMinor, unusedMinor, unallocatedMinor } = placeLeft(leftMinor, pool);
      const { rows } = await database.query<{ id: number | null; amount: bigint }>(
        'SELECT receiver_id AS id, amount_minor AS amount FROM shared_out($1, $2::integer[], $3::bigint[], $4)',
        [leftMinor, [...pool.receiverIds], [...pool.weights], pool.unusedWeight],
      );
      const inDatabase = new Map(rows.map(({ id, amount }) => [id, Number(amount)]));
      const here = new Map<number | null, number>(
        Array.from(receiverIds, (id, at) => [id, amountsMinor[at] as number]),
      );
      if (unallocatedMinor === 0 && pool.unusedWeight > 0) here.set(null, unusedMinor);
      expect([...inDatabase].sort()).toEqual([...here].map(([id, amount]) => [id, amount + 0]).sort());
      expect(unallocatedMinor).toBe(rows.length === 0 ? leftMinor : 0);
    }),
    { numRuns: 150 },
  );
});

it('names ends by the same hash', async () => {
  const hashOf = createEndsHash();
  await fc.assert(
    fc.asyncProperty(ends, async (drawn) => {
      const pool = toEnds(drawn);
      const { rows } = await database.query<{ hash: string }>(
        `SELECT encode(ends_hash($1::integer[], $2::bigint[], $3), 'hex') AS hash`,
        [[...pool.receiverIds], [...pool.weights], pool.unusedWeight],
      );
      expect([rows[0]?.hash, null]).toContain(hashOf(pool));
    }),
    { numRuns: 50 },
  );
});
