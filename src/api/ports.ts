// What the API asks of the rest of the house: one small interface per resource, returning the contract's views. The
// rooms behind them are wired in app.ts. A read of one record answers null (or throws Problem `not-found`) where there
// is none within the caller's scope; commands throw the Problem that says what is in their way.
import type { ComponentSwap, ComponentSwapQuery, SwapVerdict } from '../contracts/http/component-swaps.ts';
import type { Principal, Scope } from '../contracts/access.ts';
import type { LoggedEvent } from '../contracts/events.ts';
import type { CommandDefinition } from '../contracts/command-catalogue.ts';
import type { Alert, AlertAccount, AlertAction, AlertCommand, AlertQuery } from '../contracts/http/alerts.ts';
import type { NewUser, Tokens, User, UserChanges } from '../contracts/http/auth.ts';
import type { Command, CommandQuery, NewCommand } from '../contracts/http/commands.ts';
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
import type { Comparison, ComparisonQuery } from '../contracts/http/cost-comparison.ts';
import type { CostFact, FactQuery, Summary, SummaryQuery } from '../contracts/http/costs.ts';
import type { ManualPosting, NewPoolPosting, PostingQuery } from '../contracts/http/manual-postings.ts';
import type { NewRate, Rate } from '../contracts/http/rates.ts';
import type { Explained, ExplainQuery } from '../contracts/http/cost-explain.ts';
import type { CostFlow, FlowQuery } from '../contracts/http/cost-flow.ts';
import type {
  ContractMargin,
  ContractMarginDetail,
  ContractPrices,
  MarginQuery,
  PricesQuery,
} from '../contracts/http/contract-margins.ts';
import type { Amendment, NewAmendment } from '../contracts/http/contract-terms.ts';
import type { DimensionMapping, NewDimensionMapping } from '../contracts/http/dimension-mappings.ts';
import type {
  Budget,
  BudgetConsumption,
  BudgetDetail,
  BudgetImport,
  BudgetTable,
  ConsumptionQuery,
  NewBudget,
} from '../contracts/http/budgets.ts';
import type { Forecast, ForecastQuery } from '../contracts/http/forecast.ts';
import type { ExchangeRate, NewExchangeRate } from '../contracts/http/exchange-rates.ts';
import type {
  CredentialEntry,
  DeviceCertificate,
  IssuedCertificate,
  NewCertificate,
} from '../contracts/http/device-access.ts';
import type {
  Credential,
  Device,
  DevicePatch,
  DeviceQuery,
  Health,
  LatestValue,
  NewDevice,
  Prognosis,
  PrognosisQuery,
  ReadingConflict,
  ReadingCount,
  Series,
  TimelineEntry,
  TimelineKind,
} from '../contracts/http/devices.ts';
import type { FleetLatestQuery, FleetLatestValues } from '../contracts/http/fleet-latest.ts';
import type { ImportPreview } from '../contracts/http/imports.ts';
import type {
  ActivateModel,
  Learnable,
  Model,
  ModelDetail,
  ModelFile,
  ModelPlots,
  ModelQuery,
  ModelRun,
  TrainModel,
} from '../contracts/http/models.ts';
import type {
  Account,
  AccountBalance,
  AccountMapping,
  ExportList,
  ExportRequest,
  JournalEntry,
  JournalExport,
  JournalQuery,
  NewAccountMapping,
} from '../contracts/http/journal.ts';
import type { CloseRequest, PeriodDetail, PostingPeriod, ReopenRequest } from '../contracts/http/periods.ts';
import type { MaintenanceValue, ValueQuery } from '../contracts/http/maintenance-value.ts';
import type { Page, PageQuery } from '../contracts/http/page.ts';
import type { JobCap, Proposal, ProposalQuery } from '../contracts/http/proposals.ts';
import type {
  CompletenessQuery,
  DeviceCompleteness,
  DeviceQuality,
  QualityEvent,
  QualityEventQuery,
  QualitySummary,
} from '../contracts/http/quality.ts';
import type {
  MappingPreview,
  MappingQuery,
  MappingTrial,
  MappingVersion,
  NewMapping,
  Quarantined,
  QuarantinedDetail,
  QuarantineFilter,
  QuarantineQuery,
  QuarantineSummary,
} from '../contracts/http/quarantine.ts';
import type { NewReplay, Replay, ReplayQuery } from '../contracts/http/replays.ts';
import type { Contract, Customer, Engineer, Part, Region, Site, Station } from '../contracts/http/registry.ts';
import type { EpisodeQuery, PredictionEpisode, Scorecard, ScorecardQuery } from '../contracts/http/scorecard.ts';
import type { ProductSurvival } from '../contracts/http/survival.ts';
import type { Import, System } from '../contracts/http/system.ts';
import type { FleetUnknownMetric, UnknownMetric, UnknownMetricQuery } from '../contracts/http/unknown-metrics.ts';
import type {
  Finding,
  NewCharge,
  NewLabour,
  NewPartUse,
  NewTravel,
  NewWorkOrder,
  TransitionBody,
  WorkOrder,
  WorkOrderDetail,
  WorkOrderQuery,
} from '../contracts/http/work-orders.ts';
import type { Product } from '../contracts/product.ts';
import type { CommittedBatch } from '../contracts/readings.ts';
import type { NewRule, Rule, RuleActivation, RuleChange, RuleVersion } from '../contracts/rules.ts';
import type { RecordingMap } from '../contracts/recording-map.ts';
import type { EpochMs, Period } from '../contracts/time.ts';
import type { Notifications } from './ports-notifications.ts';

