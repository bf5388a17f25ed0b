// Rules whose filters follow the values that are merged now, and what of that is stored with a run.
import type { AllocationCycle, NewAllocationCycle } from '../contracts/http/allocation.ts';
import type { Queryable, Transaction } from '../db/database.ts';
import { followedBy, withMerged } from './core/merged-filters.ts';
import { mappingsInForce } from './dimension-mappings.ts';

/** As a run would go by them now. */
export async function rulesNow<C extends NewAllocationCycle>(db: Queryable, cycle: C): Promise<C> {
  return withMerged(cycle, followedBy(cycle.segments, await mappingsInForce(db)));
}

/** The same, stored with a run as its input; tells whether the run had something else. */
export async function storeMerged(
  tx: Transaction,
  runId: number,
  cycle: AllocationCycle,
): Promise<{ rules: AllocationCycle; isChanged: boolean }> {
  const merged = followedBy(cycle.segments, await mappingsInForce(tx));
  const { rowCount } = await tx.prepared(
    'allocation-run-merged',
    'UPDATE allocation_run SET merged = $2::jsonb WHERE id = $1 AND merged <> $2::jsonb',
    [runId, JSON.stringify(merged)],
  );
  return { rules: withMerged(cycle, merged), isChanged: rowCount > 0 };
}
