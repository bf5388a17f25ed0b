// Allocation runs as they are listed, and one run with the proof that it conserves: every pool's own cost and what it received
// is what it sent, placed, and kept.
import type { AllocationRun, DriverReading, PoolProof, RunProof, RunRepeat } from '../contracts/http/allocation.ts';
import type { CostElement } from '../contracts/costs.ts';
import { keyOf, limitOf, pageOf } from '../contracts/http/cursor.ts';
import type { Page, PageQuery } from '../contracts/http/page.ts';
import { moneyOf } from '../contracts/money.ts';
import { Problem } from '../contracts/problems.ts';
import type { Period } from '../contracts/time.ts';
import type { Database, Queryable } from '../db/database.ts';
import { inSnapshot } from '../db/snapshot.ts';
import { columnsIn, currencyOfDriver, driversOf, learnReceivers } from './allocation-inputs.ts';
import { flowsOf, readFlows } from './allocation-flows.ts';
import { type OwnCost, placedBy, planCycle } from './core/cycle-allocation.ts';
import type { DriverColumn } from './core/cycle-network.ts';
import { cycleFor, rulesOfRun } from './cycles.ts';
import { DRIVER_QUERIES } from './driver-queries.ts';
import { readDriver } from './drivers.ts';
import { labellerFor } from './labels.ts';
import { type Placement, readPlacements } from './placements.ts';
import { createReceiverBook } from './receiver-book.ts';
import { readResults } from './result-rows.ts';
import { hashOfRun } from './run-hash.ts';
import { type ColumnMemory, storedColumns } from './stored-columns.ts';

interface RunRow {
  id: bigint;
  cycle: string;
  cycle_version: number;
  period: string;
  status: AllocationRun['status'];
  computed_at: Date;
  superseded_at: Date | null;
  loops: string[][];
}

const SELECT_RUNS =
  'SELECT id, cycle, cycle_version, period, status, computed_at, superseded_at, loops FROM allocation_run';
const AFTER_ALL_RUNS = ['9999-99', String(2n ** 62n)];

const toRun = (row: RunRow): AllocationRun => ({
  id: Number(row.id),
  cycle: row.cycle,
  version: row.cycle_version,
  period: row.period,
  status: row.status,
  computedAt: row.computed_at.toISOString(),
  supersededAt: row.superseded_at?.toISOString() ?? null,
});

/** Newest period first, and in a period the run in force first. */
export async function listRuns(db: Queryable, query: PageQuery): Promise<Page<AllocationRun>> {
  const limit = limitOf(query);
  const [period, id] = keyOf(query, 'period', 'integer') ?? AFTER_ALL_RUNS;
  const { rows } = await db.query<RunRow>(
    `${SELECT_RUNS} WHERE (period, id) < ($1, $2::bigint) ORDER BY period DESC, id DESC LIMIT $3`,
    [period, id, limit + 1],
  );
  return pageOf(rows, limit, (row) => [row.period, String(row.id)], toRun);
}

async function readRun(db: Queryable, id: number): Promise<RunRow> {
  const { rows } = await db.query<RunRow>(`${SELECT_RUNS} WHERE id = $1`, [id]);
  if (!rows[0]) throw new Problem('not-found', `There is no allocation run ${id}`);
  return rows[0];
}

const readingOf = (
  driver: DriverReading['driver'],
  currency: string,
  { quantitiesMilli, perUnit }: DriverColumn,
  unknown: string[],
): DriverReading => {
  const { name, unit, source } = DRIVER_QUERIES[driver];
  const positive = quantitiesMilli.filter((quantity) => quantity > 0);
  const total = positive.reduce((sum, quantity) => sum + quantity, 0) / (1000 * perUnit);
  return { driver, name, unit, source, currency: currency || null, total, n: positive.length, unknown };
};

async function readInputs(db: Queryable, runId: number): Promise<DriverReading[]> {
  const memory: ColumnMemory = new Map();
  await storedColumns(db, runId, memory, createReceiverBook());
  return [...memory.values()].map(({ driver, currency, column, unknownDevices }) =>
    readingOf(driver, currency, column, [...unknownDevices]),
  );
}

/** The drivers of the cycle in force, or the one asked for, as they stand in a period now. */
export async function readDrivers(
  db: Queryable,
  period: Period,
  { currency, driver: asked }: { currency: string; driver?: DriverReading['driver'] | undefined },
): Promise<DriverReading[]> {
  const inUse = asked ? [asked] : (await cycleFor(db, period))?.segments.flatMap(driversOf);
  const readings: DriverReading[] = [];
  for (const driver of new Set(inUse)) {
    const of = currencyOfDriver(driver, currency);
    const read = await readDriver(db, { driver, period, currency: of });
    readings.push(readingOf(driver, of, read, read.unknownDevices));
  }
  return readings;
}