export interface Sessions {
  /** Tokens, or a Problem `wrong-credentials` / `too-many-requests`. */
  login(email: string, password: string, address: string): Promise<Tokens>;
  refresh(refreshToken: string): Promise<Tokens>;
  logout(accessToken: string): Promise<void>;
  /** Who holds this token; null when it is unknown, expired or revoked. */
  authenticate(accessToken: string): Promise<Principal | null>;
}

export interface Users {
  list(query: PageQuery): Promise<Page<User>>;
  one(id: number): Promise<User | null>;
  create(user: NewUser): Promise<User>;
  patch(id: number, changes: UserChanges): Promise<User>;
}

/** What an Idempotency-Key was answered with; `new` = this caller is the first and must end it. */
export interface Idempotency {
  begin(userId: number, key: string, requestHash: Buffer): Promise<'new' | { status: number; body: unknown }>;
  finish(userId: number, key: string, status: number, body: unknown): Promise<void>;
  /** The request failed on our side: the same key may be tried again. */
  abandon(userId: number, key: string): Promise<void>;
}

/** One resource of master data. `create` and `patch` answer mistakes with a Problem that names them. */
export interface MasterData<View, Query extends PageQuery = PageQuery, New = View, Patch = Partial<New>> {
  list(query: Query, scope: Scope): Promise<Page<View>>;
  one(code: string, scope: Scope): Promise<View | null>;
  create(body: New): Promise<View>;
  patch(code: string, changes: Patch, expectedRevision?: number): Promise<View>;
}

export interface Devices extends MasterData<Device, DeviceQuery, NewDevice, DevicePatch> {
  /** Several at once, in any order and without those that do not exist: for the live feed. */
  many(codes: readonly string[]): Promise<Device[]>;
  timeline(
    code: string,
    query: { before?: string; kinds?: readonly TimelineKind[]; limit: number },
  ): Promise<TimelineEntry[]>;
}

export interface Credentials {
  /** A new token, shown this once; the one before stays valid for `overlapHours` (0: ends at once). */
  rotate(device: string, options?: { overlapHours?: number; actor?: string }): Promise<Credential>;
  list(device: string): Promise<CredentialEntry[]>;
  /** Every token, or the one with this id. */
  revoke(device: string, options?: { id?: number; actor?: string }): Promise<void>;
}

export interface Certificates {
  list(device: string): Promise<DeviceCertificate[]>;
  issue(device: string, request: NewCertificate, actor: string): Promise<IssuedCertificate>;
  revoke(device: string, id: number, actor: string): Promise<void>;
  /** PEM; null where there is none. */
  readonly authority: string | null;
  revocationList(): Promise<string | null>;
}

