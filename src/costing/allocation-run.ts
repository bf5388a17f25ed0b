// The run of an open period: shared cost and drivers in, results out, in the caller's transaction. It writes what differs from
// what is there: all of it the first time, one pool's row after a fact in that pool. Running it again on unchanged input
// changes nothing and tells nobody.
import type { AllocationCycle, AllocationSegment, Driver } from '../contracts/http/allocation.ts';
import type { Period } from '../contracts/time.ts';
import type { Transaction } from '../db/database.ts';
import { appendEvent } from '../db/event-log.ts';
import { type ColumnMemory, driversOf, neededDrivers, ownCosts, refreshColumns } from './allocation-inputs.ts';
import {
  deleteOtherResults,
  flowsOf,
  keyOfResult,
  settledBefore,
  type StoredResult,
  writeFlows,
  writeResults,
} from './allocation-results.ts';
import type { PoolEnds } from './core/allocation.ts';
import { type CurrencyPlan, type EndsOf, placeSettled, planCycle } from './core/cycle-allocation.ts';
import { type DriverColumn, endsOf } from './core/cycle-network.ts';
import { cycleFor } from './cycles.ts';
import { createReceiverBook, type ReceiverBook } from './receiver-book.ts';

/** Runs of one period take turns, whichever process they are in. */
const RUN_LOCK = 7_201_002;

/** What a process remembers of the runs of a period, to read less; everything in it can be read again. */
export interface RunMemory {
  columns: ColumnMemory;
  ends: Map<string, { columns: DriverColumn[]; ends: PoolEnds }>;
  cycle: string;
  book: ReceiverBook;
}

export const createRunMemory = (book = createReceiverBook()): RunMemory => ({
  columns: new Map(),
  ends: new Map(),
  cycle: '',
  book,
});

export interface RunRequest {
  period: Period;
  status: 'provisional' | 'final';
  at: string;
  /** Drivers that moved otherwise than by facts; all of them are read when nothing is known. */
  reread: ReadonlySet<Driver> | 'all';
  memory?: RunMemory;
}

interface OpenRun {
  id: number;
  /** There was none of this cycle version before, so nothing of it can be kept. */
  isNew: boolean;
}

async function openRun(tx: Transaction, { code, version }: AllocationCycle, period: Period): Promise<OpenRun> {
  const { rows } = await tx.query<{ id: bigint; cycle: string; cycle_version: number }>(
    'SELECT id, cycle, cycle_version FROM allocation_run WHERE period = $1 AND superseded_at IS NULL',
    [period],
  );
  const [run] = rows;
  if (run?.cycle === code && run.cycle_version === version) return { id: Number(run.id), isNew: false };
  if (run) await tx.query('DELETE FROM allocation_run WHERE id = $1', [run.id]);
  const created = await tx.query<{ id: bigint }>(
    `INSERT INTO allocation_run (cycle, cycle_version, period, status) VALUES ($1, $2, $3, 'provisional') RETURNING id`,
    [code, version, period],
  );
  return { id: Number(created.rows[0]?.id), isNew: true };
}

/** Without a cycle in force shared cost stays unallocated: a provisional run of a cycle that ended is gone. */
async function dropRun(tx: Transaction, period: Period): Promise<boolean> {
  const { rowCount } = await tx.query(
    `DELETE FROM allocation_run WHERE period = $1 AND status = 'provisional' AND superseded_at IS NULL`,
    [period],
  );
  return rowCount > 0;
}

async function takeMovedJobs(tx: Transaction, period: Period): Promise<number[]> {
  const { rows } = await tx.prepared<{ job: bigint }>(
    'jobs-moved',
    'DELETE FROM job_moved WHERE period = $1 RETURNING work_order_id AS job',
    [period],
  );
  return [...new Set(rows.map(({ job }) => Number(job)))];
}

const dependsOnDimensions = ({ filter, activities }: AllocationSegment): boolean =>
  filter !== undefined || activities !== undefined;

/** `endsOf` that answers as before where the columns it asks for are the very same. */
function remembering({ ends: remembered }: RunMemory): EndsOf {
  return (segment, method, columnOf, receivers, currency) => {
    const columns = driversOf(segment).map(columnOf);
    const key = `${segment.pool} ${currency}`;
    const before = remembered.get(key);
    if (before?.columns.length === columns.length && before.columns.every((column, i) => column === columns[i]))
      return before.ends;
    const ends = endsOf(segment, method, columnOf, receivers);
    remembered.set(key, { columns, ends });
    return ends;
  };
}

