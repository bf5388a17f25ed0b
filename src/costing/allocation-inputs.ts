// The inputs of a run: what its pools hold and what moved its drivers, as it saw them, stored beside it. Columns of drivers
// are kept by the version of their row, so that a fact reads again only what it moved.
import type { AllocationSegment, Driver } from '../contracts/http/allocation.ts';
import type { Period } from '../contracts/time.ts';
import type { Queryable, Transaction } from '../db/database.ts';
import type { OwnCost } from './core/cycle-allocation.ts';
import type { DriverColumn } from './core/cycle-network.ts';
import { DRIVER_QUERIES } from './driver-queries.ts';
import { readDriver, readJobs } from './drivers.ts';
import { numbersOf, textOf } from './packed-arrays.ts';
import type { ReceiverBook } from './receiver-book.ts';

/** What the pools hold as the database writes it, element by element: amounts as text, because they may be larger than a double holds. */
export function ownCostsOf(rows: readonly (readonly [string, string, string, string])[]): OwnCost[] {
  return rows.map(([pool, element, currency, amount]) => {
    const amountMinor = Number(amount);
    if (!Number.isSafeInteger(amountMinor)) throw new RangeError(`pool ${pool} holds more than can be shared out`);
    return { pool, element, currency, amountMinor };
  });
}