export interface Commands {
  /** What the device can be asked to do. */
  catalogue(device: string): Promise<readonly CommandDefinition[]>;
  list(device: string, query: CommandQuery): Promise<Page<Command>>;
  one(device: string, request: string): Promise<Command | null>;
  many(requests: readonly string[]): Promise<Command[]>;
  request(device: string, body: NewCommand, asker: Pick<Principal, 'email' | 'role'>): Promise<Command>;
  cancel(cancellation: {
    device: string;
    request: string;
    actor: string;
    reason: string | undefined;
  }): Promise<Command>;
}

export interface Telemetry {
  series(query: { device: string; metric: string; fromMs: EpochMs; toMs: EpochMs; points: number }): Promise<Series>;
  latest(device: string): Promise<LatestValue[]>;
  fleetLatest(query: FleetLatestQuery, scope: Scope): Promise<FleetLatestValues>;
  counts(query: { device: string; fromMs: EpochMs; toMs: EpochMs }): Promise<ReadingCount[]>;
  /** Newest first. */
  conflicts(device: string, query: PageQuery): Promise<Page<ReadingConflict>>;
}

export interface UnknownMetrics {
  /** By name. */
  ofDevice(device: string): Promise<UnknownMetric[]>;
  list(query: UnknownMetricQuery, scope: Scope): Promise<Page<FleetUnknownMetric>>;
}

export interface HealthReads {
  health(device: string): Promise<Health>;
  prognoses(device: string, query: PrognosisQuery): Promise<Page<Prognosis>>;
}

export interface AlertReads {
  list(query: AlertQuery, scope: Scope): Promise<Page<Alert>>;
  one(id: number, scope: Scope): Promise<AlertAccount | null>;
  many(ids: readonly number[]): Promise<Alert[]>;
}

export interface AlertChangeCommand extends AlertCommand {
  id: number;
  actor: string;
  /** Refused with `out-of-date` when the alert has another revision by now. */
  revision?: number;
}
export type AlertCommands = Readonly<Record<AlertAction, (command: AlertChangeCommand) => Promise<Alert>>>;

export interface RuleQuery extends PageQuery {
  product?: string;
  active?: boolean;
}

export interface Rules {
  list(query: RuleQuery): Promise<Page<Rule>>;
  one(id: number): Promise<Rule | null>;
  /** Newest first. */
  versions(id: number): Promise<RuleVersion[]>;
  create(rule: NewRule, actor: string): Promise<Rule>;
  change(edit: RuleEdit, changes: RuleChange): Promise<Rule>;
  activate(edit: RuleEdit, activation: RuleActivation): Promise<Rule>;
  deactivate(edit: RuleEdit, note: string | undefined): Promise<Rule>;
}

/** Which rule, by whom, and the revision the caller saw. */
export interface RuleEdit {
  id: number;
  actor: string;
  revision?: number | undefined;
}

export interface ModelReads {
  list(query: ModelQuery): Promise<Page<Model>>;
  one(id: number): Promise<ModelDetail | null>;
  export(id: number): Promise<ModelFile | null>;
  plots(id: number): Promise<ModelPlots | null>;
  learnable(): Promise<Learnable[]>;
}

export interface ModelCommands {
  shadow(id: number, note: string, actor: string): Promise<ModelDetail>;
  activate(id: number, order: ActivateModel, actor: string): Promise<ModelDetail>;
  rollback(id: number, note: string, actor: string): Promise<ModelDetail>;
  import(file: ModelFile, actor: string): Promise<ModelDetail>;
}

/** Works in the background: the answer is the run under which its progress shows. */
export interface Trainer {
  train(order: TrainModel, actor: string): Promise<ModelRun>;
  evaluate(modelId: number, actor: string): Promise<ModelRun>;
  runs(): Promise<ModelRun[]>;
  run(id: number): Promise<ModelRun | null>;
  cancel(id: number, actor: string): Promise<ModelRun>;
}

export interface Proposals {
  list(query: ProposalQuery, scope: Scope): Promise<Page<Proposal>>;
  one(id: number, scope: Scope): Promise<Proposal | null>;
  confirm(id: number, actor: string): Promise<Proposal>;
  dismiss(id: number, note: string, actor: string): Promise<Proposal>;
  caps(): Promise<JobCap[]>;
  setCap(station: string, jobsPerWeek: number | null, actor: string): Promise<JobCap>;
}

