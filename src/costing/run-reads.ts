// Allocation runs as they are listed, newest period first.
import type { AllocationRun } from '../contracts/http/costs.ts';
import { keyOf, limitOf, pageOf } from '../contracts/http/cursor.ts';
import type { Page, PageQuery } from '../contracts/http/page.ts';
import type { Queryable } from '../db/database.ts';

const LATEST_PERIOD = '9999-99';

interface RunRow {
  id: bigint;
  cycle: string;
  cycle_version: number;
  period: string;
  status: AllocationRun['status'];
  computed_at: Date;
}

/** There is one run a period, so the period is the cursor. */
export async function listRuns(db: Queryable, query: PageQuery): Promise<Page<AllocationRun>> {
  const limit = limitOf(query);
  const { rows } = await db.query<RunRow>(
    `SELECT id, cycle, cycle_version, period, status, computed_at FROM allocation_run
     WHERE period < $1 ORDER BY period DESC LIMIT $2`,
    [keyOf(query, 'period')?.[0] ?? LATEST_PERIOD, limit + 1],
  );
  const toRun = (row: RunRow): AllocationRun => ({
    id: Number(row.id),
    cycle: row.cycle,
    version: row.cycle_version,
    period: row.period,
    status: row.status,
    computedAt: row.computed_at.toISOString(),
  });
  return pageOf(rows, limit, (row) => [row.period], toRun);
}
