// The allocation engine as the rest of the house sees it: pools, cycle versions, trials, runs and their proofs.
import type {
  AllocationCycle,
  AllocationRun,
  CycleValidation,
  DriverReading,
  DriversQuery,
  MethodComparison,
  MethodsQuery,
  NewAllocationCycle,
  Pool,
  ReceiverValue,
  ReceiverValuesQuery,
  RunProof,
  RunRepeat,
  Simulation,
  SimulationRequest,
  TrialQuery,
  UnallocatedPool,
} from '../contracts/http/allocation.ts';
import type { Page, PageQuery } from '../contracts/http/page.ts';
import { type Clock, isoOf, type Period, periodOf } from '../contracts/time.ts';
import type { Database } from '../db/database.ts';
import { validateCycle } from './cycle-checks.ts';
import { activateCycle, createCycle, listCycles, readCycle, withdrawCycle } from './cycles.ts';
import { createPool, listPools } from './pools.ts';
import { listReceiverValues } from './receiver-values.ts';
import { listRuns, proveRun, readDrivers, repeatRun } from './run-reads.ts';
import { compareMethods, simulateCycle, simulateDraft } from './trial-allocation.ts';
import { readUnallocated } from './unallocated-pools.ts';

export interface VersionOfCycle {
  code: string;
  version: number;
}

export interface Allocation {
  pools(): Promise<Pool[]>;
  createPool(pool: Pool): Promise<Pool>;
  cycles(): Promise<AllocationCycle[]>;
  /** A draft: it counts once a second person has activated it. */
  createCycle(cycle: NewAllocationCycle, author: string): Promise<AllocationCycle>;
  validateCycle(cycle: VersionOfCycle, period?: Period): Promise<CycleValidation>;
  /** Of a version that nobody has written yet. */
  checkDraft(cycle: NewAllocationCycle, period?: Period): Promise<CycleValidation>;
  receiverValues(query: ReceiverValuesQuery): Promise<Page<ReceiverValue>>;
  activateCycle(cycle: VersionOfCycle, actor: string, note: string | null): Promise<AllocationCycle>;
  /** Takes back a draft that nobody put in force. */
  withdrawCycle(cycle: VersionOfCycle, actor: string, note: string | null): Promise<AllocationCycle>;
  simulate(code: string, request: SimulationRequest): Promise<Simulation>;
  /** Of a version that nobody has written yet. */
  simulateDraft(cycle: NewAllocationCycle, query: TrialQuery): Promise<Simulation>;
  compareMethods(query: MethodsQuery): Promise<MethodComparison>;
  drivers(query: DriversQuery): Promise<DriverReading[]>;
  /** Shared cost of a month that nobody carries, and why. */
  unallocated(period?: Period): Promise<UnallocatedPool[]>;
  runs(query: PageQuery): Promise<Page<AllocationRun>>;
  run(id: number): Promise<RunProof>;
  repeat(id: number): Promise<RunRepeat>;
}

export function createAllocationDesk(database: Database, clock: Clock, currency: string): Allocation {
  const now = (): string => isoOf(clock.now());
  const defaults = () => ({ period: periodOf(clock.now()), currency });
  const look = (period = defaults().period) => ({ period, currency });
  return {
    pools: () => listPools(database),
    createPool: (pool) => createPool(database, pool),
    cycles: () => listCycles(database),
    createCycle: (cycle, author) => createCycle(database, cycle, author, now()),
    async validateCycle({ code, version }, period) {
      return validateCycle(database, await readCycle(database, code, version), look(period));
    },
    checkDraft: (cycle, period) => validateCycle(database, cycle, look(period)),
    receiverValues: (query) => listReceiverValues(database, query),
    activateCycle: ({ code, version }, actor, note) =>
      activateCycle(database, { code, version, actor, note, at: now() }),
    withdrawCycle: ({ code, version }, actor, note) =>
      withdrawCycle(database, { code, version, actor, note, at: now() }),
    simulate: (code, request) => simulateCycle(database, code, request, defaults()),
    simulateDraft: (cycle, query) => simulateDraft(database, cycle, query, defaults()),
    compareMethods: (query) => compareMethods(database, query, defaults()),
    drivers: ({ period = defaults().period, driver }) => readDrivers(database, period, { currency, driver }),
    unallocated: (period = defaults().period) => readUnallocated(database, period),
    runs: (query) => listRuns(database, query),
    run: (id) => proveRun(database, id),
    repeat: (id) => repeatRun(database, id),
  };
}
