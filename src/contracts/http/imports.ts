// Imports of an uploaded CSV: what a dry run finds, and what starts it. How far imports are is in system.ts.
import { Type, type Static } from 'typebox';
import { RecordingMap } from '../recording-map.ts';
import { RefusedRows } from '../row-counts.ts';
import { Instant, Nullable } from './page.ts';

export const MappingBody = Type.Object({ map: RecordingMap });
export type MappingBody = Static<typeof MappingBody>;
/** Without a mapping: which columns there are, and a first guess. */
export const PreviewBody = Type.Object({ map: Type.Optional(RecordingMap) });

export const ImportPreview = Type.Object({
  columns: Type.Array(Type.String()),
  /** The first rows as they stand, in the order of `columns`. */
  head: Type.Array(Type.Array(Type.String())),
  /** The mapping that was tried: the one given, else a guess. */
  map: RecordingMap,
  /** Columns the mapping names and the file has not; nothing was tried then. */
  faults: Type.Array(Type.String()),
  /** Rows looked at; `isWhole`: that is all of them. */
  rows: Type.Integer(),
  isWhole: Type.Boolean(),
  /** Readings that would be stored, repeats included. */
  readings: Type.Integer(),
  from: Nullable(Instant),
  to: Nullable(Instant),
  refused: Type.Array(RefusedRows),
  devices: Type.Object({
    known: Type.Integer(),
    /** Not registered: their rows are refused. */
    unknown: Type.Array(Type.String()),
  }),
  /** Metrics no product of these devices has: stored under their own name and marked. */
  unknownMetrics: Type.Array(Type.String()),
  samples: Type.Array(
    Type.Object({
      line: Type.Integer(),
      device: Type.String(),
      at: Instant,
      values: Type.Record(Type.String(), Type.Number()),
    }),
  ),
});
export type ImportPreview = Static<typeof ImportPreview>;

/** The end of an import; what is durable of a running one. */
export const ImportReport = Type.Object({
  rows: Type.Integer(),
  readings: Type.Integer(),
  messages: Type.Integer(),
  devices: Type.Integer(),
  refusedRows: Type.Integer(),
  refused: Type.Array(RefusedRows),
  from: Nullable(Instant),
  to: Nullable(Instant),
  seconds: Type.Number(),
  /** Why it failed. */
  reason: Type.Optional(Type.String()),
});
export type ImportReport = Static<typeof ImportReport>;