/** What stands in the pools of a period; a final run adds the facts up again instead of trusting the running totals. */
export async function ownCosts(db: Queryable, period: Period, from: 'totals' | 'facts'): Promise<OwnCost[]> {
  const { rows } = await db.prepared<Omit<OwnCost, 'amountMinor'> & { amount: bigint }>(
    `pool-${from}`,
    from === 'totals'
      ? `SELECT pool, element, currency, amount_minor AS amount FROM pool_total WHERE period = $1 ORDER BY 1, 2, 3`
      : `SELECT pool, element, currency, sum(amount_minor)::bigint AS amount FROM cost_fact
         WHERE period = $1 AND pool IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
    [period],
  );
  return ownCostsOf(rows.map(({ pool, element, currency, amount }) => [pool, element, currency, String(amount)]));
}

export const currencyOfDriver = (driver: Driver, currency: string): string =>
  DRIVER_QUERIES[driver].isMoney ? currency : '';
const keyOf = (driver: string, currency: string): string => `${driver} ${currency}`;

export const driversOf = ({ driver, activities = [] }: AllocationSegment): Driver[] => [
  ...new Set([...(driver ? [driver] : []), ...activities.map((activity) => activity.driver)]),
];

interface Needed {
  driver: Driver;
  currency: string;
}

/** Every driver the segments name, in every currency the pools hold. */
export function neededDrivers(segments: readonly AllocationSegment[], own: readonly OwnCost[]): Needed[] {
  const needed = new Map<string, Needed>();
  const currencies = new Set(own.map(({ currency }) => currency));
  for (const driver of new Set(segments.flatMap(driversOf))) {
    for (const currency of currencies) {
      const each = { driver, currency: currencyOfDriver(driver, currency) };
      needed.set(keyOf(each.driver, each.currency), each);
    }
  }
  return [...needed.values()];
}

interface RememberedColumn {
  /** Of the row it was read from. */
  version: string;
  column: DriverColumn;
  /** Where each receiver stands in the column. */
  places?: ReadonlyMap<number, number>;
}
export type ColumnMemory = Map<string, RememberedColumn>;

export interface Columns {
  columnOf: (driver: Driver, currency: string) => DriverColumn;
  /** Whether any of them was written. */
  isStored: boolean;
}

async function store(
  tx: Transaction,
  runId: number,
  { driver, currency }: Needed,
  column: DriverColumn,
  unknown?: string[],
) {
  const { rows } = await tx.prepared<{ version: string }>(
    'allocation-input',
    `INSERT INTO allocation_input AS i (run_id, driver, currency, receiver_ids, quantities_milli, unknown_devices)
     VALUES ($1, $2, $3, $4::integer[], $5::bigint[], coalesce($6::text[], '{}'))
     ON CONFLICT (run_id, driver, currency) DO UPDATE SET receiver_ids = excluded.receiver_ids,
       quantities_milli = excluded.quantities_milli, unknown_devices = coalesce($6, i.unknown_devices), read_at = clock_timestamp()
     RETURNING read_at::text AS version`,
    [runId, driver, currency, textOf(column.receiverIds), textOf(column.quantitiesMilli), unknown ?? null],
  );
  return rows[0]?.version ?? '';
}

/** The stored columns of a run; those whose version is remembered are not read again. */
export async function storedColumns(db: Queryable, runId: number, memory: ColumnMemory): Promise<void> {
  const versions = await db.prepared<{ driver: string; currency: string; version: string }>(
    'allocation-input-versions',
    'SELECT driver, currency, read_at::text AS version FROM allocation_input WHERE run_id = $1',
    [runId],
  );
  const isStale = ({ driver, currency, version }: { driver: string; currency: string; version: string }): boolean =>
    memory.get(keyOf(driver, currency))?.version !== version;
  const stored = new Set(versions.rows.map(({ driver, currency }) => keyOf(driver, currency)));
  for (const key of memory.keys()) if (!stored.has(key)) memory.delete(key);
  for (const row of versions.rows.filter(isStale)) {
    const { rows } = await db.prepared<{ ids: string; quantities: string }>(
      'allocation-input-read',
      `SELECT receiver_ids::text AS ids, quantities_milli::text AS quantities FROM allocation_input
       WHERE run_id = $1 AND driver = $2 AND currency = $3`,
      [runId, row.driver, row.currency],
    );
    const column = {
      receiverIds: Int32Array.from(numbersOf(rows[0]?.ids ?? '{}')),
      quantitiesMilli: numbersOf(rows[0]?.quantities ?? '{}'),
    };
    memory.set(keyOf(row.driver, row.currency), { version: row.version, column });
  }
}

const isSame = (a: DriverColumn, b: DriverColumn): boolean =>
  a.receiverIds.length === b.receiverIds.length &&
  (a.receiverIds === b.receiverIds || a.receiverIds.every((id, index) => id === b.receiverIds[index])) &&
  a.quantitiesMilli.every((quantity, index) => quantity === b.quantitiesMilli[index]);

/** The column with the quantities of some receivers put in; new ones take their place in the order of keys. */
async function withJobs(
  db: Queryable,
  remembered: RememberedColumn,
  jobs: DriverColumn,
  book: ReceiverBook,
): Promise<DriverColumn> {
  const before = remembered.column;
  remembered.places ??= new Map([...before.receiverIds].map((id, index) => [id, index]));
  const quantitiesMilli = before.quantitiesMilli.slice();
  const fresh: number[] = [];
  jobs.receiverIds.forEach((id, index) => {
    const at = remembered.places?.get(id);
    if (at === undefined) fresh.push(index);
    else quantitiesMilli[at] = jobs.quantitiesMilli[index] as number;
  });
  if (fresh.length === 0) return { receiverIds: before.receiverIds, quantitiesMilli };
  await book.learn(db, [before.receiverIds, jobs.receiverIds]);
  const rows = [
    ...[...before.receiverIds].map((id, index) => ({ id, quantity: quantitiesMilli[index] as number })),
    ...fresh.map((index) => ({
      id: jobs.receiverIds[index] as number,
      quantity: jobs.quantitiesMilli[index] as number,
    })),
  ].sort((a, b) => book.rankOf(a.id) - book.rankOf(b.id));
  return {
    receiverIds: Int32Array.from(rows, ({ id }) => id),
    quantitiesMilli: Float64Array.from(rows, ({ quantity }) => quantity),
  };
}

export interface ColumnsRequest {
  runId: number;
  period: Period;
  needed: readonly Needed[];
  /** Drivers to read again from their source, or all of them. */
  reread: ReadonlySet<Driver> | 'all';
  /** Jobs whose facts moved since the run last looked. */
  jobs: readonly number[];
  /** Nothing was written since what is remembered. */
  isRemembered: boolean;
  memory: ColumnMemory;
  book: ReceiverBook;
}

/** What the jobs moved of the columns that follow them, a statement a currency. */
async function readMoved(
  tx: Transaction,
  { period, jobs }: ColumnsRequest,
  follow: readonly Needed[],
): Promise<Map<string, DriverColumn>> {
  const moved = new Map<string, DriverColumn>();
  const currencies = [...new Set(follow.map(({ currency }) => currency))].filter(Boolean);
  for (const [index, currency] of (currencies[0] === undefined ? [''] : currencies).entries()) {
    const asked = follow.filter((each) => each.currency === currency || (index === 0 && each.currency === ''));
    const drivers = asked.map(({ driver }) => driver);
    const columnOf = await readJobs(tx, drivers, { period, currency }, jobs);
    for (const each of asked) moved.set(keyOf(each.driver, each.currency), columnOf(each.driver));
  }
  return moved;
}

/** Brings the stored columns of a run up to date and answers with them. */
export async function refreshColumns(tx: Transaction, request: ColumnsRequest): Promise<Columns> {
  const { runId, period, needed, reread, jobs, memory, book } = request;
  if (!request.isRemembered) await storedColumns(tx, runId, memory);
  const isRead = ({ driver, currency }: Needed): boolean =>
    !memory.has(keyOf(driver, currency)) || reread === 'all' || reread.has(driver);
  const follow = needed.filter((each) => !isRead(each) && DRIVER_QUERIES[each.driver].factSource !== null);
  const moved =
    jobs.length > 0 && follow.length > 0 ? await readMoved(tx, request, follow) : new Map<string, DriverColumn>();
  let isStored = false;
  for (const each of needed) {
    const key = keyOf(each.driver, each.currency);
    const before = memory.get(key);
    let column: DriverColumn;
    let unknown: string[] | undefined;
    if (!before || isRead(each)) {
      ({ unknownDevices: unknown, ...column } = await readDriver(tx, { ...each, period }));
    } else {
      const ofJobs = moved.get(key);
      if (!ofJobs) continue;
      column = await withJobs(tx, before, ofJobs, book);
    }
    const isMoved = before === undefined || !isSame(before.column, column);
    if (!isMoved && unknown === undefined) continue;
    const kept = isMoved ? column : before.column;
    const version = await store(tx, runId, each, kept, unknown);
    isStored = true;
    const places = before?.column.receiverIds === kept.receiverIds ? before.places : undefined;
    memory.set(key, { version, column: kept, ...(places ? { places } : {}) });
  }
  return { isStored, columnOf: columnsIn(memory) };
}

export const columnsIn =
  (memory: ColumnMemory): Columns['columnOf'] =>
  (driver, currency) => {
    const found = memory.get(keyOf(driver, currencyOfDriver(driver, currency)));
    if (!found) throw new Error(`driver ${driver} was not read`);
    return found.column;
  };
