// Cost pools and the cycle versions that say which driver each pool goes by, effective from a period on.
import type { AllocationCycle, Pool } from '../contracts/http/costs.ts';
import { Problem } from '../contracts/problems.ts';
import type { Period } from '../contracts/time.ts';
import type { Database, Queryable } from '../db/database.ts';
import { appendEvent } from '../db/event-log.ts';

export async function createPool(db: Queryable, pool: Pool): Promise<Pool> {
  const { rowCount } = await db.query(
    'INSERT INTO cost_pool (code, name_en, name_zh) VALUES ($1, $2, $3) ON CONFLICT (code) DO NOTHING',
    [pool.code, pool.name.en, pool.name.zh],
  );
  if (rowCount === 0) throw new Problem('already-exists', `There is a cost pool ${pool.code} already`);
  return pool;
}

export async function listPools(db: Queryable): Promise<Pool[]> {
  const { rows } = await db.query<{ code: string; name_en: string; name_zh: string }>(
    'SELECT code, name_en, name_zh FROM cost_pool ORDER BY code',
  );
  return rows.map((row) => ({ code: row.code, name: { en: row.name_en, zh: row.name_zh } }));
}

interface CycleRow {
  code: string;
  version: number;
  effective_from: Period;
  segments: AllocationCycle['segments'];
}

const SELECT_CYCLES = 'SELECT code, version, effective_from, segments FROM allocation_cycle';
const NEWEST_FIRST = 'ORDER BY effective_from DESC, version DESC, code';

/** The database allows more methods than the live run knows; only direct cycles are ever written. */
const toCycle = (row: CycleRow): AllocationCycle => ({
  code: row.code,
  version: row.version,
  effectiveFrom: row.effective_from,
  method: 'direct',
  segments: row.segments,
});

export async function listCycles(db: Queryable): Promise<AllocationCycle[]> {
  const { rows } = await db.query<CycleRow>(`${SELECT_CYCLES} ${NEWEST_FIRST}`);
  return rows.map(toCycle);
}

/** The cycle version in force for a period: the latest that is effective by then. */
export async function cycleFor(db: Queryable, period: Period): Promise<AllocationCycle | null> {
  const { rows } = await db.prepared<CycleRow>(
    'cycle-for-period',
    `${SELECT_CYCLES} WHERE effective_from <= $1 ${NEWEST_FIRST} LIMIT 1`,
    [period],
  );
  return rows[0] ? toCycle(rows[0]) : null;
}

/** Adds a cycle version; versions are never changed, a correction is the next version. */
export async function createCycle(database: Database, cycle: AllocationCycle, at: string): Promise<AllocationCycle> {
  const pools = cycle.segments.map((segment) => segment.pool);
  if (new Set(pools).size !== pools.length) throw new Problem('refused', 'Each pool may have one segment only');
  await database.transaction(async (tx) => {
    const known = await tx.query<{ code: string }>('SELECT code FROM cost_pool WHERE code = ANY ($1)', [pools]);
    const unknown = pools.filter((pool) => !known.rows.some((row) => row.code === pool));
    if (unknown.length > 0) throw new Problem('refused', `Create these cost pools first: ${unknown.join(', ')}`);
    const { rowCount } = await tx.query(
      `INSERT INTO allocation_cycle (code, version, effective_from, method, segments)
       VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
      [cycle.code, cycle.version, cycle.effectiveFrom, cycle.method, JSON.stringify(cycle.segments)],
    );
    if (rowCount === 0) {
      throw new Problem(
        'already-exists',
        `Version ${cycle.version} of cycle ${cycle.code} exists; post the next version`,
      );
    }
    const { code, version } = cycle;
    appendEvent(tx, { type: 'allocation.cycle-created', at, payload: { cycle: code, version } });
  });
  return cycle;
}
