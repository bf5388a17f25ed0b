// Allocation runs as they are listed, newest period first.
import type { AllocationRun } from '../contracts/http/costs.ts';
import type { Page, PageQuery } from '../contracts/http/page.ts';
import { Problem } from '../contracts/problems.ts';
import { isPeriod } from '../contracts/time.ts';
import type { Queryable } from '../db/database.ts';

const DEFAULT_LIMIT = 100;
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
  const { cursor, limit = DEFAULT_LIMIT } = query;
  if (cursor !== undefined && !isPeriod(cursor)) {
    throw new Problem('validation-failed', 'cursor: send `next` of the page before, or none for the first page');
  }
  const { rows } = await db.query<RunRow>(
    `SELECT id, cycle, cycle_version, period, status, computed_at FROM allocation_run
     WHERE period < $1 ORDER BY period DESC LIMIT $2`,
    [cursor ?? LATEST_PERIOD, limit + 1],
  );
  const items = rows.slice(0, limit).map((row) => ({
    id: Number(row.id),
    cycle: row.cycle,
    version: row.cycle_version,
    period: row.period,
    status: row.status,
    computedAt: row.computed_at.toISOString(),
  }));
  return { items, next: rows.length > limit ? (items.at(-1)?.period ?? null) : null };
}
