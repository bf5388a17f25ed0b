// How the instance itself is doing: imports with progress, quarantine, maintenance, database edition.
import { Type, type Static } from 'typebox';
import { Text } from '../text.ts';
import { Choice, Instant, Nullable } from './page.ts';

export const NewImport = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 200 }),
  total: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
});
export const ImportProgress = Type.Object({
  done: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  state: Type.Optional(Choice(['running', 'finished', 'failed'])),
  report: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});
export const IMPORT_STATES = ['uploaded', 'running', 'finished', 'failed', 'cancelled'] as const;
export const Import = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  /** `file`: uploaded, and brought in by the service itself; `announced`: somebody else does it and tells how far it is. */
  kind: Choice(['announced', 'file']),
  startedBy: Nullable(Type.String()),
  /** Rows, or lines of a file. */
  total: Type.Integer(),
  done: Type.Integer(),
  /** `uploaded` waits for its mapping. */
  state: Choice(IMPORT_STATES),
  startedAt: Instant,
  updatedAt: Instant,
  report: Nullable(Type.Record(Type.String(), Type.Unknown())),
});
export type Import = Static<typeof Import>;

/** Telemetry as it lies in the database. */
const Storage = Type.Object({
  /** Estimated by the database's statistics; null before there are any. */
  readings: Nullable(Type.Integer()),
  bytes: Type.Integer(),
  chunks: Type.Integer(),
  compressedChunks: Type.Integer(),
  chunkHours: Type.Number(),
  /** Start of the oldest chunk. */
  from: Nullable(Instant),
  /** Hourly and daily values before this are stored, later ones computed when asked for; null before the first run. */
  rolledTo: Nullable(Instant),
});

const MaintenanceJob = Type.Object({
  job: Type.String(),
  /** Cron expression, UTC. */
  schedule: Type.String(),
  nextRunAt: Nullable(Instant),
  /** How much waits to be done, in the job's own unit (hours, chunks); null: the job cannot tell. */
  behind: Nullable(Type.Integer()),
  lastStartedAt: Nullable(Instant),
  lastFinishedAt: Nullable(Instant),
  ok: Nullable(Type.Boolean()),
  detail: Nullable(Type.String()),
});

export const System = Type.Object({
  version: Type.String(),
  database: Type.Object({
    kind: Choice(['embedded', 'server']),
    license: Choice(['apache', 'timescale']),
    postgres: Type.String(),
    timescale: Type.String(),
    continuousAggregates: Type.Boolean(),
    compression: Type.Boolean(),
    /** What survives what, in one sentence. */
    promise: Text,
  }),
  storage: Storage,
  maintenance: Type.Array(MaintenanceJob),
  /** Event log consumers, how many events of the types they handle are waiting, and events they had to park. */
  consumers: Type.Array(
    Type.Object({ name: Type.String(), position: Type.Integer(), lag: Type.Integer(), failures: Type.Integer() }),
  ),
});
export type System = Static<typeof System>;
