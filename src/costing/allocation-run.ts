// The run of an open period: shared cost and drivers in, results out, in the caller's transaction. It writes what differs from
// what is there: all of it the first time, one pool's row after a fact in that pool. Running it again on unchanged input
// changes nothing and tells nobody.
import type { AllocationCycle, Driver } from '../contracts/http/allocation.ts';
import type { Period } from '../contracts/time.ts';
import type { Transaction } from '../db/database.ts';
import { appendEvent } from '../db/event-log.ts';
import { learnReceivers, neededDrivers, ownCosts, ownCostsOf, refreshColumns } from './allocation-inputs.ts';
import { flowMemoryOf, flowsOf, readFlows, writeFlows } from './allocation-flows.ts';
import { type CurrencyPlan, type OwnCost, planCycle } from './core/cycle-allocation.ts';
import { readCycle } from './cycles.ts';
import { storeMerged } from './merged-rules.ts';
import { readResults, resultMemoryOf, writeResults } from './result-rows.ts';
import { createRunMemory, endsRemembered, forgetRun, type RunMemory } from './run-memory.ts';

/** Runs of one period take turns, whichever process they are in. */
const RUN_LOCK = 7_201_002;

export interface RunRequest {
  period: Period;
  status: 'provisional' | 'final';
  at: string;
  /** Drivers that moved otherwise than by facts; those the run holds nothing of are read in any case. */
  reread: ReadonlySet<Driver> | 'all';
  memory?: RunMemory;
}

/** What may have moved since the last run, read at once under the lock of the period. */
interface Beginning {
  state: string | null;
  cycle: string | null;
  cycle_version: number | null;
  run_id: bigint | null;
  run_cycle: string | null;
  run_cycle_version: number | null;
  revision: string | null;
  own: string | null;
  jobs: bigint[] | null;
}

async function begin(tx: Transaction, period: Period): Promise<Beginning> {
  const { rows } = await tx.prepared<Beginning>('allocation-begin', 'SELECT * FROM begin_allocation($1, $2)', [
    period,
    RUN_LOCK,
  ]);
  return rows[0] as Beginning;
}

/** The run of the version in force and what is known of it; a run of another version gives way. */
async function openRun(tx: Transaction, period: Period, beginning: Beginning, memory: RunMemory): Promise<number> {
  const { cycle, cycle_version: version, run_id: id, revision } = beginning;
  const isKept = id !== null && beginning.run_cycle === cycle && beginning.run_cycle_version === version;
  if (isKept && memory.runId === Number(id) && memory.revision === revision) return memory.runId;
  forgetRun(memory);
  memory.cycle = await readCycle(tx, String(cycle), Number(version));
  if (isKept) {
    memory.results = resultMemoryOf(await readResults(tx, Number(id)));
    memory.flows = flowMemoryOf(await readFlows(tx, Number(id)));
    return Number(id);
  }
  if (id !== null) await tx.query('DELETE FROM allocation_run WHERE id = $1', [id]);
  const created = await tx.query<{ id: bigint }>(
    `INSERT INTO allocation_run (cycle, cycle_version, period, status) VALUES ($1, $2, $3, 'provisional') RETURNING id`,
    [cycle, version, period],
  );
  return Number(created.rows[0]?.id);
}

/** Without a cycle in force shared cost stays unallocated: a provisional run of a cycle that ended is gone. */
async function dropRun(tx: Transaction, period: Period): Promise<boolean> {
  const { rowCount } = await tx.query(
    `DELETE FROM allocation_run WHERE period = $1 AND status = 'provisional' AND superseded_at IS NULL`,
    [period],
  );
  return rowCount > 0;
}

/** Writes what differs; true when that was anything. */
async function writePlans(
  tx: Transaction,
  runId: number,
  plans: readonly CurrencyPlan[],
  memory: RunMemory,
): Promise<boolean> {
  const { after, isWritten } = await writeResults(tx, runId, plans, { before: memory.results, hashOf: memory.hashOf });
  memory.results = after;
  const flows = flowMemoryOf(plans.flatMap((plan) => flowsOf(plan.flows, plan.elements, plan.currency)));
  const moved = await writeFlows(tx, runId, memory.flows, flows);
  memory.flows = flows;
  return isWritten || moved > 0;
}