/** How long components of a product live. */
export interface SurvivalReads {
  survival(product: string): Promise<ProductSurvival>;
}

export interface ScorecardReads {
  scorecard(query: ScorecardQuery, scope: Scope): Promise<Scorecard>;
  episodes(query: EpisodeQuery, scope: Scope): Promise<Page<PredictionEpisode>>;
}

/** The time machine: history judged anew, in the background. */
export interface Replays {
  start(subject: { rule: number } | { model: number }, replay: NewReplay, actor: string): Promise<Replay>;
  one(id: number): Promise<Replay | null>;
  /** Newest first, without their results. */
  list(query: ReplayQuery): Promise<Page<Replay>>;
  cancel(id: number): Promise<Replay>;
}

export interface WorkOrderReads {
  list(query: WorkOrderQuery, scope: Scope): Promise<Page<WorkOrder>>;
  one(id: number, scope: Scope): Promise<WorkOrderDetail | null>;
  many(ids: readonly number[]): Promise<WorkOrder[]>;
}

/** Which job, by whom, and the revision the caller saw. */
export interface JobCommand {
  workOrderId: number;
  actor: string;
  revision?: number;
}

export interface WorkOrderCommands {
  open(body: NewWorkOrder, actor: string): Promise<WorkOrder>;
  transition(command: JobCommand, body: TransitionBody): Promise<WorkOrder>;
  recordLabour(command: JobCommand, body: NewLabour): Promise<WorkOrderDetail>;
  recordTravel(command: JobCommand, body: NewTravel): Promise<WorkOrderDetail>;
  recordPart(command: JobCommand, body: NewPartUse): Promise<WorkOrderDetail>;
  recordCharge(command: JobCommand, body: NewCharge): Promise<WorkOrderDetail>;
  recordFinding(command: JobCommand, body: Finding): Promise<WorkOrderDetail>;
}

/** What of a fact's evidence the caller may see. */
export interface EvidenceAccess {
  jobs: boolean;
  alerts: boolean;
  telemetry: boolean;
}

export interface CostReads {
  facts(query: FactQuery, scope: Scope): Promise<Page<CostFact>>;
  fact(id: number, scope: Scope): Promise<CostFact | null>;
  summary(query: SummaryQuery, scope: Scope): Promise<Summary>;
  explain(query: ExplainQuery, caller: { scope: Scope; may: EvidenceAccess }): Promise<Explained>;
  flow(query: FlowQuery): Promise<CostFlow>;
  compare(query: ComparisonQuery, scope: Scope): Promise<Comparison>;
  maintenanceValue(query: ValueQuery, scope: Scope): Promise<MaintenanceValue>;
}

/** Proposed by one person, put in force by another. */
export interface SecondPerson<Entry> {
  approve(id: number, actor: string): Promise<Entry>;
  withdraw(id: number, actor: string): Promise<Entry>;
}

interface ByTwo<New, Entry> extends SecondPerson<Entry> {
  list(): Promise<Entry[]>;
  create(entry: New, actor: string): Promise<Entry>;
}
export type Rates = ByTwo<NewRate, Rate>;
export type ExchangeRates = ByTwo<NewExchangeRate, ExchangeRate>;
export type DimensionMappings = ByTwo<NewDimensionMapping, DimensionMapping>;

export interface ManualPostings extends SecondPerson<ManualPosting> {
  list(query: PostingQuery): Promise<Page<ManualPosting>>;
  postShared(posting: NewPoolPosting, actor: string, idempotencyKey: string): Promise<ManualPosting>;
  reverse(factId: number, note: string, actor: string): Promise<ManualPosting>;
}

