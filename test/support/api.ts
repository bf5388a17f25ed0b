// The API in front of real rooms on a test database: accounts of every role, and the levers a test needs. Alerts are
// told by hand: what raises them is not the API's business.
import { pino } from 'pino';
import { Registry as MetricsRegistry } from 'prom-client';
import type { ApiPorts } from '../../src/api/ports.ts';
import { startApi } from '../../src/api/server.ts';
import { startCommands } from '../../src/broker/commands/commands.ts';
import { EVERYTHING, inScope, type Role, type Scope } from '../../src/contracts/access.ts';
import type { Alert } from '../../src/contracts/http/alerts.ts';
import type { Explanation } from '../../src/contracts/http/explanations.ts';
import type { Tokens } from '../../src/contracts/http/auth.ts';
import { Problem } from '../../src/contracts/problems.ts';
import type { CommittedBatch } from '../../src/contracts/readings.ts';
import { createContractMargins } from '../../src/costing/contracts/contract-margins.ts';
import { startCosting } from '../../src/costing/costing.ts';
import type { Database } from '../../src/db/database.ts';
import { isConnectionError, isTimeout } from '../../src/db/errors.ts';
import { startEventLog } from '../../src/db/event-log.ts';
import { startNotifications } from '../../src/notifications/notifications.ts';
import { openModelRegistry } from '../../src/predictor/models/registry.ts';
import { createSurvivalReads } from '../../src/predictor/survival/survival-reads.ts';
import { createComponentSwaps } from '../../src/predictor/baselines/component-swaps.ts';
import { createScorecard } from '../../src/predictor/outcomes/scorecard.ts';
import { createProposals } from '../../src/predictor/trigger/proposals.ts';
import { startService } from '../../src/service/service.ts';
import { survivalAt } from '../../src/predictor/survival/survival-reads.ts';
import { openTestDatabase } from './database.ts';
import { newDevice, seededBytes, seedMasterData, startTestRegistry } from './registry.ts';

export const PASSWORD = 'a long enough password';

export interface HouseOptions {
  dashboardDir?: string;
  secure?: boolean;
  sessionCheckMs?: number;
  /** Takes the place of a port. */
  ports?: (ports: ApiPorts) => Partial<ApiPorts>;
}

/** Lists that nothing in these tests fills. */
const nothing = async () => ({ items: [], next: null });
const none = async (): Promise<never> => {
  throw new Problem('not-found', 'There is none');
};

const UNEXPLAINED: Explanation = {
  speaks: null,
  statements: [],
  counter: [],
  quality: null,
  calibration: { of: 'all', n: 0, right: 0, share: null, text: { en: 'n = 0', zh: 'n = 0' } },
};

function alertPorts(alerts: Map<number, Alert>): Pick<ApiPorts, 'alerts' | 'alertCommands'> {
  const visible = (scope: Scope) =>
    [...alerts.values()].filter((alert) => inScope(scope, { region: alert.region, customer: alert.customer.code }));
  const change = async ({ id, revision }: { id: number; revision?: number }): Promise<Alert> => {
    const alert = alerts.get(id);
    if (!alert) throw new Problem('not-found', `There is no alert ${id}`);
    if (revision !== undefined && revision !== alert.revision) throw new Problem('out-of-date', 'Read it again');
    const changed: Alert = { ...alert, state: 'acknowledged', revision: alert.revision + 1 };
    alerts.set(id, changed);
    return changed;
  };
  return {
    alerts: {
      list: async (_query, scope) => ({ items: visible(scope), next: null }),
      many: async (ids) => ids.flatMap((id) => alerts.get(id) ?? []),
      async one(id, scope) {
        const alert = visible(scope).find((one) => one.id === id);
        return alert ? { alert, history: [], nextStep: null, similar: [], explanation: UNEXPLAINED } : null;
      },
    },
    alertCommands: {
      acknowledge: change,
      assign: change,
      comment: change,
      shelve: change,
      unshelve: change,
      resolve: change,
      close: change,
    },
  };
}

