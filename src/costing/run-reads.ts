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
import { columnsIn, currencyOfDriver, driversOf, learnReceivers } from './allocation-inputs.ts';
import { flowsOf, hashOfRun, keyOfResult, readFlows, type StoredFlow } from './allocation-results.ts';
import { type OwnCost, placeSettled, planCycle } from './core/cycle-allocation.ts';
import { cycleFor, readCycle } from './cycles.ts';
import { DRIVER_QUERIES } from './driver-queries.ts';
import { readDriver } from './drivers.ts';
import { labellerFor } from './labels.ts';
import { createReceiverBook } from './receiver-book.ts';
import { resultHasher } from './result-rows.ts';
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

interface ResultRow {
  pool: string;
  element: CostElement;
  currency: string;
  own: bigint;
  received: bigint;
  sent: bigint;
  placed: bigint;
  unallocated: bigint;
  unused: bigint;
  receivers: number;
  hash: string;
}

/** What was placed is added up from the amounts themselves. */
async function readResults(db: Queryable, runId: number): Promise<ResultRow[]> {
  const { rows } = await db.query<ResultRow>(
    `SELECT pool, element, currency, own_minor AS own, received_minor AS received, sent_minor AS sent,
       (SELECT coalesce(sum(amount), 0)::bigint FROM unnest(amounts_minor) AS amount) AS placed,
       unallocated_minor AS unallocated, unused_minor AS unused, cardinality(receiver_ids) AS receivers,
       encode(hash, 'hex') AS hash
     FROM allocation_result WHERE run_id = $1 ORDER BY pool, element, currency`,
    [runId],
  );
  return rows;
}

const hashOfStored = (results: readonly ResultRow[], flows: readonly StoredFlow[]): string =>
  hashOfRun(
    results.map((row) => ({ key: keyOfResult(row), hash: row.hash })),
    flows,
  );

const readingOf = (
  driver: DriverReading['driver'],
  currency: string,
  quantitiesMilli: Float64Array,
  unknown: string[],
): DriverReading => {
  const { name, unit, source } = DRIVER_QUERIES[driver];
  const positive = quantitiesMilli.filter((quantity) => quantity > 0);
  const total = positive.reduce((sum, quantity) => sum + quantity, 0) / 1000;
  return { driver, name, unit, source, currency: currency || null, total, n: positive.length, unknown };
};

async function readInputs(db: Queryable, runId: number): Promise<DriverReading[]> {
  const memory: ColumnMemory = new Map();
  await storedColumns(db, runId, memory, createReceiverBook());
  return [...memory.values()].map(({ driver, currency, column, unknownDevices }) =>
    readingOf(driver, currency, column.quantitiesMilli, [...unknownDevices]),
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
    readings.push(readingOf(driver, of, read.quantitiesMilli, read.unknownDevices));
  }
  return readings;
}

export async function proveRun(db: Queryable, id: number): Promise<RunProof> {
  const run = await readRun(db, id);
  const results = await readResults(db, id);
  const flows = await readFlows(db, id);
  const label = await labellerFor(
    db,
    ['pool'],
    results.map(({ pool }) => ({ pool })),
  );
  const pools: PoolProof[] = results.map((row) => {
    const money = (minor: bigint) => moneyOf(minor, row.currency);
    const kept = row.placed + row.unallocated + row.unused;
    return {
      pool: row.pool,
      label: label('pool', row.pool),
      element: row.element,
      currency: row.currency,
      own: money(row.own),
      received: money(row.received),
      sent: money(row.sent),
      placed: money(row.placed),
      unallocated: money(row.unallocated),
      unused: money(row.unused),
      difference: money(row.own + row.received - row.sent - kept),
      receivers: row.receivers,
    };
  });
  const currencies = [...new Set(results.map(({ currency }) => currency))].sort();
  return {
    ...toRun(run),
    hash: hashOfStored(results, flows),
    loops: run.loops,
    drivers: await readInputs(db, id),
    totals: currencies.map((currency) => {
      const mine = results.filter((row) => row.currency === currency);
      const sum = (of: (row: ResultRow) => bigint) =>
        moneyOf(
          mine.reduce((total, row) => total + of(row), 0n),
          currency,
        );
      return {
        currency,
        in: sum(({ own }) => own),
        out: sum(({ placed, unallocated, unused }) => placed + unallocated + unused),
      };
    }),
    pools,
    flows: flows.map(({ from, to, element, currency, amountMinor }) => ({
      from,
      to,
      element: element as CostElement,
      amount: moneyOf(BigInt(amountMinor), currency),
    })),
  };
}

/** Computes a run again from the inputs it stored: own cost, driver quantities, receivers and cycle version. */
export async function repeatRun(database: Database, id: number): Promise<RunRepeat> {
  const run = await readRun(database, id);
  const cycle = await readCycle(database, run.cycle, run.cycle_version);
  const results = await readResults(database, id);
  const memory: ColumnMemory = new Map();
  const book = createReceiverBook();
  await storedColumns(database, id, memory, book);
  await learnReceivers(
    database,
    book,
    cycle.segments,
    Array.from(memory.values(), ({ column }) => column),
  );
  const own: OwnCost[] = results.map((row) => ({
    pool: row.pool,
    element: row.element,
    currency: row.currency,
    amountMinor: Number(row.own),
  }));
  const rules = { ...cycle, closeFirst: cycle.closeFirst ?? [] };
  const plans = planCycle(rules, { own, receivers: book, columnOf: columnsIn(memory) });
  const hashOf = resultHasher();
  const repeated = plans.flatMap((plan) =>
    plan.settled.map((settled) => {
      const result = { ...placeSettled(settled, plan), currency: plan.currency };
      return { key: keyOfResult(result), hash: hashOf(result) };
    }),
  );
  const storedHash = hashOfStored(results, await readFlows(database, id));
  const repeatedHash = hashOfRun(
    repeated,
    plans.flatMap((plan) => flowsOf(plan.flows, plan.elements, plan.currency)),
  );
  return { run: id, isSame: storedHash === repeatedHash, storedHash, repeatedHash };
}