export interface Allocation {
  pools(): Promise<Pool[]>;
  createPool(pool: Pool): Promise<Pool>;
  cycles(): Promise<AllocationCycle[]>;
  createCycle(cycle: NewAllocationCycle, author: string): Promise<AllocationCycle>;
  validateCycle(cycle: { code: string; version: number }, period?: string): Promise<CycleValidation>;
  checkDraft(cycle: NewAllocationCycle, period?: string): Promise<CycleValidation>;
  receiverValues(query: ReceiverValuesQuery): Promise<Page<ReceiverValue>>;
  activateCycle(cycle: { code: string; version: number }, actor: string, note: string | null): Promise<AllocationCycle>;
  withdrawCycle(cycle: { code: string; version: number }, actor: string, note: string | null): Promise<AllocationCycle>;
  simulate(code: string, request: SimulationRequest): Promise<Simulation>;
  simulateDraft(cycle: NewAllocationCycle, query: TrialQuery): Promise<Simulation>;
  compareMethods(query: MethodsQuery): Promise<MethodComparison>;
  drivers(query: DriversQuery): Promise<DriverReading[]>;
  unallocated(period?: string): Promise<UnallocatedPool[]>;
  runs(query: PageQuery): Promise<Page<AllocationRun>>;
  run(id: number): Promise<RunProof>;
  repeat(id: number): Promise<RunRepeat>;
}

export interface Budgets {
  list(): Promise<Budget[]>;
  one(code: string, version: number): Promise<BudgetDetail>;
  create(budget: NewBudget, actor: string): Promise<Budget>;
  importTable(table: BudgetTable, actor: string): Promise<BudgetImport>;
  activate(budget: { code: string; version: number }, actor: string, note: string | null): Promise<Budget>;
  consumption(query: ConsumptionQuery, scope: Scope): Promise<BudgetConsumption>;
}

export interface CostForecasts {
  forecast(query: ForecastQuery, scope: Scope): Promise<Forecast>;
}

export interface Periods {
  list(): Promise<PostingPeriod[]>;
  one(period: Period): Promise<PeriodDetail>;
  close(period: Period, request: CloseRequest, actor: string): Promise<PostingPeriod>;
  reopen(period: Period, request: ReopenRequest, actor: string): Promise<PostingPeriod>;
  approve(period: Period, actor: string): Promise<PostingPeriod>;
  withdraw(period: Period, actor: string): Promise<PostingPeriod>;
}

export interface Journal {
  entries(query: JournalQuery): Promise<Page<JournalEntry>>;
  balances(period: Period | null): Promise<AccountBalance[]>;
  accounts(): Promise<Account[]>;
  addAccount(account: Account): Promise<Account>;
  mappings(): Promise<AccountMapping[]>;
  draftMapping(mapping: NewAccountMapping, actor: string): Promise<AccountMapping>;
  approveMapping(id: number, actor: string): Promise<AccountMapping>;
  exports(query: PageQuery): Promise<ExportList>;
  claim(request: ExportRequest, actor: string): Promise<JournalExport>;
  file(
    batch: number,
    format: 'csv' | 'json',
  ): Promise<{ name: string; contentType: string; lines: AsyncIterable<string> }>;
}

export interface Imports {
  list(query: PageQuery): Promise<Page<Import>>;
  one(id: number): Promise<Import | null>;
  create(body: { name: string; total: number }): Promise<Import>;
  progress(
    id: number,
    body: { done: number; state?: Import['state']; report?: Record<string, unknown> },
  ): Promise<Import>;
}

/** Imports of uploaded files. */
export interface FileImports {
  upload(name: string, stream: AsyncIterable<Buffer>, actor: string): Promise<Import>;
  /** Stores nothing; without a mapping it tries a guess. */
  preview(id: number, map: RecordingMap | undefined): Promise<ImportPreview>;
  start(id: number, map: RecordingMap): Promise<Import>;
  cancel(id: number): Promise<Import>;
}

export interface Quarantine {
  list(query: QuarantineQuery, scope: Scope): Promise<Page<Quarantined>>;
  one(id: number, scope: Scope): Promise<QuarantinedDetail | null>;
  summary(filter: QuarantineFilter, scope: Scope): Promise<QuarantineSummary>;
  replay(id: number, actor: string): Promise<Quarantined>;
  discard(id: number, actor: string, note: string | null): Promise<Quarantined>;
  /** Begins it; the answer is the import under which its progress shows. */
  replayAll(filter: QuarantineFilter, scope: Scope, actor: string): Promise<Import>;
  discardAll(filter: QuarantineFilter, scope: Scope, decision: { actor: string; note: string }): Promise<number>;
  preview(trial: MappingTrial): Promise<MappingPreview>;
}