/** What one pool's result says, amounts in minor units. */
interface ResultLine extends Record<'own' | 'received' | 'sent' | 'placed' | 'unallocated' | 'unused', bigint> {
  pool: string;
  element: CostElement;
  currency: string;
  receivers: number;
}

/** What was placed is added up from what the receivers carry. */
const lineOf = (placement: Placement): ResultLine => ({
  pool: placement.pool,
  element: placement.element as CostElement,
  currency: placement.currency,
  own: BigInt(placement.ownMinor),
  received: BigInt(placement.receivedMinor),
  sent: BigInt(placement.sentMinor),
  placed: placement.amountsMinor.reduce((sum, amount) => sum + BigInt(amount), 0n),
  unallocated: BigInt(placement.unallocatedMinor),
  unused: BigInt(placement.unusedMinor),
  receivers: placement.receiverIds.length,
});

/** Notes what passes, so that the amounts of a whole run need not be in memory at once. */
function* noting(placements: Iterable<Placement>, lines: ResultLine[]): Generator<Placement> {
  for (const placement of placements) {
    lines.push(lineOf(placement));
    yield placement;
  }
}

const kept = ({ placed, unallocated, unused }: ResultLine): bigint => placed + unallocated + unused;

async function proofsOf(db: Queryable, lines: readonly ResultLine[]): Promise<PoolProof[]> {
  const label = await labellerFor(
    db,
    ['pool'],
    lines.map(({ pool }) => ({ pool })),
  );
  return lines.map((line) => {
    const money = (minor: bigint) => moneyOf(minor, line.currency);
    return {
      pool: line.pool,
      label: label('pool', line.pool),
      element: line.element,
      currency: line.currency,
      own: money(line.own),
      received: money(line.received),
      sent: money(line.sent),
      placed: money(line.placed),
      unallocated: money(line.unallocated),
      unused: money(line.unused),
      difference: money(line.own + line.received - line.sent - kept(line)),
      receivers: line.receivers,
    };
  });
}

function totalsOf(lines: readonly ResultLine[]): RunProof['totals'] {
  const currencies = [...new Set(lines.map(({ currency }) => currency))].sort();
  return currencies.map((currency) => {
    const mine = lines.filter((line) => line.currency === currency);
    const sum = (of: (line: ResultLine) => bigint) =>
      moneyOf(
        mine.reduce((total, line) => total + of(line), 0n),
        currency,
      );
    return { currency, in: sum(({ own }) => own), out: sum(kept) };
  });
}

export const proveRun = (database: Database, id: number): Promise<RunProof> =>
  inSnapshot(database, (tx) => prove(tx, id));

async function prove(db: Queryable, id: number): Promise<RunProof> {
  const run = await readRun(db, id);
  const flows = await readFlows(db, id);
  const lines: ResultLine[] = [];
  const hash = hashOfRun(noting(await readPlacements(db, id), lines), flows);
  return {
    ...toRun(run),
    hash,
    loops: run.loops,
    drivers: await readInputs(db, id),
    totals: totalsOf(lines),
    pools: await proofsOf(db, lines),
    flows: flows.map(({ from, to, element, currency, amountMinor }) => ({
      from,
      to,
      element: element as CostElement,
      amount: moneyOf(BigInt(amountMinor), currency),
    })),
  };
}

/** Computes a run again from the inputs it stored: own cost, driver quantities, receivers, cycle version and what its filters followed. */
export const repeatRun = (database: Database, id: number): Promise<RunRepeat> =>
  inSnapshot(database, (tx) => repeat(tx, id));

async function repeat(db: Queryable, id: number): Promise<RunRepeat> {
  const cycle = await rulesOfRun(db, id);
  const own = (await readResults(db, id)).map(
    ({ pool, element, currency, ownMinor }): OwnCost => ({ pool, element, currency, amountMinor: ownMinor }),
  );
  const memory: ColumnMemory = new Map();
  const book = createReceiverBook();
  await storedColumns(db, id, memory, book);
  await learnReceivers(
    db,
    book,
    cycle.segments,
    Array.from(memory.values(), ({ column }) => column),
  );
  const rules = { ...cycle, closeFirst: cycle.closeFirst ?? [] };
  const plans = planCycle(rules, { own, receivers: book, columnOf: columnsIn(memory) });
  const storedHash = hashOfRun(await readPlacements(db, id), await readFlows(db, id));
  const repeatedHash = hashOfRun(
    plans.flatMap((plan) => [...placedBy(plan)]),
    plans.flatMap((plan) => flowsOf(plan.flows, plan.elements, plan.currency)),
  );
  return { run: id, isSame: storedHash === repeatedHash, storedHash, repeatedHash };
}
