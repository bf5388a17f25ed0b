// The columns of a run's drivers as they are stored beside it, so that the run can be repeated: each as two arrays, and beside
// them what single jobs changed since, until the arrays are written whole again.
import type { Driver } from '../contracts/http/allocation.ts';
import type { Queryable, Transaction } from '../db/database.ts';
import type { DriverColumn, PerUnit } from './core/cycle-network.ts';
import { bigintsAsBytes, integersAsBytes, numbersOf } from './packed-arrays.ts';
import type { ReceiverBook } from './receiver-book.ts';

/** Changes beside a stored column, at most; then it is written whole. Reading a column reads its changes too. */
export const CHANGES_LIMIT = 4_096;

export interface DriverOf {
  driver: Driver;
  currency: string;
}
export const keyOfDriver = ({ driver, currency }: { driver: string; currency: string }): string =>
  `${driver} ${currency}`;

interface RememberedColumn extends DriverOf {
  /** Of the row it was read from. */
  version: string;
  column: DriverColumn;
  /** Changes stored beside it, at most. */
  changes: number;
  /** Devices in service that told nothing of the driver. */
  unknownDevices: readonly string[];
}
export type ColumnMemory = Map<string, RememberedColumn>;

/** Whole, in place of what was there. */
export async function storeColumn(
  tx: Transaction,
  runId: number,
  { driver, currency }: DriverOf,
  column: DriverColumn,
  unknownDevices: readonly string[],
): Promise<RememberedColumn> {
  const { rows } = await tx.prepared<{ version: string }>(
    'allocation-input',
    `WITH gone AS (DELETE FROM allocation_input_change WHERE run_id = $1 AND driver = $2 AND currency = $3)
     INSERT INTO allocation_input (run_id, driver, currency, receiver_ids, quantities_milli, per_unit, unknown_devices)
     VALUES ($1, $2, $3, $4::integer[], $5::bigint[], $6, $7)
     ON CONFLICT (run_id, driver, currency) DO UPDATE SET receiver_ids = excluded.receiver_ids,
       quantities_milli = excluded.quantities_milli, per_unit = excluded.per_unit, unknown_devices = excluded.unknown_devices, read_at = clock_timestamp()
     RETURNING read_at::text AS version`,
    [
      runId,
      driver,
      currency,
      integersAsBytes(column.receiverIds),
      bigintsAsBytes(column.quantitiesMilli),
      column.perUnit,
      unknownDevices,
    ],
  );
  return { driver, currency, version: rows[0]?.version ?? '', column, changes: 0, unknownDevices };
}

/** What single jobs changed; `column` is what it is with them. */
export async function storeChanges(
  tx: Transaction,
  runId: number,
  asked: DriverOf,
  { before, changed, column }: { before: RememberedColumn; changed: DriverColumn; column: DriverColumn },
): Promise<RememberedColumn> {
  const changes = before.changes + changed.receiverIds.length;
  if (changes > CHANGES_LIMIT) return storeColumn(tx, runId, asked, column, before.unknownDevices);
  const { rows } = await tx.prepared<{ version: string }>(
    'allocation-input-change',
    `WITH changed AS (INSERT INTO allocation_input_change (run_id, driver, currency, receiver_id, quantity_milli)
       SELECT $1, $2, $3, * FROM unnest($4::integer[], $5::bigint[])
       ON CONFLICT (run_id, driver, currency, receiver_id) DO UPDATE SET quantity_milli = excluded.quantity_milli)
     UPDATE allocation_input SET read_at = clock_timestamp() WHERE run_id = $1 AND driver = $2 AND currency = $3
     RETURNING read_at::text AS version`,
    [
      runId,
      asked.driver,
      asked.currency,
      integersAsBytes(changed.receiverIds),
      bigintsAsBytes(changed.quantitiesMilli),
    ],
  );
  return { ...before, version: rows[0]?.version ?? '', column, changes };
}

/** Where the receiver stands in a list in order of keys; where it would stand, less than zero: -1 for the first place. */
function placeIn(receiverIds: Int32Array, id: number, book: ReceiverBook): number {
  let [low, high] = [0, receiverIds.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (book.compare(receiverIds[middle] as number, id) < 0) low = middle + 1;
    else high = middle;
  }
  return receiverIds[low] === id ? low : -1 - low;
}

