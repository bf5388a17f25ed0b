// How a run shared a pool out: the cycle version, the driver or time equation, and what each receiver moved of it.
import type { AllocationMethod, AllocationSegment, Driver } from '../../contracts/http/allocation.ts';
import type { SharedBy } from '../../contracts/http/cost-explain.ts';
import { moneyOf } from '../../contracts/money.ts';
import { readEnds } from '../allocation-ends.ts';
import { columnsIn, currencyOfDriver, driversOf, learnReceivers } from '../allocation-inputs.ts';
import { NOBODY, type PoolEnds } from '../core/allocation.ts';
import { type DriverColumn, endsOf, isTimeDriven, weightUnitOf } from '../core/cycle-network.ts';
import { rulesOfRun } from '../cycles.ts';
import { DRIVER_QUERIES } from '../driver-queries.ts';
import { createReceiverBook } from '../receiver-book.ts';
import { type ColumnMemory, storedColumns } from '../stored-columns.ts';
import { type Asking, isCut, type PoolCell } from './place.ts';

/** The run in force of a period, and what it did with one pool and element. */
export interface PoolRow {
  run_id: bigint;
  cycle: string;
  cycle_version: number;
  status: SharedBy['status'];
  own: bigint;
  received: bigint;
  sent: bigint;
  placed: bigint;
  unallocated: bigint;
  unused: bigint;
  /** Hash of who carries it; `null`: nobody. */
  ends: string | null;
}

export async function readPoolRow(
  { db }: Asking,
  { period, pool, element, currency }: PoolCell,
): Promise<PoolRow | null> {
  const { rows } = await db.query<PoolRow>(
    `SELECT r.id AS run_id, r.cycle, r.cycle_version, r.status, own_minor AS own, received_minor AS received,
       sent_minor AS sent, placed_minor AS placed, unallocated_minor AS unallocated, unused_minor AS unused,
       encode(a.ends, 'hex') AS ends
     FROM allocation_run r JOIN allocation_result a ON a.run_id = r.id
     WHERE r.superseded_at IS NULL AND r.period = $1 AND a.pool = $2 AND a.element = $3 AND a.currency = $4`,
    [period, pool, element, currency],
  );
  return rows[0] ?? null;
}

/** Who carries what the pool placed, and by what weights. */
export async function readPoolEnds({ db }: Asking, { run_id: runId, ends }: PoolRow): Promise<PoolEnds> {
  if (ends === null) return NOBODY;
  const found = (await readEnds(db, Number(runId), [ends])).get(ends);
  if (!found) throw new Error(`who carries a result of run ${runId} was not stored`);
  return found;
}

export interface Shares {
  method: AllocationMethod;
  segment: AllocationSegment | undefined;
  ends: PoolEnds;
  /** What of the driver a receiver moved; `null`: the run stored none. */
  quantityOf(receiverId: number): number | null;
  /** One of what is told, in weights. */
  unit: number;
}

/** Computed again from the inputs the run stored, those of the pool's own drivers alone. */
export async function readShares({ db }: Asking, row: PoolRow, { pool, currency }: PoolCell): Promise<Shares> {
  const { method, segments } = await rulesOfRun(db, Number(row.run_id));
  const segment = segments.find((each) => each.pool === pool);
  const memory: ColumnMemory = new Map();
  const book = createReceiverBook();
  const drivers = segment ? driversOf(segment) : [];
  const needed = drivers.map((driver) => ({ driver, currency: currencyOfDriver(driver, currency) }));
  await storedColumns(db, Number(row.run_id), memory, book, needed);
  await learnReceivers(
    db,
    book,
    segment ? [segment] : [],
    Array.from(memory.values(), ({ column }) => column),
  );
  const stored = columnsIn(memory);
  const columnOf = (driver: Driver): DriverColumn => stored(driver, currency);
  const ends = segment ? endsOf(segment, method, columnOf, book) : NOBODY;
  const unit = segment ? weightUnitOf(segment, method, columnOf) : 1;
  // Asked for the few of a page.
  const quantityOf = (id: number): number | null => {
    const at = ends.receiverIds.indexOf(id);
    return at === -1 ? null : (ends.weights[at] as number) / unit;
  };
  return { method, segment, ends, quantityOf, unit };
}

export function sharedByOf(asking: Asking, row: PoolRow, { currency }: PoolCell, shares: Shares): SharedBy {
  const { method, segment, ends, unit } = shares;
  const isTime = segment !== undefined && isTimeDriven(segment, method);
  const driver = isTime ? undefined : segment?.driver;
  const money = (minor: bigint) => moneyOf(minor, currency);
  const { own, received, sent, placed, unallocated, unused } = row;
  const isWhole = !isCut(asking);
  return {
    run: Number(row.run_id),
    status: row.status,
    cycle: row.cycle,
    version: row.cycle_version,
    method,
    driver: driver === undefined ? null : { code: driver, ...described(driver) },
    isTimeDriven: isTime,
    total: isWhole
      ? {
          quantity: ends.weights.reduce((sum, weight) => sum + weight, 0) / unit,
          unused: ends.unusedWeight / unit,
          receivers: ends.receiverIds.length,
        }
      : null,
    pool: isWhole
      ? {
          own: money(own),
          received: money(received),
          sent: money(sent),
          placed: money(placed),
          unallocated: money(unallocated),
          unused: money(unused),
        }
      : null,
  };
}

function described(driver: keyof typeof DRIVER_QUERIES) {
  const { name, unit, source } = DRIVER_QUERIES[driver];
  return { name, unit, source };
}
