// The inputs of a run: what its pools hold and what moved its drivers, as it saw them, stored beside it. Columns of drivers
// are kept by the version of their row, so that a fact reads again only what it moved.
import type { AllocationSegment, Driver } from '../contracts/http/allocation.ts';
import type { Dimension } from '../contracts/costs.ts';
import type { Period } from '../contracts/time.ts';
import type { Queryable, Transaction } from '../db/database.ts';
import type { OwnCost } from './core/cycle-allocation.ts';
import type { DriverColumn } from './core/cycle-network.ts';
import { DRIVER_QUERIES } from './driver-queries.ts';
import { readDriver, readFactDrivers } from './drivers.ts';
import type { ReceiverBook } from './receiver-book.ts';
import {
  type ColumnMemory,
  type DriverOf,
  keyOfDriver,
  storeChanges,
  storeColumn,
  storedColumns,
  withChanges,
} from './stored-columns.ts';

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

export const driversOf = ({ driver, activities = [] }: AllocationSegment): Driver[] => [
  ...new Set([...(driver ? [driver] : []), ...activities.map((activity) => activity.driver)]),
];

/** Every driver the segments name, in every currency the pools hold. */
export function neededDrivers(segments: readonly AllocationSegment[], own: readonly OwnCost[]): DriverOf[] {
  const needed = new Map<string, DriverOf>();
  const currencies = new Set(own.map(({ currency }) => currency));
  for (const driver of new Set(segments.flatMap(driversOf))) {
    for (const currency of currencies) {
      const each = { driver, currency: currencyOfDriver(driver, currency) };
      needed.set(keyOfDriver(each), each);
    }
  }
  return [...needed.values()];
}

/** Reads of receivers what the segments ask: dimensions for their filters, the order of keys where a time equation joins columns. */
export async function learnReceivers(
  db: Queryable,
  book: ReceiverBook,
  segments: readonly AllocationSegment[],
  columns: Iterable<DriverColumn>,
): Promise<void> {
  const lists = Array.from(columns, ({ receiverIds }) => receiverIds);
  const filters = segments.flatMap(({ filter, activities = [] }) => [filter, ...activities.map((each) => each.filter)]);
  const dimensions = new Set(filters.flatMap((filter) => Object.keys(filter ?? {}) as Dimension[]));
  await book.learn(db, lists, [...dimensions]);
  if (segments.some(({ activities }) => activities !== undefined)) await book.learnOrder(db, lists);
}

export interface Columns {
  columnOf: (driver: Driver, currency: string) => DriverColumn;
  /** Whether any of them was written. */
  isStored: boolean;
}

const isSame = (a: DriverColumn, b: DriverColumn): boolean =>
  a.perUnit === b.perUnit &&
  a.receiverIds.length === b.receiverIds.length &&
  (a.receiverIds === b.receiverIds || a.receiverIds.every((id, index) => id === b.receiverIds[index])) &&
  a.quantitiesMilli.every((quantity, index) => quantity === b.quantitiesMilli[index]);

export interface ColumnsRequest {
  runId: number;
  period: Period;
  needed: readonly DriverOf[];
  /** Drivers to read again from their source, or all of them. */
  reread: ReadonlySet<Driver> | 'all';
  /** Jobs whose facts moved since the run last looked. */
  jobs: readonly number[];
  /** Nothing was written since what is remembered. */
  isRemembered: boolean;
  memory: ColumnMemory;
  book: ReceiverBook;
}

/** Columns that follow facts, a statement a currency: of all jobs, or of those that moved. */
async function readFollowing(
  tx: Transaction,
  { period }: ColumnsRequest,
  asked: readonly DriverOf[],
  jobs: readonly number[] | null,
): Promise<Map<string, DriverColumn>> {
  const read = new Map<string, DriverColumn>();
  const currencies = [...new Set(asked.map(({ currency }) => currency))].filter(Boolean);
  for (const [index, currency] of (currencies[0] === undefined ? [''] : currencies).entries()) {
    const together = asked.filter((each) => each.currency === currency || (index === 0 && each.currency === ''));
    const drivers = together.map(({ driver }) => driver);
    const columnOf = await readFactDrivers(tx, drivers, { period, currency }, jobs);
    for (const each of together) read.set(keyOfDriver(each), columnOf(each.driver));
  }
  return read;
}

/** A column read whole, and stored where it is another one; tells whether it was. */
async function keepColumn(
  tx: Transaction,
  { runId, memory }: ColumnsRequest,
  each: DriverOf,
  column: DriverColumn,
  unknownDevices: readonly string[] = [],
): Promise<boolean> {
  const before = memory.get(keyOfDriver(each));
  const isMoved = before === undefined || !isSame(before.column, column);
  if (!isMoved && before.changes === 0 && before.unknownDevices.join() === unknownDevices.join()) return false;
  const kept = isMoved ? column : before.column;
  memory.set(keyOfDriver(each), await storeColumn(tx, runId, each, kept, unknownDevices));
  return true;
}

/** The quantities of the jobs that moved, put into the column; tells whether that changed it. */
async function followJobs(
  tx: Transaction,
  { runId, memory, book }: ColumnsRequest,
  each: DriverOf,
  ofJobs: DriverColumn,
): Promise<boolean> {
  const before = memory.get(keyOfDriver(each));
  if (before === undefined || ofJobs.receiverIds.length === 0) return false;
  const column = await withChanges(tx, before.column, ofJobs, book);
  if (column === before.column) return false;
  memory.set(keyOfDriver(each), await storeChanges(tx, runId, each, { before, changed: ofJobs, column }));
  return true;
}

/** Brings the stored columns of a run up to date and answers with them. */
export async function refreshColumns(tx: Transaction, request: ColumnsRequest): Promise<Columns> {
  const { runId, period, needed, reread, jobs, memory, book } = request;
  if (!request.isRemembered) await storedColumns(tx, runId, memory, book);
  const isRead = (each: DriverOf): boolean =>
    !memory.has(keyOfDriver(each)) || reread === 'all' || reread.has(each.driver);
  const isFollowing = ({ driver }: DriverOf): boolean => DRIVER_QUERIES[driver].factSource !== null;
  const whole = needed.filter((each) => isFollowing(each) && isRead(each));
  const follow = jobs.length === 0 ? [] : needed.filter((each) => isFollowing(each) && !isRead(each));
  let isStored = false;
  for (const [key, column] of whole.length === 0 ? [] : await readFollowing(tx, request, whole, null)) {
    const each = whole.find((one) => keyOfDriver(one) === key) as DriverOf;
    if (await keepColumn(tx, request, each, column)) isStored = true;
  }
  const ofJobs = follow.length === 0 ? new Map<string, never>() : await readFollowing(tx, request, follow, jobs);
  for (const each of follow) {
    const moved = ofJobs.get(keyOfDriver(each));
    if (moved && (await followJobs(tx, request, each, moved))) isStored = true;
  }
  for (const each of needed.filter((one) => !isFollowing(one) && isRead(one))) {
    const { unknownDevices, ...column } = await readDriver(tx, { ...each, period });
    if (await keepColumn(tx, request, each, column, unknownDevices)) isStored = true;
  }
  return { isStored, columnOf: columnsIn(memory) };
}

export const columnsIn =
  (memory: ColumnMemory): Columns['columnOf'] =>
  (driver, currency) => {
    const found = memory.get(keyOfDriver({ driver, currency: currencyOfDriver(driver, currency) }));
    if (!found) throw new Error(`driver ${driver} was not read`);
    return found.column;
  };
