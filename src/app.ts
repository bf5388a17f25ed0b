// The composition root: builds the house from top to bottom and hands each room the ports it asked for. Closed in
// reverse, the broker first of all, so that intake stops before anything behind it goes.
import type { Logger } from 'pino';
import { collectDefaultMetrics, Registry as MetricsRegistry } from 'prom-client';
import { startApi } from './api/server.ts';
import { type Closers, closeWithin, createClosers } from './app-closers.ts';
import { authorityOf, brokerPorts, endRevokedSessions } from './app-identity.ts';
import { openNotifications } from './app-notifications.ts';
import { apiPorts, createModeReads, createQualityWindow, createReadingsRelay } from './app-ports.ts';
import { type Broker, startBroker } from './broker/broker.ts';
import { startCommands } from './broker/commands/commands.ts';
import { startCourier } from './broker/commands/courier.ts';
import { applyReplies } from './broker/commands/replies.ts';
import type { OnPresence } from './broker/ports.ts';
import { createDatabaseLedger } from './broker/persistence/database-ledger.ts';
import type { Config, Role } from './config.ts';
import type { Clock } from './contracts/time.ts';
import { createContractMargins } from './costing/contracts/contract-margins.ts';
import { startCosting } from './costing/costing.ts';
import { startEventLog } from './db/event-log.ts';
import { type MaintenanceJob, startMaintenance } from './db/maintenance.ts';
import { migrate } from './db/migrate.ts';
import { openDatabase } from './db/open.ts';
import { readingMaintenance } from './db/reading-maintenance.ts';
import { DEFAULT_TIMING } from './ingest/decoders/timing.ts';
import { DEFAULT_LANE } from './ingest/group-commit.ts';
import { startFleetLatest } from './ingest/fleet-latest.ts';
import { startFileImports } from './ingest/imports/imports.ts';
import { importMaintenance } from './ingest/imports/upkeep.ts';
import { startIngest } from './ingest/ingest.ts';
import { quarantineMaintenance, trimmedCounter } from './ingest/quarantine-trim.ts';
import { type Quality, startQuality } from './ingest/quality/quality.ts';
import { notificationMaintenance } from './notifications/upkeep.ts';
import { startPredictor } from './predictor/predictor.ts';
import { survivalAt } from './predictor/survival/survival-reads.ts';
import { predictorMaintenance } from './predictor/upkeep.ts';
import type { Authority } from './registry/certificates/authority.ts';
import { applyMeta } from './registry/device-meta.ts';
import { startRegistry } from './registry/registry.ts';
import { registryMaintenance } from './registry/upkeep.ts';
import { FIRST_ADMINISTRATOR } from './registry/users.ts';
import { startService } from './service/service.ts';

export interface AppOptions {
  config: Config;
  roles: readonly Role[];
  clock: Clock;
  random: (bytes: number) => Buffer;
  log: Logger;
  version: string;
  /** Folder of the built dashboard. */
  dashboardDir: string;
}

export interface App {
  /** Where the API listens, `null` without that role. */
  readonly httpAddress: string | null;
  /** Ports the broker opened. */
  readonly mqttPorts: Broker['ports'];
  /** The first administrator's account when its password had to be made up, to be printed once. */
  readonly newAdministrator: { email: string; password: string } | null;
  close(): Promise<void>;
}

export async function startApp(options: AppOptions): Promise<App> {
  const closers = createClosers(options.log);
  try {
    return await build(options, closers);
  } catch (error) {
    await closers.closeAll().catch(() => {});
    throw error;
  }
}

