// A month of cost facts with pools on four levels, for the benchmarks of the allocation: posted once through the same code as live
// facts, and the cycle that shares it out put in force by a second person.
import { postCostHistory } from '../support/cost-history.ts';
import type { AllocationSegment, NewAllocationCycle } from '../../src/contracts/http/allocation.ts';
import { activateCycle, createCycle } from '../../src/costing/cycles.ts';
import type { Database } from '../../src/db/database.ts';

export const PERIOD = '2026-01';
export const LEVELS = 4;
const AT = `${PERIOD}-31T00:00:00.000Z`;
const DRIVERS = ['work-order-hours', 'parts-value', 'remote-minutes'] as const;
const REGIONS = ['east', 'north', 'south', 'central', 'west', 'northeast'];

/** Pools of one level serve three of the next, and the last one its receivers: work orders of a region by one of three drivers. */
function segmentsOf(pools: readonly string[]): AllocationSegment[] {
  const perLevel = Math.ceil(pools.length / LEVELS);
  return pools.map((pool, index) => {
    const driver = DRIVERS[index % DRIVERS.length] as (typeof DRIVERS)[number];
    const filter = { region: [REGIONS[index % REGIONS.length] as string] };
    const level = Math.floor(index / perLevel);
    if (level === LEVELS - 1) return { pool, driver, filter };
    const next = pools.slice((level + 1) * perLevel, (level + 2) * perLevel);
    const served = [...new Set([0, 1, 2].map((k) => next[(index * 3 + k) % next.length] as string))];
    return {
      pool,
      services: served.map((each, k) => ({ pool: each, share: k === 0 ? 1 - 0.3 * (served.length - 1) : 0.3 })),
    };
  });
}

/** Answers with the number of facts posted. */
export async function postMonth(database: Database, facts: number, pools: number): Promise<number> {
  const { world, posted } = await postCostHistory(database, {
    seed: 11,
    from: PERIOD,
    months: 1,
    facts,
    pools,
    pooledShare: 0.1,
    lanes: 2,
  });
  const cycle: NewAllocationCycle = {
    code: 'bench',
    version: 1,
    effectiveFrom: PERIOD,
    method: 'reciprocal',
    segments: segmentsOf([...world.pools].sort()),
  };
  await createCycle(database, cycle, 'writer', AT);
  await activateCycle(database, { code: cycle.code, version: 1, actor: 'second', note: null, at: AT });
  return posted;
}
