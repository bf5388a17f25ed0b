// Cost facts as they are read: one, and lists filtered by period and dimensions, newest first. The bottom of every
// drill-down.
import { inScope, type Scope } from '../contracts/access.ts';
import type { CostElement, Dimension } from '../contracts/costs.ts';
import type { CostFact, FactQuery } from '../contracts/http/costs.ts';
import { keyOf, limitOf, pageOf } from '../contracts/http/cursor.ts';
import type { Page } from '../contracts/http/page.ts';
import { moneyOf } from '../contracts/money.ts';
import type { Queryable } from '../db/database.ts';
import { parseFilter, parsePeriods } from './core/cost-query.ts';
import { readMappings } from './dimension-mappings.ts';
import { conditionOf, type DimensionColumn, FACT_DIMENSIONS } from './dimension-columns.ts';

export type FactRow = Record<DimensionColumn, string | null> & {
  id: bigint;
  amount_minor: bigint;
  currency: string;
  element: CostElement;
  quantity_milli: bigint;
  unit: string;
  duration_ms: bigint | null;
  occurred_on: string;
  period: string;
  source_type: string;
  source_id: string;
  reversal_of: bigint | null;
  pool: string | null;
  work_order_id: bigint | null;
  recorded_at: Date;
  note: string | null;
};

const EARLIEST_PERIOD = '0000-01';
const LATEST_PERIOD = '9999-12';

export function toFact(row: FactRow): CostFact {
  const dimensions: Record<string, string> = {};
  for (const [dimension, column] of Object.entries(FACT_DIMENSIONS) as [Dimension, DimensionColumn][]) {
    const value = row[column];
    if (value !== null) dimensions[dimension] = value;
  }
  return {
    id: Number(row.id),
    amount: moneyOf(row.amount_minor, row.currency),
    element: row.element,
    quantity: Number(row.quantity_milli) / 1000,
    unit: row.unit,
    occurredOn: row.occurred_on,
    period: row.period,
    adjustmentOf: row.occurred_on.startsWith(row.period) ? null : row.occurred_on.slice(0, 7),
    source: { type: row.source_type, id: row.source_id },
    reversalOf: row.reversal_of === null ? null : Number(row.reversal_of),
    pool: row.pool,
    dimensions,
    workOrderId: row.work_order_id === null ? null : Number(row.work_order_id),
    recordedAt: row.recorded_at.toISOString(),
    note: row.note,
  };
}

export async function readFactRow(
  db: Queryable,
  condition: 'id = $1' | 'idempotency_key = $1',
  value: number | string,
): Promise<FactRow | null> {
  const { rows } = await db.query<FactRow>(`SELECT * FROM cost_fact WHERE ${condition}`, [value]);
  return rows[0] ?? null;
}

export async function readFact(db: Queryable, id: number, scope: Scope): Promise<CostFact | null> {
  const row = await readFactRow(db, 'id = $1', id);
  return row && inScope(scope, row) ? toFact(row) : null;
}

/** Newest first; within a scope only costs of its regions and customers, so no shared cost. */
export async function listFacts(db: Queryable, query: FactQuery, scope: Scope): Promise<Page<CostFact>> {
  const limit = limitOf(query);
  const span =
    query.period === undefined
      ? { from: EARLIEST_PERIOD, to: LATEST_PERIOD }
      : parsePeriods(query.period, EARLIEST_PERIOD);
  const mappings = await readMappings(db);
  const condition = conditionOf(parseFilter(query.filter), scope, 4, mappings);
  const { rows } = await db.query<FactRow>(
    `SELECT * FROM cost_fact WHERE period BETWEEN $1 AND $2 AND id < $3 ${condition.sql} ORDER BY id DESC LIMIT $4`,
    [span.from, span.to, keyOf(query, 'integer')?.[0] ?? Number.MAX_SAFE_INTEGER, limit + 1, ...condition.values],
  );
  return pageOf(rows, limit, (row) => [String(row.id)], toFact);
}