/** The column with the quantities of some receivers put in; new ones take their place in the order of keys. The same one when none differs. */
export async function withChanges(
  db: Queryable,
  before: DriverColumn,
  changed: DriverColumn,
  book: ReceiverBook,
): Promise<DriverColumn> {
  await book.learnOrder(db, [before.receiverIds, changed.receiverIds]);
  const { perUnit } = before;
  const quantitiesMilli = before.quantitiesMilli.slice();
  let isSame = true;
  const fresh: { at: number; id: number; quantity: number }[] = [];
  changed.receiverIds.forEach((id, index) => {
    const place = placeIn(before.receiverIds, id, book);
    const quantity = changed.quantitiesMilli[index] as number;
    if (place >= 0) {
      isSame &&= quantitiesMilli[place] === quantity;
      quantitiesMilli[place] = quantity;
    } else fresh.push({ at: -1 - place, id, quantity });
  });
  if (fresh.length === 0) return isSame ? before : { ...before, quantitiesMilli };
  fresh.sort((a, b) => a.at - b.at || book.compare(a.id, b.id));
  const size = before.receiverIds.length + fresh.length;
  const merged = { receiverIds: new Int32Array(size), quantitiesMilli: new Float64Array(size), perUnit };
  let from = 0;
  for (const [shift, { at, id, quantity }] of fresh.entries()) {
    merged.receiverIds.set(before.receiverIds.subarray(from, at), from + shift);
    merged.quantitiesMilli.set(quantitiesMilli.subarray(from, at), from + shift);
    merged.receiverIds[at + shift] = id;
    merged.quantitiesMilli[at + shift] = quantity;
    from = at;
  }
  merged.receiverIds.set(before.receiverIds.subarray(from), from + fresh.length);
  merged.quantitiesMilli.set(quantitiesMilli.subarray(from), from + fresh.length);
  return merged;
}

interface StoredRow {
  ids: string;
  quantities: string;
  per_unit: PerUnit;
  changed: string | null;
  to: string | null;
  unknown: string[];
}

async function readColumn(db: Queryable, runId: number, { driver, currency }: { driver: string; currency: string }) {
  const { rows } = await db.prepared<StoredRow>(
    'allocation-input-read',
    `SELECT receiver_ids::text AS ids, quantities_milli::text AS quantities, per_unit, c.ids::text AS changed, c.quantities::text AS to,
       unknown_devices AS unknown
     FROM allocation_input i CROSS JOIN LATERAL (
       SELECT array_agg(receiver_id) AS ids, array_agg(quantity_milli) AS quantities FROM allocation_input_change
       WHERE (run_id, driver, currency) = (i.run_id, i.driver, i.currency)) c
     WHERE i.run_id = $1 AND i.driver = $2 AND i.currency = $3`,
    [runId, driver, currency],
  );
  const [row] = rows;
  const columnOf = (ids: string | null | undefined, quantities: string | null | undefined): DriverColumn => ({
    receiverIds: Int32Array.from(numbersOf(ids ?? '{}')),
    quantitiesMilli: numbersOf(quantities ?? '{}'),
    perUnit: row?.per_unit ?? 1,
  });
  return {
    whole: columnOf(row?.ids, row?.quantities),
    changed: columnOf(row?.changed, row?.to),
    unknown: row?.unknown ?? [],
  };
}

/** Brings the memory to what is stored of a run, or of the drivers named; columns whose version is remembered are not read again. */
export async function storedColumns(
  db: Queryable,
  runId: number,
  memory: ColumnMemory,
  book: ReceiverBook,
  drivers?: readonly DriverOf[],
): Promise<void> {
  const asked = drivers && new Set(drivers.map(keyOfDriver));
  const { rows } = await db.prepared<DriverOf & { version: string }>(
    'allocation-input-versions',
    'SELECT driver, currency, read_at::text AS version FROM allocation_input WHERE run_id = $1 ORDER BY 1, 2',
    [runId],
  );
  const stored = new Set(rows.map(keyOfDriver));
  for (const key of memory.keys()) if (!stored.has(key)) memory.delete(key);
  for (const row of rows) {
    const key = keyOfDriver(row);
    if (memory.get(key)?.version === row.version || asked?.has(key) === false) continue;
    const { whole, changed, unknown } = await readColumn(db, runId, row);
    const column = changed.receiverIds.length === 0 ? whole : await withChanges(db, whole, changed, book);
    memory.set(key, { ...row, column, changes: changed.receiverIds.length, unknownDevices: unknown });
  }
}