function* toPlace(plans: readonly CurrencyPlan[], isTouched: (row: StoredRow) => boolean): Generator<StoredResult> {
  for (const plan of plans) {
    for (const settled of plan.settled) {
      const row = { ...settled, currency: plan.currency };
      if (isTouched(row)) yield { ...placeSettled(settled, plan), currency: plan.currency };
    }
  }
}
type StoredRow = CurrencyPlan['settled'][number] & { currency: string };

/** Writes what differs; true when that was anything. */
async function writePlans(
  tx: Transaction,
  run: OpenRun,
  plans: readonly CurrencyPlan[],
  isPoolMoved: (pool: string) => boolean,
): Promise<boolean> {
  const before = await settledBefore(tx, run.id);
  const isTouched = (row: StoredRow): boolean => {
    const old = before.get(keyOfResult(row));
    return (
      old?.ownMinor !== row.ownMinor ||
      old.receivedMinor !== row.receivedMinor ||
      old.sentMinor !== row.sentMinor ||
      isPoolMoved(row.pool)
    );
  };
  const keys = plans.flatMap(({ settled, currency }) => settled.map((row) => keyOfResult({ ...row, currency })));
  const kept = new Set(keys);
  const deleted = [...before.keys()].some((key) => !kept.has(key)) ? await deleteOtherResults(tx, run.id, keys) : 0;
  const written = await writeResults(
    tx,
    run.id,
    toPlace(plans, isTouched),
    (row) => before.get(keyOfResult(row))?.hash,
  );
  const flows = plans.flatMap((plan) => flowsOf(plan.flows, plan.elements, plan.currency));
  return deleted + written + (await writeFlows(tx, run.id, flows)) > 0;
}

/**
 * Brings the run of an open period up to date. Without a cycle in force there is none, and the shared cost stays
 * unallocated. A period that was closed meanwhile is left alone.
 */
export async function runAllocation(tx: Transaction, request: RunRequest): Promise<void> {
  const { period, status, memory = createRunMemory() } = request;
  // The period first, as closing it does: the other order could wait for each other.
  const { rows } = await tx.query<{ state: string }>('SELECT state FROM period WHERE code = $1 FOR SHARE', [period]);
  await tx.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [RUN_LOCK, period]);
  if (rows[0]?.state !== 'open') return;
  const cycle = await cycleFor(tx, period);
  const own = await ownCosts(tx, period, status === 'final' ? 'facts' : 'totals');
  if (!cycle) {
    if (await dropRun(tx, period)) announce(tx, request, own);
    return;
  }
  const run = await openRun(tx, cycle, period);
  const isAll = run.isNew || status === 'final' || request.reread === 'all';
  const jobs = await takeMovedJobs(tx, period);
  const cycleKey = `${run.id} ${cycle.code} ${cycle.version}`;
  if (memory.cycle !== cycleKey) memory.ends.clear();
  memory.cycle = cycleKey;
  const needed = neededDrivers(cycle.segments, own);
  const columns = await refreshColumns(tx, {
    runId: run.id,
    period,
    needed,
    reread: isAll ? 'all' : request.reread,
    jobs,
    memory: memory.columns,
    book: memory.book,
  });
  if (cycle.segments.some(dependsOnDimensions)) {
    const lists = needed.map(({ driver, currency }) => columns.columnOf(driver, currency).receiverIds);
    await memory.book.learn(tx, lists);
  }
  const plans = planCycle(
    { ...cycle, closeFirst: cycle.closeFirst ?? [] },
    { own, receivers: memory.book, columnOf: columns.columnOf },
    remembering(memory),
  );
  const movedPools = new Set(
    cycle.segments
      .filter((segment) => driversOf(segment).some((driver) => columns.moved.has(driver)))
      .map(({ pool }) => pool),
  );
  const isChanged = await writePlans(tx, run, plans, (pool) => isAll || movedPools.has(pool));
  if (!isChanged && status === 'provisional' && !run.isNew) return;
  await tx.prepared(
    'allocation-run-computed',
    'UPDATE allocation_run SET status = $2, loops = $3, computed_at = clock_timestamp() WHERE id = $1',
    [run.id, status, JSON.stringify(plans.flatMap(({ loops }) => loops))],
  );
  announce(tx, request, own);
}

/** Told as a change of the period in each currency that its pools hold. */
function announce(tx: Transaction, { period, at }: RunRequest, own: readonly { currency: string }[]): void {
  for (const currency of new Set(own.map((cost) => cost.currency)))
    appendEvent(tx, { type: 'allocation.updated', at, payload: { period, currency } });
}
