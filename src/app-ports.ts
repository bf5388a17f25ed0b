// What the API asks of the rooms, matched to what they offer. Nothing here decides anything.
import type { ApiPorts, CommittedReadings } from './api/ports.ts';
import type { Commands } from './broker/commands/commands.ts';
import type { CommandableDevice } from './broker/commands/request-command.ts';
import type { CommittedBatch } from './contracts/readings.ts';
import { EVERYTHING } from './contracts/access.ts';
import { dayOf, isoOf, type Clock } from './contracts/time.ts';
import type { ContractMargins } from './costing/contracts/contract-margins.ts';
import type { Costing } from './costing/costing.ts';
import type { Database } from './db/database.ts';
import { isConnectionError, isTimeout } from './db/errors.ts';
import type { Maintenance } from './db/maintenance.ts';
import { attention, systemState } from './db/system-state.ts';
import { readConflicts } from './ingest/conflicts.ts';
import { readCounts } from './ingest/counts.ts';
import type { FileImports } from './ingest/imports/imports.ts';
import type { Ingest } from './ingest/ingest.ts';
import { createQualityReads } from './ingest/quality/quality-reads.ts';
import type { FleetLatest } from './ingest/fleet-latest.ts';
import { readFleetLatest, readLatest } from './ingest/latest.ts';
import { readSeries } from './ingest/series.ts';
import { readFleetUnknownMetrics, readUnknownMetrics } from './ingest/unknown-metrics.ts';
import type { Notifications } from './notifications/notifications.ts';
import type { DataQuality } from './predictor/ports.ts';
import type { Predictor } from './predictor/predictor.ts';
import type { Registry } from './registry/registry.ts';
import type { Service } from './service/service.ts';

/** Hands committed batches on to whoever watches devices live. */
export interface ReadingsRelay extends CommittedReadings {
  publish(batch: CommittedBatch): void;
}

export function createReadingsRelay(): ReadingsRelay {
  const listeners = new Set<(batch: CommittedBatch) => void>();
  return {
    publish(batch) {
      for (const listener of listeners) listener(batch);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

export interface Rooms {
  database: Database;
  clock: Clock;
  maintenance: Maintenance;
  registry: Registry;
  costing: Costing;
  contractMargins: ContractMargins;
  service: Service;
  predictor: Predictor;
  notifications: Notifications;
  commands: Commands;
  ingest: Ingest;
  fileImports: FileImports;
  readings: ReadingsRelay;
  fleetLatest: FleetLatest;
}

/** The last value of a device's mode metric, for who must know whether somebody depends on it. */
export const createModeReads =
  (database: Database, directory: Registry['directory']) =>
  async ({ code, product: { modeMetric } }: CommandableDevice): Promise<{ mode: string; atMs: number } | null> => {
    if (modeMetric === undefined) return null;
    const last = (await readLatest(database, directory, code)).find(({ metric }) => metric === modeMetric);
    return last?.label === undefined ? null : { mode: last.label, atMs: Date.parse(last.at) };
  };

const SHOWN_QUALITY_EVENTS = 50;

/** What was wrong with a device's data in a window, for who judges it. */
export function createQualityWindow(database: Database, clock: Clock): DataQuality {
  const reads = createQualityReads(database, clock);
  return async (device, fromMs, toMs) => {
    const [from, to] = [isoOf(fromMs), isoOf(toMs)];
    const { items: events } = await reads.events({ device, from, to, limit: SHOWN_QUALITY_EVENTS }, EVERYTHING);
    const span = { device, from: dayOf(fromMs), to: dayOf(toMs) };
    const { items } = await reads.completeness(span, EVERYTHING);
    const days = items[0]?.days ?? [];
    const expected = days.reduce((sum, day) => sum + day.expected, 0);
    const received = days.reduce((sum, day) => sum + day.received, 0);
    return { completeness: expected === 0 ? null : received / expected, events };
  };
}

export function apiPorts(rooms: Rooms): ApiPorts {
  const {
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
  } = rooms;
  const { directory } = registry;
  return {
    ...registry,
    telemetry: {
      series: (query) => readSeries(database, directory, query),
      async latest(device) {
        await fleetLatest.flush();
        return readLatest(database, directory, device);
      },
      async fleetLatest(query, scope) {
        await fleetLatest.flush();
        return readFleetLatest(database, query, scope);
      },
      counts: (query) => readCounts(database, directory, query),
      conflicts: (device, query) => readConflicts(database, directory, device, query),
    },
    commands,
    health: predictor.health,
    alerts: predictor.alerts,
    alertCommands: predictor.alertCommands,
    notifications,
    rules: predictor.rules,
    componentSwaps: predictor.componentSwaps,
    replays: predictor.replays,
    models: predictor.models.reads,
    survival: predictor.survival,
    modelCommands: predictor.models.commands,
    trainer: predictor.models.trainer,
    proposals: predictor.proposals,
    scorecard: predictor.scorecard,
    workOrders: service.reads,
    workOrderCommands: service.commands,
    costs: costing.reads,
    contractMargins,
    postings: costing.postings,
    allocation: costing.allocation,
    rates: costing.rates,
    exchangeRates: costing.exchangeRates,
    budgets: costing.budgets,
    forecasts: costing.forecasts,
    mappings: costing.mappings,
    periods: costing.periods,
    journal: costing.journal,
    quality: createQualityReads(database, clock),
    unknownMetrics: {
      ofDevice: (device) => readUnknownMetrics(database, directory, device, clock.now()),
      list: (query, scope) => readFleetUnknownMetrics(database, query, scope),
    },
    fileImports,
    quarantine: {
      ...ingest.quarantine,
      replayAll: (filter, scope, actor) =>
        ingest.quarantine.replayAll(filter, scope, { actor, progress: registry.imports }),
    },
    payloadMappings: ingest.mappings,
    system: {
      state: async () => systemState(database, await maintenance.jobs()),
      runMaintenance: (job) => maintenance.start(job),
      attention: () => attention(database),
    },
    readings,
    isDatabaseAway: isConnectionError,
    isTooSlow: isTimeout,
    asCaller: (work) => database.asCaller(work),
  };
}