export interface PayloadMappings {
  list(query: MappingQuery): Promise<Page<MappingVersion>>;
  create(mapping: NewMapping, actor: string): Promise<MappingVersion>;
}

export interface QualityReads {
  events(query: QualityEventQuery, scope: Scope): Promise<Page<QualityEvent>>;
  summary(scope: Scope): Promise<QualitySummary>;
  completeness(query: CompletenessQuery, scope: Scope): Promise<Page<DeviceCompleteness>>;
  device(code: string): Promise<DeviceQuality>;
}

export interface ComponentSwaps {
  list(query: ComponentSwapQuery, scope: Scope): Promise<Page<ComponentSwap>>;
  decide(id: number, verdict: SwapVerdict & { actor: string }, scope: Scope): Promise<ComponentSwap>;
}

export interface SystemReads {
  /** Everything but the version, which the API knows itself. */
  state(): Promise<Omit<System, 'version'>>;
  /** Sets a maintenance job going; null when there is none of this name. */
  runMaintenance(job: string): Promise<'started' | 'running-elsewhere' | null>;
  /** What a person should look at while the instance serves all the same; throws while the database is away. */
  attention(): Promise<readonly string[]>;
}

export interface EventLog {
  /** Position up to which events have been handed to subscribers. */
  position(): number;
  read(after: number, limit: number): Promise<LoggedEvent[]>;
  subscribe(listener: (events: readonly LoggedEvent[]) => void): () => void;
}

/** Readings right after their commit; not part of the event log. */
export interface CommittedReadings {
  subscribe(listener: (batch: CommittedBatch) => void): () => void;
}

export interface ContractAmendments {
  list(contract: string, scope: Scope): Promise<Amendment[]>;
  add(contract: string, amendment: NewAmendment, actor: string): Promise<Amendment>;
}

export interface ContractMargins {
  list(query: MarginQuery, scope: Scope): Promise<Page<ContractMargin>>;
  one(code: string, scope: Scope): Promise<ContractMarginDetail>;
  prices(code: string, query: PricesQuery, scope: Scope): Promise<ContractPrices>;
}

export interface ApiPorts {
  sessions: Sessions;
  users: Users;
  idempotency: Idempotency;
  regions: MasterData<Region>;
  stations: MasterData<Station>;
  customers: MasterData<Customer>;
  sites: MasterData<Site>;
  contracts: MasterData<Contract>;
  contractAmendments: ContractAmendments;
  contractMargins: ContractMargins;
  engineers: MasterData<Engineer>;
  parts: MasterData<Part>;
  products: MasterData<Product & { revision: number }, PageQuery, Product>;
  devices: Devices;
  credentials: Credentials;
  certificates: Certificates;
  telemetry: Telemetry;
  unknownMetrics: UnknownMetrics;
  commands: Commands;
  health: HealthReads;
  alerts: AlertReads;
  alertCommands: AlertCommands;
  notifications: Notifications;
  rules: Rules;
  componentSwaps: ComponentSwaps;
  replays: Replays;
  models: ModelReads;
  survival: SurvivalReads;
  modelCommands: ModelCommands;
  trainer: Trainer;
  proposals: Proposals;
  scorecard: ScorecardReads;
  workOrders: WorkOrderReads;
  workOrderCommands: WorkOrderCommands;
  costs: CostReads;
  postings: ManualPostings;
  allocation: Allocation;
  rates: Rates;
  exchangeRates: ExchangeRates;
  budgets: Budgets;
  forecasts: CostForecasts;
  mappings: DimensionMappings;
  periods: Periods;
  journal: Journal;
  imports: Imports;
  fileImports: FileImports;
  quality: QualityReads;
  quarantine: Quarantine;
  payloadMappings: PayloadMappings;
  system: SystemReads;
  readings: CommittedReadings;
  /** The database is away: the answer is 503 and the caller tries again. */
  isDatabaseAway: (error: unknown) => boolean;
  /** The database ended a statement because it took too long. */
  isTooSlow: (error: unknown) => boolean;
  /** Runs what a request asks for apart from the work of the house, and with a time limit for each statement. */
  asCaller: (work: () => void) => void;
}