async function build(
  { config, roles, clock, random, log, version, dashboardDir }: AppOptions,
  closers: Closers,
): Promise<App> {
  const has = (role: Role): boolean => roles.includes(role);
  const metrics = new MetricsRegistry();
  collectDefaultMetrics({ register: metrics });

  const { databaseUrl: url, dataDir, databaseStartLimitS } = config;
  const database = await openDatabase({ url, dataDir, log, startLimitMs: databaseStartLimitS * 1000 });
  closers.push('database', () => database.close());
  await migrate(database, log);
  const eventLog = await startEventLog({ database, log });
  closers.push('event log', () => eventLog.close());
  const authority = authorityOf(config, random);
  const jobs = maintenanceJobs(config, clock, authority, metrics);
  const maintenance = startMaintenance({ database, jobs, clock, log });
  closers.push('maintenance', () => maintenance.close());

  const lifetimes = {
    overlapHours: config.identity.tokenOverlapHours,
    certificateDays: config.identity.certificateDays,
  };
  const registry = await startRegistry({ database, eventLog, clock, random, log, authority, lifetimes });
  closers.push('registry', () => registry.close());
  const madeUp = await registry.users.ensureAdministrator(config.adminPassword);
  const newAdministrator = madeUp === null ? null : { email: FIRST_ADMINISTRATOR, password: madeUp };

  const { currency } = config;
  const costing = await startCosting({
    database,
    eventLog,
    clock,
    log,
    currency,
    survivalAt: survivalAt(database),
    metrics,
    isFollowing: has('costing'),
  });
  closers.push('costing', () => costing.close());
  const service = await startService({ database, eventLog, clock, log, isFollowing: has('service') });
  closers.push('service', () => service.close());
  const predictor = await startPredictor({
    database,
    eventLog,
    catalogue: registry.directory,
    economics: costing.economics,
    quality: createQualityWindow(database, clock),
    clock,
    log,
    metrics,
    codeVersion: version,
    isJudging: has('predictor'),
    unusualScore: config.predictor.unusualScore,
  });
  closers.push('predictor', () => predictor.close());
  const isSending = has('service');
  const notifications = await openNotifications({ config, database, eventLog, clock, random, log, metrics, isSending });
  closers.push('notifications', () => notifications.close());

  const commands = startCommands({
    database,
    eventLog,
    devices: registry.directory,
    modeOf: createModeReads(database, registry.directory),
    clock,
    random,
    log,
    metrics,
    maxOpen: config.commands.maxOpen,
  });
  closers.push('commands', () => commands.close());

  const readings = createReadingsRelay();
  let quality: Quality | null = null;
  let broker: Broker | null = null;
  const setPresence: OnPresence = (device, presence, atMs) =>
    void registry.devices.presence
      .set(device, presence, atMs)
      .catch((error: unknown) => log.warn({ device, error }, 'presence could not be stored'));
  const fleetLatest = startFleetLatest(database, log);
  closers.push('newest values', () => fleetLatest.close());
  const lane = database.dedicated('ingest');
  closers.push('ingest lane', () => lane.close());
  const timing = { ...DEFAULT_TIMING, maxAheadMs: config.ingest.maxClockAheadS * 1000 };
  const ingest = await startIngest({
    database: lane,
    devices: registry.directory,
    metaStore: { apply: applyMeta },
    replyStore: { apply: applyReplies },
    eventLog,
    onCommitted(batch) {
      if (has('predictor')) predictor.observe(batch);
      quality?.observe(batch);
      fleetLatest.observe(batch);
      readings.publish(batch);
    },
    onPresence: setPresence,
    onRebirthWanted({ device, topic, payload }) {
      Promise.resolve(broker?.send(device, { topic, payload, qos: 0 })).catch((error: unknown) =>
        log.warn({ device, error }, 'an edge node could not be asked for its birth'),
      );
    },
    onHeld: (held, receivedAtMs) => quality?.observeHeld(held, receivedAtMs),
    clock,
    log,
    metrics,
    limits: {
      lane: { ...DEFAULT_LANE, maxBatch: config.ingest.maxBatch },
      timing,
      maxOwnNames: config.ingest.maxOwnNames,
    },
  });
  closers.push('ingest', () => ingest.close());
  const fileImports = startFileImports({
    database,
    runs: registry.imports,
    devices: registry.directory,
    accept: (message) => ingest.accept(message),
    timing,
    clock,
    log,
    metrics,
    maxBytes: config.importMaxBytes,
    isWorking: has('ingest'),
  });
  closers.push('imports', () => fileImports.close());
  if (has('ingest')) {
    const isBehind = (): boolean => ingest.waiting > 0;
    const catalogue = registry.directory;
    quality = await startQuality({ database, eventLog, catalogue, isBehind, clock, log, metrics });
    closers.push('quality watch', () => quality?.close());
  }

  let httpAddress: string | null = null;
  if (has('api')) {
    const contractMargins = createContractMargins({
      database,
      summary: (query, scope) => costing.reads.summary(query, scope),
      survival: (product) => predictor.survival.survival(product),
      clock,
      metrics,
    });
    const rooms = {
      database,
      clock,
      maintenance,
      registry,
      costing,
      contractMargins,
      service,
      predictor,
      notifications,
      commands,
      ingest,
      fileImports,
      readings,
      fleetLatest,
    };
    const ports = apiPorts(rooms);
    const { httpHost: host, httpPort: port } = config;
    const api = await startApi({ host, port, ports, eventLog, clock, log, metrics, version, dashboardDir });
    closers.push('api', () => api.close());
    httpAddress = api.address;
  }

  let mqttPorts: Broker['ports'] = {};
  if (has('broker')) {
    await registry.devices.presence.setAllOffline();
    const courier = startCourier({ database, eventLog, clock, log });
    const sessionLane = database.dedicated('sessions');
    closers.push('session lane', () => sessionLane.close());
    const mqtt = await startBroker({
      ports: await brokerPorts(config, registry),
      ledger: createDatabaseLedger({ database: sessionLane, clock, log }),
      identity: {
        authenticate: (device, token) => registry.credentials.authenticate(device, token),
        authenticateCertificate: (device, der) => registry.certificates.authenticate(device, der),
      },
      ingest,
      onListening: (device) => courier.look(device),
      onPresence(device, presence, atMs) {
        setPresence(device, presence, atMs);
        if (presence === 'offline') ingest.ended(device);
      },
      clock,
      log,
      metrics,
      limits: config.broker,
      sessionLimits: config.sessions,
    });
    broker = mqtt;
    courier.serve(mqtt);
    closers.push('broker', () => mqtt.close());
    closers.push('courier', () => courier.close());
    mqttPorts = mqtt.ports;
    closers.push('revocations', endRevokedSessions({ eventLog, registry, broker: mqtt, log }));
  }
  return {
    httpAddress,
    mqttPorts,
    newAdministrator,
    close: () => closeWithin(closers, database, log),
  };
}

const maintenanceJobs = (
  config: Config,
  clock: Clock,
  authority: Authority | null,
  metrics: MetricsRegistry,
): MaintenanceJob[] => [
  ...readingMaintenance({
    clock,
    compressAfterDays: config.compressAfterDays,
    retainDays: config.retainDays,
    retainRollupDays: config.retainRollupDays,
  }),
  ...registryMaintenance(clock, authority),
  ...quarantineMaintenance({ clock, onTrimmed: trimmedCounter(metrics) }),
  ...importMaintenance(clock),
  ...predictorMaintenance(clock),
  ...notificationMaintenance(clock, metrics),
];
