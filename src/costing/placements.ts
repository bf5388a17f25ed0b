// What each receiver carries of a run, worked out from what its pools placed and by which ends.
import type { Period } from '../contracts/time.ts';
import type { Queryable } from '../db/database.ts';
import { readEnds } from './allocation-ends.ts';
import { NOBODY, placeLeft, type PoolEnds, type PoolResult } from './core/allocation.ts';
import { createScratch } from './core/largest-remainder.ts';
import { readResults, type StoredResult } from './result-rows.ts';

export interface Placement extends PoolResult {
  currency: string;
}

/** Nothing is placed twice: who keeps a result keeps its arrays. */
export function* placementsOf(
  results: Iterable<StoredResult>,
  endsByHash: ReadonlyMap<string, PoolEnds>,
): Generator<Placement> {
  const scratch = createScratch();
  for (const { ends: hash, placedMinor, ...result } of results) {
    const ends = hash === null ? NOBODY : endsByHash.get(hash);
    if (ends === undefined) throw new Error(`the ends of pool ${result.pool} were not read`);
    const { receiverIds, amountsMinor } = placeLeft(placedMinor + result.unusedMinor, ends, scratch);
    yield { ...result, receiverIds, amountsMinor };
  }
}

/** Every result of a run with what its receivers carry, one by one; `currency`: only those in it. */
export async function readPlacements(db: Queryable, runId: number, currency?: string): Promise<Generator<Placement>> {
  const results = (await readResults(db, runId)).filter((row) => currency === undefined || row.currency === currency);
  const hashes = new Set(results.flatMap(({ ends }) => ends ?? []));
  return placementsOf(results, await readEnds(db, runId, [...hashes]));
}

/** The number of the run in force, `null` where there is none. */
export async function runInForce(db: Queryable, period: Period): Promise<number | null> {
  const { rows } = await db.query<{ id: bigint }>(
    'SELECT id FROM allocation_run WHERE period = $1 AND superseded_at IS NULL',
    [period],
  );
  return rows[0] ? Number(rows[0].id) : null;
}
