// Allocations on trial: a cycle version, written or not, on a past or present period, or all methods side by side, against what
// is in force. Computes as a run does and writes no totals.
import type {
  AllocationCycle,
  AllocationMethod,
  CycleProblem,
  MethodComparison,
  MethodsQuery,
  NewAllocationCycle,
  Simulation,
  SimulationRequest,
  TrialQuery,
} from '../contracts/http/allocation.ts';
import { ALLOCATION_METHODS } from '../contracts/http/allocation.ts';
import type { Dimension } from '../contracts/costs.ts';
import { moneyOf } from '../contracts/money.ts';
import { Problem } from '../contracts/problems.ts';
import type { Text } from '../contracts/text.ts';
import type { Period } from '../contracts/time.ts';
import type { Database, Queryable } from '../db/database.ts';
import { inSnapshot } from '../db/snapshot.ts';
import { columnsIn, learnReceivers, neededDrivers, ownCosts } from './allocation-inputs.ts';
import type { PoolResult } from './core/allocation.ts';
import { type CycleInputs, type CurrencyPlan, placedBy, planCycle } from './core/cycle-allocation.ts';
import type { ValueMappings } from './core/value-mapping.ts';
import { validateCycle } from './cycle-checks.ts';
import { cycleFor, readCycle, refuseSenseless } from './cycles.ts';
import { readMappings } from './dimension-mappings.ts';
import { readDriver } from './drivers.ts';
import { labellerFor } from './labels.ts';
import { rulesNow } from './merged-rules.ts';
import { readPlacements, runInForce } from './placements.ts';
import { createReceiverBook, type ReceiverBook } from './receiver-book.ts';
import { type ColumnMemory, keyOfDriver } from './stored-columns.ts';

/** What each value of a dimension carries in minor units; `null` is what no receiver carries. */
type Carried = Map<string | null, bigint>;

interface Trial {
  inputs: CycleInputs;
  book: ReceiverBook;
  mappings: ValueMappings;
}

/** Everything the cycle reads of a period. */
async function readTrial(
  db: Queryable,
  cycle: NewAllocationCycle,
  { period, by }: { period: Period; by: Dimension },
): Promise<Trial> {
  const own = await ownCosts(db, period, 'totals');
  const memory: ColumnMemory = new Map();
  for (const { driver, currency } of neededDrivers(cycle.segments, own)) {
    const column = await readDriver(db, { driver, currency, period });
    memory.set(keyOfDriver({ driver, currency }), {
      driver,
      currency,
      version: '',
      column,
      changes: 0,
      unknownDevices: [],
    });
  }
  const book = createReceiverBook();
  const columns = Array.from(memory.values(), ({ column }) => column);
  await learnReceivers(db, book, cycle.segments, columns);
  await book.learn(
    db,
    columns.map(({ receiverIds }) => receiverIds),
    [by],
  );
  return { inputs: { own, receivers: book, columnOf: columnsIn(memory) }, book, mappings: await readMappings(db) };
}

interface Cut {
  period: Period;
  by: Dimension;
  /** Knows `by` of all receivers. */
  book: ReceiverBook;
  /** Values that were merged are shown as one, as in the pivot. */
  mappings: ValueMappings;
}

/** By a dimension of the placement itself or of its receivers. */
function addTo(carried: Carried, placement: PoolResult, { period, by, book, mappings }: Cut): void {
  const { pool, element, receiverIds, amountsMinor, unallocatedMinor, unusedMinor } = placement;
  const add = (posted: string | null, minor: number): void => {
    const key = posted === null ? null : mappings.standFor(by, posted);
    if (minor !== 0) carried.set(key, (carried.get(key) ?? 0n) + BigInt(minor));
  };
  const ofAll = { pool, element, period }[by as string] ?? null;
  if (ofAll === null) for (const [key, minor] of book.sumsBy(by, receiverIds, amountsMinor)) add(key, minor);
  else for (const minor of amountsMinor) add(ofAll, minor);
  add(ofAll, unallocatedMinor + unusedMinor);
}

function carriedBy(plan: CurrencyPlan | undefined, cut: Cut): Carried {
  const carried: Carried = new Map();
  if (plan) for (const placement of placedBy(plan)) addTo(carried, placement, cut);
  return carried;
}

/** What the run in force, or none, has placed. */
async function carriedNow(db: Queryable, currency: string, cut: Cut): Promise<Carried> {
  const carried: Carried = new Map();
  const run = await runInForce(db, cut.period);
  if (run === null) return carried;
  for (const placement of await readPlacements(db, run, currency)) {
    await cut.book.learn(db, [placement.receiverIds], [cut.by]);
    addTo(carried, placement, cut);
  }
  return carried;
}

const keysOf = (...lists: readonly Carried[]): (string | null)[] => [
  ...new Set(lists.flatMap((list) => [...list.keys()])),
];
const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);
const largestFirst = <T extends { size: bigint; key: string | null }>(rows: T[]): T[] =>
  rows.sort((a, b) => (a.size === b.size ? ((a.key ?? '') < (b.key ?? '') ? -1 : 1) : a.size > b.size ? -1 : 1));

export interface TrialDefaults {
  period: Period;
  currency: string;
}
const DEFAULT_BY: Dimension = 'product-line';

