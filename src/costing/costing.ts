// The costing room: costs captured work as its events come, keeps the provisional allocation up to date, and answers
// the rest of the house about money.
import type { BaseLogger } from 'pino';
import type { Registry as MetricsRegistry } from 'prom-client';
import type { Scope } from '../contracts/access.ts';
import type { CostFact, FactQuery, Summary, SummaryQuery } from '../contracts/http/costs.ts';
import type { Comparison, ComparisonQuery } from '../contracts/http/cost-comparison.ts';
import type { MaintenanceValue, ValueQuery } from '../contracts/http/maintenance-value.ts';
import type { ManualPosting, NewPoolPosting, PostingQuery } from '../contracts/http/manual-postings.ts';
import type { NewRate, Rate } from '../contracts/http/rates.ts';
import type { Page } from '../contracts/http/page.ts';
import type { DimensionMapping, NewDimensionMapping } from '../contracts/http/dimension-mappings.ts';
import type { ExchangeRate, NewExchangeRate } from '../contracts/http/exchange-rates.ts';
import type { Explained, ExplainQuery } from '../contracts/http/cost-explain.ts';
import type { CostFlow, FlowQuery } from '../contracts/http/cost-flow.ts';
import type { LoggedEvent } from '../contracts/events.ts';
import { type Clock, periodOf } from '../contracts/time.ts';
import { startConsumer } from '../db/consumer.ts';
import type { Database } from '../db/database.ts';
import type { EventLog } from '../db/event-log.ts';
import { type Allocation, createAllocationDesk } from './allocation-desk.ts';
import { allocationLimits } from './allocation-metrics.ts';
import { startAllocationWorker, type AllocationWorker } from './allocation-worker.ts';
import { compareCosts } from './cost-comparison.ts';
import { costFlow } from './cost-flow.ts';
import { type CostCube, createCostCube } from './cube/cost-cube.ts';
import { cubeGauges, evictionCounter, refusalCounter } from './cube/metrics.ts';
import { DIMENSION_MAPPINGS, listMappings } from './dimension-mappings.ts';
import { createEconomics, type Economics } from './economics.ts';
import { EXCHANGE_RATES, listExchangeRates } from './exchange-rates.ts';
import { type ExplainCaller, explainCost } from './explain/explain.ts';
import { listFacts, readFact } from './fact-reads.ts';
import { costJobEvent, JOB_EVENTS } from './job-facts.ts';
import { maintenanceValue } from './maintenance-value.ts';
import { listPostings, MANUAL_POSTINGS } from './manual-postings.ts';
import { createJournalDesk, type Journal } from './journal-desk.ts';
import { createPeriodDesk, type Periods } from './period-desk.ts';
import { createProposals, type Proposals } from './proposals.ts';
import { listRates, RATES } from './rates.ts';
import type { SurvivalAt } from './forecast/drivers/hazard-book.ts';
import { createPlanning, type Planning } from './planning.ts';
import { startOverrunWatch } from './budgets/overrun-watch.ts';
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

/** What is posted by hand waits for a second person. */
export interface ManualPostings {
  list(query: PostingQuery): Promise<Page<ManualPosting>>;
  postShared(posting: NewPoolPosting, actor: string, idempotencyKey: string): Promise<ManualPosting>;
  reverse(factId: number, note: string, actor: string): Promise<ManualPosting>;
  approve(id: number, actor: string): Promise<ManualPosting>;
  withdraw(id: number, actor: string): Promise<ManualPosting>;
}

type Listed<New, Entry> = Proposals<New, Entry> & { list(): Promise<Entry[]> };

export interface Costing extends Planning {
  reads: CostReads;
  postings: ManualPostings;
  allocation: Allocation;
  rates: Listed<NewRate, Rate>;
  exchangeRates: Listed<NewExchangeRate, ExchangeRate>;
  mappings: Listed<NewDimensionMapping, DimensionMapping>;
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

function openCube({ database, log, metrics }: CostingOptions): CostCube {
  const onFailed = (error: unknown): void => log.warn({ err: error }, 'a month of cost was not kept in columns');
  const cube = createCostCube({
    database,
    keep: { onFailed },
    ...(metrics ? { onEvicted: evictionCounter(metrics) } : {}),
  });
  if (metrics) cubeGauges(metrics, cube);
  return cube;
}

function createReads(
  { database, clock, currency, metrics }: CostingOptions,
  cube: CostCube,
  economics: Economics,
): CostReads {
  const onTooMany = metrics ? refusalCounter(metrics) : undefined;
  const defaults = (): SummaryDefaults => ({ period: periodOf(clock.now()), currency });
  const summary = (query: SummaryQuery, scope: Scope) =>
    costSummary({ database, cube, onTooMany }, query, scope, defaults());
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

function createPostings(database: Database, clock: Clock): ManualPostings {
  const proposals = createProposals(database, clock, MANUAL_POSTINGS);
  return {
    list: (query) => listPostings(database, query),
    postShared: (posting, actor, idempotencyKey) =>
      proposals.create({ kind: 'shared', posting, idempotencyKey }, actor),
    reverse: (fact, note, actor) => proposals.create({ kind: 'reversal', fact, note }, actor),
    approve: (id, actor) => proposals.approve(id, actor),
    withdraw: (id, actor) => proposals.withdraw(id, actor),
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
  const cube = openCube(options);
  const reads = createReads(options, cube, economics);
  const planning = createPlanning({ ...options, summary: (query, scope) => reads.summary(query, scope) });
  const watch = isFollowing ? startOverrunWatch({ ...options, look: () => planning.budgets.look() }) : null;
  return {
    reads,
    postings: createPostings(database, clock),
    allocation: createAllocationDesk(database, clock, currency),
    rates: { list: () => listRates(database), ...createProposals(database, clock, RATES) },
    exchangeRates: { list: () => listExchangeRates(database), ...createProposals(database, clock, EXCHANGE_RATES) },
    mappings: { list: () => listMappings(database), ...createProposals(database, clock, DIMENSION_MAPPINGS) },
    periods: createPeriodDesk({ database, clock, log, consumer: COSTING_CONSUMER }),
    journal: createJournalDesk(options),
    ...planning,
    economics,
    idle: async () => following?.idle(),
    async close() {
      await watch?.close();
      await following?.close();
      await cube.kept();
    },
  };
}