/** A fact merges nothing: the rules are looked at again where more than facts may have moved. */
async function rulesFor(
  tx: Transaction,
  { status, reread }: RunRequest,
  { runId, memory }: { runId: number; memory: RunMemory },
): Promise<{ rules: AllocationCycle; isMerged: boolean }> {
  const isByFacts = memory.runId === runId && status === 'provisional' && reread !== 'all' && reread.size === 0;
  if (isByFacts && memory.rules !== null) return { rules: memory.rules, isMerged: false };
  const { rules, isChanged } = await storeMerged(tx, runId, memory.cycle as AllocationCycle);
  memory.rules = rules;
  return { rules, isMerged: isChanged };
}

/** The cycle's answer to what the pools hold and what moved the drivers, and what of it was written. */
async function computeRun(
  tx: Transaction,
  request: RunRequest,
  { runId, own, jobs, memory }: { runId: number; own: readonly OwnCost[]; jobs: readonly number[]; memory: RunMemory },
): Promise<{ plans: CurrencyPlan[]; isWritten: boolean; isChanged: boolean } | null> {
  const isFinal = request.status === 'final';
  const isRemembered = memory.runId === runId;
  const { rules, isMerged } = await rulesFor(tx, request, { runId, memory });
  const needed = neededDrivers(rules.segments, own);
  const { columnOf, isStored } = await refreshColumns(tx, {
    runId,
    period: request.period,
    needed,
    reread: isFinal ? 'all' : request.reread,
    jobs,
    isRemembered,
    memory: memory.columns,
    book: memory.book,
  });
  if (isRemembered && !isStored && !isMerged && !isFinal && isSameOwn(own, memory.own)) return null;
  await learnReceivers(
    tx,
    memory.book,
    rules.segments,
    needed.map(({ driver, currency }) => columnOf(driver, currency)),
  );
  const plans = planCycle(
    { ...rules, closeFirst: rules.closeFirst ?? [] },
    { own, receivers: memory.book, columnOf },
    endsRemembered(memory),
  );
  const isChanged = await writePlans(tx, runId, plans, memory);
  memory.own = own;
  return { plans, isWritten: isChanged || isStored || isMerged, isChanged };
}

const isSameOwn = (a: readonly OwnCost[], b: readonly OwnCost[]): boolean =>
  a.length === b.length &&
  a.every((cost, index) => {
    const other = b[index];
    return (
      cost.pool === other?.pool &&
      cost.element === other.element &&
      cost.currency === other.currency &&
      cost.amountMinor === other.amountMinor
    );
  });

/**
 * Brings the run of an open period up to date. Without a cycle in force there is none, and the shared cost stays
 * unallocated. A period that was closed meanwhile is left alone.
 */
export async function runAllocation(tx: Transaction, request: RunRequest): Promise<void> {
  const { period, status, memory = createRunMemory() } = request;
  const beginning = await begin(tx, period);
  if (beginning.state !== 'open') return;
  const own =
    status === 'final'
      ? await ownCosts(tx, period, 'facts')
      : ownCostsOf(JSON.parse(beginning.own ?? '[]') as [string, string, string, string][]);
  if (beginning.cycle === null) {
    if (await dropRun(tx, period)) announce(tx, request, own);
    return;
  }
  const runId = await openRun(tx, period, beginning, memory);
  const isNew = runId !== Number(beginning.run_id);
  const jobs = (beginning.jobs ?? []).map(Number);
  const { revision } = memory;
  // Until all is written nothing of it counts as known; and what is rolled back leaves a revision that nobody finds.
  memory.revision = '';
  const computed = await computeRun(tx, request, { runId, own, jobs, memory });
  memory.runId = runId;
  if (computed === null || (!computed.isWritten && status === 'provisional' && !isNew)) {
    memory.revision = revision || (beginning.revision ?? '');
    return;
  }
  const { rows } = await tx.prepared<{ revision: string }>(
    'allocation-run-computed',
    `UPDATE allocation_run SET status = $2, loops = $3, computed_at = clock_timestamp() WHERE id = $1
     RETURNING computed_at::text AS revision`,
    [runId, status, JSON.stringify(computed.plans.flatMap(({ loops }) => loops))],
  );
  memory.revision = rows[0]?.revision ?? '';
  if (computed.isChanged || status === 'final' || isNew) announce(tx, request, own);
}

/** Told as a change of the period in each currency that its pools hold. */
function announce(tx: Transaction, { period, at }: RunRequest, own: readonly { currency: string }[]): void {
  for (const currency of new Set(own.map((cost) => cost.currency)))
    appendEvent(tx, { type: 'allocation.updated', at, payload: { period, currency } });
}