export async function simulateCycle(
  database: Database,
  code: string,
  request: SimulationRequest,
  defaults: TrialDefaults,
): Promise<Simulation> {
  const cycle = await readCycle(database, code, request.version);
  const { problems } = await validateCycle(database, cycle, { ...defaults, period: request.period });
  return simulate(database, { cycle, problems }, request, defaults);
}

/** Of a version that nobody has written; what could not be written is not tried either. */
export async function simulateDraft(
  database: Database,
  cycle: NewAllocationCycle,
  query: TrialQuery,
  defaults: TrialDefaults,
): Promise<Simulation> {
  const { problems } = await validateCycle(database, cycle, { ...defaults, period: query.period });
  refuseSenseless(problems);
  return simulate(database, { cycle, problems }, query, defaults);
}

async function simulate(
  database: Database,
  { cycle, problems }: { cycle: NewAllocationCycle; problems: CycleProblem[] },
  query: TrialQuery,
  defaults: TrialDefaults,
): Promise<Simulation> {
  const { period, by = DEFAULT_BY, currency = defaults.currency } = query;
  const rules = await rulesNow(database, cycle);
  const { inputs, ...known } = await readTrial(database, rules, { period, by });
  const plan = planCycle({ ...rules, closeFirst: rules.closeFirst ?? [] }, inputs).find(
    (each) => each.currency === currency,
  );
  const cut = { period, by, ...known };
  const after = carriedBy(plan, cut);
  const before = await inSnapshot(database, (tx) => carriedNow(tx, currency, cut));
  const keys = keysOf(before, after);
  const label = await labellerFor(
    database,
    [by],
    keys.map((key) => ({ [by]: key })),
  );
  const rows = largestFirst(
    keys.map((key) => {
      const [old, now] = [before.get(key) ?? 0n, after.get(key) ?? 0n];
      return { key, old, now, size: magnitude(now - old) };
    }),
  ).map(({ key, old, now }) => ({
    key,
    label: label(by, key),
    before: moneyOf(old, currency),
    after: moneyOf(now, currency),
    difference: moneyOf(now - old, currency),
  }));
  return { cycle: cycle.code, version: cycle.version, period, currency, by, problems, rows };
}

const NO_ACTIVITIES: Text = {
  en: 'No pool has activities and a capacity',
  zh: '没有成本池设置作业与产能',
};

interface Tried {
  method: AllocationMethod;
  carried: Carried;
  refused: Text | null;
}

function tryMethod(
  cycle: AllocationCycle,
  method: AllocationMethod,
  trial: Trial,
  asked: Required<TrialDefaults> & { by: Dimension },
): Tried {
  const { period, currency, by } = asked;
  const { inputs, ...known } = trial;
  if (method === 'activity-based' && !cycle.segments.some(({ activities }) => activities !== undefined))
    return { method, carried: new Map(), refused: NO_ACTIVITIES };
  const plan = planCycle({ ...cycle, method, closeFirst: cycle.closeFirst ?? [] }, inputs).find(
    (each) => each.currency === currency,
  );
  if (plan && plan.loops.length > 0) {
    const named = plan.loops.map((loop) => [...loop, loop[0]].join(' → ')).join('; ');
    const refused = { en: `Pools serve only each other: ${named}`, zh: `成本池只在彼此之间转移：${named}` };
    return { method, carried: new Map(), refused };
  }
  return { method, carried: carriedBy(plan, { period, by, ...known }), refused: null };
}

/** The four methods on the cycle in force: who would carry more, and who less. */
export async function compareMethods(
  database: Database,
  query: MethodsQuery,
  defaults: TrialDefaults,
): Promise<MethodComparison> {
  const { period = defaults.period, by = DEFAULT_BY, currency = defaults.currency } = query;
  const written = await cycleFor(database, period);
  if (!written)
    throw new Problem('not-found', `No allocation cycle is in force in ${period}; put a version in force first`);
  const cycle = await rulesNow(database, written);
  const trial = await readTrial(database, cycle, { period, by });
  const tried = ALLOCATION_METHODS.map((method) => tryMethod(cycle, method, trial, { period, currency, by }));
  const shown = tried.filter(({ refused }) => refused === null);
  const inForce = tried.find(({ method }) => method === cycle.method)?.carried ?? new Map<string | null, bigint>();
  const keys = keysOf(...shown.map(({ carried }) => carried));
  const label = await labellerFor(
    database,
    [by],
    keys.map((key) => ({ [by]: key })),
  );
  const amountsOf = (key: string | null) =>
    shown.map(({ method, carried }) => [method, carried.get(key) ?? 0n] as const);
  const money = (pairs: readonly (readonly [string, bigint])[]) =>
    Object.fromEntries(pairs.map(([method, minor]) => [method, moneyOf(minor, currency)]));
  const rows = largestFirst(
    keys.map((key) => {
      const now = inForce.get(key) ?? 0n;
      const size = amountsOf(key).reduce((most, [, minor]) => {
        const difference = magnitude(minor - now);
        return difference > most ? difference : most;
      }, 0n);
      return { key, now, size };
    }),
  ).map(({ key, now }) => ({
    key,
    label: label(by, key),
    amounts: money(amountsOf(key)),
    differences: money(amountsOf(key).map(([method, minor]) => [method, minor - now])),
  }));
  return {
    cycle: cycle.code,
    version: cycle.version,
    period,
    currency,
    by,
    inForce: cycle.method,
    refused: tried.flatMap(({ method, refused }) => (refused === null ? [] : [{ method, reason: refused }])),
    rows,
  };
}