/** Everything behind the API on one database, with two devices in two regions. */
export async function startHouse(options: HouseOptions = {}) {
  const lines: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
  const database = await openTestDatabase();
  const clock = { now: () => Date.now() };
  const eventLog = await startEventLog({ database, log });
  const registry = await startTestRegistry(database, clock, { eventLog });
  await seedMasterData(registry);
  await registry.devices.create(newDevice('P-EAST'));
  await registry.devices.create(newDevice('P-WEST', { customer: 'C-2', station: 'S-2', site: null, contract: null }));
  const service = await startService({ database, eventLog, clock, log });
  const costing = await startCosting({
    database,
    eventLog,
    clock,
    log,
    currency: 'CNY',
    survivalAt: survivalAt(database),
  });
  const commands = startCommands({
    database,
    eventLog,
    devices: registry.directory,
    modeOf: async () => null,
    clock,
    random: seededBytes('commands'),
    log,
    metrics: new MetricsRegistry(),
    maxOpen: 3,
  });
  const notifications = await startNotifications({
    database,
    eventLog,
    clock,
    random: seededBytes('notifications'),
    log,
    metrics: new MetricsRegistry(),
    smtp: null,
    publicUrl: null,
    allowsPrivateWebhooks: false,
    secretsKey: () => 'a key of the tests, of no use to anybody',
    isSending: false,
  });
  const models = await openModelRegistry({ database, clock, log, codeVersion: 'test', everyMs: 60_000 });
  const alerts = new Map<number, Alert>();
  const listeners = new Set<(batch: CommittedBatch) => void>();
  const ports: ApiPorts = {
    ...registry,
    ...alertPorts(alerts),
    notifications,
    workOrders: service.reads,
    workOrderCommands: service.commands,
    costs: costing.reads,
    contractMargins: createContractMargins({
      database,
      summary: (query, scope) => costing.reads.summary(query, scope),
      survival: (product) => createSurvivalReads(database, clock).survival(product),
      clock,
    }),
    postings: costing.postings,
    allocation: costing.allocation,
    rates: costing.rates,
    exchangeRates: costing.exchangeRates,
    budgets: costing.budgets,
    forecasts: costing.forecasts,
    mappings: costing.mappings,
    periods: costing.periods,
    journal: costing.journal,
    telemetry: {
      series: none,
      latest: async () => [],
      fleetLatest: async () => ({ devices: [], metrics: [], next: null }),
      counts: async () => [],
      conflicts: nothing,
    },
    health: {
      health: async (device) => ({
        device,
        health: null,
        status: 'unknown',
        at: null,
        confidence: null,
        doubts: [],
        components: [],
        channels: [],
        trend: [],
      }),
      prognoses: nothing,
    },
    unknownMetrics: { ofDevice: async () => [], list: nothing },
    commands,
    models: models.reads,
    survival: createSurvivalReads(database, clock),
    modelCommands: models.commands,
    trainer: models.trainer,
    proposals: createProposals(database, clock),
    scorecard: createScorecard(database, clock),
    rules: { list: nothing, one: none, versions: none, create: none, change: none, activate: none, deactivate: none },
    componentSwaps: createComponentSwaps(database, clock),
    replays: { start: none, one: none, list: nothing, cancel: none },
    quality: {
      events: nothing,
      summary: async () => ({ devices: 0, silent: 0, open: [] }),
      completeness: nothing,
      device: none,
    },
    fileImports: { upload: none, preview: none, start: none, cancel: none },
    quarantine: {
      list: nothing,
      one: none,
      summary: none,
      replay: none,
      discard: none,
      replayAll: none,
      discardAll: none,
      preview: none,
    },
    payloadMappings: { list: nothing, create: none },
    system: { state: none, runMaintenance: async () => null, attention: async () => [] },
    readings: {
      subscribe(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
    isDatabaseAway: isConnectionError,
    isTooSlow: isTimeout,
    asCaller: (work) => database.asCaller(work),
  };
  const metrics = new MetricsRegistry();
  const { ports: replace, ...rest } = options;
  const api = await startApi({
    host: '127.0.0.1',
    port: 0,
    ports: { ...ports, ...replace?.(ports) },
    eventLog,
    clock,
    log,
    metrics,
    version: '0.0.0-test',
    ...rest,
  });

  /** An account and a session of it. */
  async function signIn(role: Role, scope: Scope = EVERYTHING): Promise<Tokens & { userId: number }> {
    const email = `${role}-${Math.random().toString(36).slice(2)}@example.test`;
    const { id } = await registry.users.create({
      email,
      name: `A ${role}`,
      password: PASSWORD,
      role,
      regions: scope.regions === null ? null : [...scope.regions],
      customers: scope.customers === null ? null : [...scope.customers],
    });
    return { ...(await registry.sessions.login(email, PASSWORD, '127.0.0.1')), userId: id };
  }

  return {
    url: api.address,
    root: `${api.address}/api/v1`,
    database: database as Database,
    eventLog,
    registry,
    service,
    costing,
    alerts,
    lines,
    signIn,
    publish: (batch: CommittedBatch) => listeners.forEach((listener) => listener(batch)),
    async close() {
      await api.close();
      await commands.close();
      await models.close();
      await notifications.close();
      await service.close();
      await costing.close();
      await registry.close();
      await eventLog.close();
      await database.close();
    },
  };
}
export type House = Awaited<ReturnType<typeof startHouse>>;

export const alertOf = (id: number, device: string, region: string, customer: string): Alert => ({
  id,
  device,
  product: { code: 'pump-1', name: { en: 'Pump', zh: '泵' } },
  customer: { code: customer, name: { en: customer, zh: customer } },
  region,
  contractType: null,
  cause: 'drive/wear',
  component: null,
  failureMode: null,
  metric: 'motor_current',
  severity: 'major',
  state: 'open',
  raisedAt: '2026-06-01T00:00:00.000Z',
  lastSeenAt: '2026-06-01T00:00:00.000Z',
  clearedAt: null,
  findings: 1,
  reason: { en: 'Motor current rises', zh: '电机电流上升' },
  contributors: [],
  window: { from: '2026-05-31T00:00:00.000Z', to: '2026-06-01T00:00:00.000Z' },
  probability: null,
  rulHours: null,
  valueAtRisk: null,
  workOrderId: null,
  assignee: null,
  shelvedUntil: null,
  resolution: null,
  escalationLevel: 0,
  revision: 1,
});

export interface Answer {
  status: number;
  headers: Headers;
  // Tests read many shapes; each checks what it reads.
  body: Record<string, unknown> & { code?: string; detail?: string };
}

export async function call(
  root: string,
  method: string,
  path: string,
  { token, body, headers = {} }: { token?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const response = await fetch(`${root}${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : { text } };
}
