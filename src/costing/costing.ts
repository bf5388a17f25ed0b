// The costing room: costs captured work as its events come, keeps the provisional allocation up to date, and answers
// the rest of the house about money.
import type { BaseLogger } from 'pino';
import type { Registry as MetricsRegistry } from 'prom-client';
import type { Scope } from '../contracts/access.ts';
import type { CostFact, FactQuery, NewPoolPosting, Rate, Summary, SummaryQuery } from '../contracts/http/costs.ts';
import type { Comparison, ComparisonQuery } from '../contracts/http/cost-comparison.ts';
import type { MaintenanceValue, ValueQuery } from '../contracts/http/maintenance-value.ts';
import type { Page } from '../contracts/http/page.ts';
import type { DimensionMapping, NewDimensionMapping } from '../contracts/http/dimension-mappings.ts';
import type { ExchangeRate, NewExchangeRate } from '../contracts/http/exchange-rates.ts';
import type { Explained, ExplainQuery } from '../contracts/http/cost-explain.ts';
import type { CostFlow, FlowQuery } from '../contracts/http/cost-flow.ts';
import type { LoggedEvent } from '../contracts/events.ts';
import { type Clock, isoOf, periodOf } from '../contracts/time.ts';
import { startConsumer } from '../db/consumer.ts';
import type { Database } from '../db/database.ts';
import type { EventLog } from '../db/event-log.ts';
import { type Allocation, createAllocationDesk } from './allocation-desk.ts';
import { allocationLimits } from './allocation-metrics.ts';
import { startAllocationWorker, type AllocationWorker } from './allocation-worker.ts';
import { compareCosts } from './cost-comparison.ts';
import { costFlow } from './cost-flow.ts';
import { createCostCube } from './cube/cost-cube.ts';
import { cubeGauges, evictionCounter } from './cube/metrics.ts';
import { addMapping, listMappings } from './dimension-mappings.ts';
import { createEconomics, type Economics } from './economics.ts';
import { addExchangeRate, listExchangeRates } from './exchange-rates.ts';
import { type ExplainCaller, explainCost } from './explain/explain.ts';
import { listFacts, readFact } from './fact-reads.ts';
import { costJobEvent, JOB_EVENTS } from './job-facts.ts';
import { maintenanceValue } from './maintenance-value.ts';
import { postShared, reverseFact } from './manual-postings.ts';
import { createJournalDesk, type Journal } from './journal-desk.ts';
import { createPeriodDesk, type Periods } from './period-desk.ts';
import { addRate, listRates } from './rates.ts';
import type { SurvivalAt } from './forecast/drivers/hazard-book.ts';
import { createPlanning, type Planning } from './planning.ts';
import { costSummary, type SummaryDefaults } from './summary.ts';

/** Names the durable cursor of the costing in the event log. */
export const COSTING_CONSUMER = 'costing';

export interface CostingOptions {
  database: Database;
  eventLog: EventLog;
  clock: Clock;
  log: BaseLogger;
  /** Answers are in this currency unless another is asked for. */
  currency: string;
  /** How long components live, as it was known at a time: drives the forecast of what failures cost. */
  survivalAt: SurvivalAt;
  metrics?: MetricsRegistry;
  /** False in a process that only answers questions and takes postings: it follows no events and allocates nothing. */
  isFollowing?: boolean;
}

export interface CostReads {
  facts(query: FactQuery, scope: Scope): Promise<Page<CostFact>>;
  fact(id: number, scope: Scope): Promise<CostFact | null>;
  summary(query: SummaryQuery, scope: Scope): Promise<Summary>;
  explain(query: ExplainQuery, caller: ExplainCaller): Promise<Explained>;
  flow(query: FlowQuery): Promise<CostFlow>;
  compare(query: ComparisonQuery, scope: Scope): Promise<Comparison>;
  maintenanceValue(query: ValueQuery, scope: Scope): Promise<MaintenanceValue>;
}

export interface CostCommands {
  postShared(posting: NewPoolPosting, actor: string, idempotencyKey: string): Promise<CostFact>;
  reverse(factId: number, note: string, actor: string): Promise<CostFact>;
}

