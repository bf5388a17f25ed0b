// One allocation run of a period: pool facts and driver quantities in, allocation lines out, in the caller's
// transaction. Running it again on unchanged input changes nothing and tells nobody.
import type { AllocationCycle, Driver } from '../contracts/http/costs.ts';
import type { Period } from '../contracts/time.ts';
import type { Queryable, Transaction } from '../db/database.ts';
import { appendEvent } from '../db/event-log.ts';
import { type AllocatedAmount, allocateDirect, type PoolAmount } from './core/direct-lines.ts';
import { FACT_DIMENSION_COLUMNS } from './dimension-columns.ts';
import { driverQuantities, type Receiver } from './drivers.ts';
import { cycleFor } from './pools.ts';

/** Runs of one period take turns, whichever process they are in. */
const RUN_LOCK = 7_201_002;

async function poolAmounts(db: Queryable, period: Period): Promise<PoolAmount[]> {
  const { rows } = await db.prepared<{ pool: string; element: string; currency: string; amount_minor: bigint }>(
    'pool-amounts',
    `SELECT pool, element, currency, sum(amount_minor)::bigint AS amount_minor FROM cost_fact
     WHERE period = $1 AND pool IS NOT NULL GROUP BY pool, element, currency ORDER BY pool, element, currency`,
    [period],
  );
  return rows.map(({ amount_minor, ...pool }) => ({ ...pool, amountMinor: amount_minor }));
}

type Receivers = Map<string, readonly Receiver[]>;
const receiversKey = (driver: string, currency: string): string => `${driver} ${currency}`;

async function receiversOf(db: Queryable, cycle: AllocationCycle, period: Period, pools: readonly PoolAmount[]) {
  const receivers: Receivers = new Map();
  const driverOf = new Map<string, Driver>(cycle.segments.map((segment) => [segment.pool, segment.driver]));
  for (const { pool, currency } of pools) {
    const driver = driverOf.get(pool);
    if (driver === undefined) continue;
    const key = receiversKey(driver, currency);
    if (!receivers.has(key)) receivers.set(key, await driverQuantities(db, driver, period, currency));
  }
  return { receivers, driverOf };
}

type Line = Record<string, string | number | null>;

function toLine(amount: AllocatedAmount, receiver: Receiver | undefined): Line {
  const line: Line = {
    pool: amount.pool,
    receiver: amount.receiver,
    element: amount.element,
    currency: amount.currency,
    driver: amount.driver,
    driver_quantity_milli: amount.driverQuantityMilli.toString(),
    amount_minor: amount.amountMinor.toString(),
    work_order_id: receiver?.workOrderId ?? null,
  };
  for (const column of FACT_DIMENSION_COLUMNS) line[column] = receiver?.dimensions[column] ?? null;
  return line;
}

const KEY = ['pool', 'receiver', 'element', 'currency'];
const REST = ['driver', 'driver_quantity_milli', 'amount_minor', 'work_order_id', ...FACT_DIMENSION_COLUMNS];
const ALL = [...KEY, ...REST];
const typeOf = (column: string): string =>
  ['driver_quantity_milli', 'amount_minor', 'work_order_id'].includes(column) ? 'bigint' : 'text';
const RECORDSET = `jsonb_to_recordset($2::jsonb) AS x(${ALL.map((column) => `${column} ${typeOf(column)}`).join(', ')})`;
const tuple = (alias: string, columns: readonly string[]): string =>
  `(${columns.map((column) => `${alias}.${column}`).join(', ')})`;

const UPSERT = `INSERT INTO allocation_line AS l (run_id, ${ALL.join(', ')})
  SELECT $1::bigint, ${ALL.map((column) => `x.${column}`).join(', ')} FROM ${RECORDSET}
  ON CONFLICT (run_id, ${KEY.join(', ')})
  DO UPDATE SET ${REST.map((column) => `${column} = excluded.${column}`).join(', ')}
  WHERE ${tuple('l', REST)} IS DISTINCT FROM ${tuple('excluded', REST)}`;
const DELETE_OTHERS = `DELETE FROM allocation_line l WHERE l.run_id = $1
  AND NOT EXISTS (SELECT FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]) AS x(${KEY.join(', ')})
                  WHERE ${tuple('x', KEY)} = ${tuple('l', KEY)})`;

/** Makes the run's lines these; true when that changed anything. */
async function replaceLines(tx: Transaction, runId: number, lines: readonly Line[]): Promise<boolean> {
  const keys = KEY.map((column) => lines.map((line) => line[column]));
  const deleted = await tx.prepared('allocation-lines-delete', DELETE_OTHERS, [runId, ...keys]);
  const written = await tx.prepared('allocation-lines-upsert', UPSERT, [runId, JSON.stringify(lines)]);
  return deleted.rowCount + written.rowCount > 0;
}

async function openRun(tx: Transaction, cycle: AllocationCycle, period: Period, status: string): Promise<number> {
  const { rows } = await tx.query<{ id: bigint }>(
    `INSERT INTO allocation_run AS r (cycle, cycle_version, period, status) VALUES ($1, $2, $3, $4)
     ON CONFLICT (period) DO UPDATE
       SET cycle = excluded.cycle, cycle_version = excluded.cycle_version, status = excluded.status, computed_at = now()
     RETURNING id`,
    [cycle.code, cycle.version, period, status],
  );
  return Number(rows[0]?.id);
}

/**
 * Recomputes the run of an open period. Without a cycle in force there is no run, and the shared cost stays
 * unallocated. A period that was closed meanwhile is left alone.
 */
export async function runAllocation(tx: Transaction, period: Period, status: 'provisional' | 'final', at: string) {
  // The period first, as closing it does: the other order could wait for each other.
  const { rows } = await tx.query<{ state: string }>('SELECT state FROM period WHERE code = $1 FOR SHARE', [period]);
  await tx.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [RUN_LOCK, period]);
  const cycle = await cycleFor(tx, period);
  if (rows[0]?.state !== 'open' || !cycle) return;
  const pools = await poolAmounts(tx, period);
  const { receivers, driverOf } = await receiversOf(tx, cycle, period, pools);
  const amounts = allocateDirect({
    pools,
    driverOf: (pool) => driverOf.get(pool),
    quantitiesOf: (driver, currency) => receivers.get(receiversKey(driver, currency)) ?? [],
  });
  const byKey = new Map<string, Receiver>();
  for (const list of receivers.values()) for (const receiver of list) byKey.set(receiver.receiver, receiver);
  const runId = await openRun(tx, cycle, period, status);
  const isChanged = await replaceLines(
    tx,
    runId,
    amounts.map((amount) => toLine(amount, byKey.get(amount.receiver))),
  );
  if (!isChanged && status === 'provisional') return;
  for (const currency of new Set(pools.map((pool) => pool.currency))) {
    appendEvent(tx, { type: 'allocation.updated', at, payload: { period, currency } });
  }
}
