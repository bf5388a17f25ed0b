// Reading work orders: filtered lists newest first, one with everything captured on it, and several by id.
import type { Scope } from '../contracts/access.ts';
import { keyOf, limitOf, pageOf } from '../contracts/http/cursor.ts';
import type { Page } from '../contracts/http/page.ts';
import type { WorkOrder, WorkOrderDetail, WorkOrderQuery } from '../contracts/http/work-orders.ts';
import { moneyOf } from '../contracts/money.ts';
import type { Queryable } from '../db/database.ts';
import { readCaptured } from './captured-reads.ts';
import { proposalOf, SELECT_WORK_ORDERS, toWorkOrder, type WorkOrderRow } from './job-views.ts';

const OPEN = `w.state NOT IN ('completed', 'reviewed', 'closed', 'cancelled')`;

interface Where {
  sql: string;
  values: unknown[];
}

function whereOf(query: WorkOrderQuery, scope: Scope): Where {
  const values: unknown[] = [];
  const parts: string[] = [];
  const add = (condition: (placeholder: string) => string, value: unknown): void => {
    if (value != null) parts.push(condition(`$${values.push(value)}`));
  };
  if (query.open !== undefined) parts.push(query.open ? OPEN : `NOT (${OPEN})`);
  add((p) => `w.state = ${p}`, query.state);
  add((p) => `w.kind = ${p}`, query.kind);
  add((p) => `d.code = ${p}`, query.device);
  add((p) => `w.customer = ${p}`, query.customer);
  add((p) => `w.engineer_code = ${p}`, query.engineer);
  add((p) => `w.region = ANY (${p}::text[])`, scope.regions);
  add((p) => `w.customer = ANY (${p}::text[])`, scope.customers);
  const after = keyOf(query, 'instant', 'integer');
  if (after) {
    const openedAt = `$${values.push(after[0])}::timestamptz`;
    parts.push(`(w.opened_at, w.id) < (${openedAt}, $${values.push(after[1])}::bigint)`);
  }
  return { sql: parts.length === 0 ? '' : `WHERE ${parts.join(' AND ')}`, values };
}

export async function listJobs(db: Queryable, query: WorkOrderQuery, scope: Scope): Promise<Page<WorkOrder>> {
  const limit = limitOf(query);
  const { sql, values } = whereOf(query, scope);
  const { rows } = await db.query<WorkOrderRow>(
    `${SELECT_WORK_ORDERS} ${sql} ORDER BY w.opened_at DESC, w.id DESC LIMIT $${values.length + 1}`,
    [...values, limit + 1],
  );
  return pageOf(rows, limit, (row) => [row.opened_at.toISOString(), String(row.id)], toWorkOrder);
}

/** Those of `ids` that exist, oldest first: for the live feed, which cuts them to each viewer's scope. */
export async function manyJobs(db: Queryable, ids: readonly number[]): Promise<WorkOrder[]> {
  const { rows } = await db.query<WorkOrderRow>(`${SELECT_WORK_ORDERS} WHERE w.id = ANY ($1::bigint[]) ORDER BY w.id`, [
    ids,
  ]);
  return rows.map(toWorkOrder);
}

async function partName(db: Queryable, code: string | null | undefined) {
  if (code == null) return null;
  const { rows } = await db.query<{ en: string; zh: string }>(
    'SELECT name_en AS en, name_zh AS zh FROM part WHERE code = $1',
    [code],
  );
  return rows[0] ?? null;
}

async function costByElement(db: Queryable, id: number): Promise<WorkOrderDetail['costByElement']> {
  const { rows } = await db.query<{ element: string; currency: string; amount: bigint }>(
    `SELECT element, currency, sum(amount_minor)::bigint AS amount FROM cost_fact WHERE work_order_id = $1
     GROUP BY element, currency ORDER BY element, currency`,
    [id],
  );
  return rows.map(({ element, currency, amount }) => ({ element, amount: moneyOf(amount, currency) }));
}

/** `null` when there is no such job within the scope. */
export async function oneJob(db: Queryable, id: number, scope: Scope): Promise<WorkOrderDetail | null> {
  const { rows } = await db.query<WorkOrderRow>(
    `${SELECT_WORK_ORDERS} WHERE w.id = $1 AND ($2::text[] IS NULL OR w.region = ANY ($2))
       AND ($3::text[] IS NULL OR w.customer = ANY ($3))`,
    [id, scope.regions, scope.customers],
  );
  const row = rows[0];
  if (!row) return null;
  return {
    workOrder: toWorkOrder(row),
    ...(await readCaptured(db, id)),
    costByElement: await costByElement(db, id),
    proposal: proposalOf(row.mode, await partName(db, row.mode?.part)),
  };
}