export interface Costing extends Planning {
  reads: CostReads;
  commands: CostCommands;
  allocation: Allocation;
  rates: { list(): Promise<Rate[]>; create(rate: Rate): Promise<Rate> };
  exchangeRates: {
    list(): Promise<ExchangeRate[]>;
    create(rate: NewExchangeRate, actor: string): Promise<ExchangeRate>;
  };
  mappings: {
    list(): Promise<DimensionMapping[]>;
    create(mapping: NewDimensionMapping, actor: string): Promise<DimensionMapping>;
  };
  periods: Periods;
  journal: Journal;
  economics: Economics;
  /** Resolves when every event in the log now is costed and no allocation is to be recomputed. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** Tells the worker which periods an event moved: by a new fact, or by moving a driver. */
function markMoved(worker: AllocationWorker, event: LoggedEvent): void {
  switch (event.type) {
    case 'cost.posted':
      return worker.mark(event.payload.period);
    case 'work-order.completed':
      return worker.mark(periodOf(Date.parse(event.payload.completedAt)), ['visits']);
    case 'device.registered':
    case 'device.changed':
      return worker.markAll(['installed-devices']);
    case 'registry.changed':
      return worker.markAll(['installed-devices', 'contract-revenue']);
    case 'allocation.cycle-activated':
      return worker.markAll();
    case 'period.changed':
      return worker.mark(event.payload.period);
    default:
  }
}

function createReads({ database, clock, currency, metrics }: CostingOptions, economics: Economics): CostReads {
  const defaults = (): SummaryDefaults => ({ period: periodOf(clock.now()), currency });
  const cube = createCostCube({ database, ...(metrics ? { onEvicted: evictionCounter(metrics) } : {}) });
  if (metrics) cubeGauges(metrics, cube);
  const summary = (query: SummaryQuery, scope: Scope) => costSummary({ database, cube }, query, scope, defaults());
  return {
    facts: (query, scope) => listFacts(database, query, scope),
    fact: (id, scope) => readFact(database, id, scope),
    summary,
    explain: (query, caller) => explainCost({ database, cube }, query, caller, defaults()),
    flow: (query) => costFlow({ database, cube }, query, defaults()),
    compare: (query, scope) => compareCosts(query, scope, { database, cube, defaults: defaults(), nowMs: clock.now() }),
    maintenanceValue: (query, scope) =>
      maintenanceValue(query, scope, { database, cube, economics, defaults: defaults(), nowMs: clock.now() }),
  };
}

/** Costs events as they come and keeps the provisional allocation up to date. */
async function followJobs({ database, eventLog, clock, log, metrics }: CostingOptions) {
  const worker = startAllocationWorker({ database, clock, log, limits: allocationLimits(metrics) });
  const unsubscribe = eventLog.subscribe((events) => {
    for (const event of events) markMoved(worker, event);
  });
  // What moved while nobody listened is not known, so everything that may still move is computed again.
  worker.markAll();
  const consumer = await startConsumer({
    database,
    eventLog,
    name: COSTING_CONSUMER,
    types: JOB_EVENTS,
    handle: costJobEvent,
    bringsWhatLacked: ({ type }) => type === 'registry.changed',
    log,
  });
  return {
    async idle() {
      await consumer.idle();
      await worker.idle();
    },
    async close() {
      unsubscribe();
      await consumer.close();
      await worker.close();
    },
  };
}

export async function startCosting(options: CostingOptions): Promise<Costing> {
  const { database, clock, log, currency, isFollowing = true } = options;
  const economics = createEconomics(database, clock);
  const following = isFollowing ? await followJobs(options) : null;
  const now = (): string => isoOf(clock.now());
  const reads = createReads(options, economics);
  return {
    reads,
    commands: {
      postShared: (posting, actor, key) => postShared(database, posting, actor, key),
      reverse: (factId, note, actor) => reverseFact(database, factId, note, actor),
    },
    allocation: createAllocationDesk(database, clock, currency),
    rates: { list: () => listRates(database), create: (rate) => addRate(database, rate, now()) },
    exchangeRates: {
      list: () => listExchangeRates(database),
      create: (rate, actor) => addExchangeRate(database, { rate, actor, at: now() }),
    },
    mappings: {
      list: () => listMappings(database),
      create: (mapping, actor) => addMapping(database, { mapping, actor, at: now() }),
    },
    periods: createPeriodDesk({ database, clock, log, consumer: COSTING_CONSUMER }),
    journal: createJournalDesk(options),
    ...createPlanning({ ...options, summary: (query, scope) => reads.summary(query, scope) }),
    economics,
    idle: async () => following?.idle(),
    close: async () => following?.close(),
  };
}
