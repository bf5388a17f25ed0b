// Data quality as screens and integrations see it: episodes, what stands now, and how complete the data of a day is.
import { Type, type Static } from 'typebox';
import { Code } from '../product.ts';
import { QUALITY_KINDS } from '../quality.ts';
import { Choice, Day, Instant, Named, Nullable, PageQuery } from './page.ts';

export const QualityEvent = Type.Object({
  id: Type.Integer(),
  device: Code,
  product: Named,
  customer: Named,
  region: Code,
  kind: Choice(QUALITY_KINDS),
  /** Null: the device as a whole. */
  metric: Nullable(Named),
  openedAt: Instant,
  lastSeenAt: Instant,
  closedAt: Nullable(Instant),
  /** Readings missing, repeated or implausible; deliveries with a wrong clock. */
  n: Type.Integer(),
  /** Numbers that speak for it, by kind; milliseconds for clocks. */
  evidence: Type.Record(Type.String(), Type.Union([Type.Number(), Type.String()])),
});
export type QualityEvent = Static<typeof QualityEvent>;

export const QualityEventQuery = Type.Interface([PageQuery], {
  device: Type.Optional(Code),
  kind: Type.Optional(Choice(QUALITY_KINDS)),
  customer: Type.Optional(Code),
  region: Type.Optional(Code),
  /** True: only what is not over yet. */
  open: Type.Optional(Type.Boolean()),
  /** Only what had not ended by then, and what had begun by then. */
  from: Type.Optional(Instant),
  to: Type.Optional(Instant),
});
export type QualityEventQuery = Static<typeof QualityEventQuery>;

/** Received of expected readings of one device on one day (UTC); a metric counts no more than was expected of it. */
export const DayCompleteness = Type.Object({
  day: Day,
  expected: Type.Integer(),
  received: Type.Integer(),
  /** 0 to 1; null where nothing was expected. */
  share: Nullable(Type.Number()),
});
export type DayCompleteness = Static<typeof DayCompleteness>;

export const DeviceCompleteness = Type.Object({
  device: Code,
  product: Named,
  customer: Named,
  region: Code,
  days: Type.Array(DayCompleteness),
});
export type DeviceCompleteness = Static<typeof DeviceCompleteness>;

export const CompletenessQuery = Type.Interface([PageQuery], {
  device: Type.Optional(Code),
  customer: Type.Optional(Code),
  region: Type.Optional(Code),
  /** First and last day, both included; left out: the last 14 days. */
  from: Type.Optional(Day),
  to: Type.Optional(Day),
});
export type CompletenessQuery = Static<typeof CompletenessQuery>;

export const QualitySummary = Type.Object({
  devices: Type.Integer(),
  /** Devices in service that should speak and do not, or never did. */
  silent: Type.Integer(),
  open: Type.Array(Type.Object({ kind: Choice(QUALITY_KINDS), episodes: Type.Integer(), devices: Type.Integer() })),
});
export type QualitySummary = Static<typeof QualitySummary>;

export const DeviceQuality = Type.Object({
  device: Code,
  heardAt: Nullable(Instant),
  measuredTo: Nullable(Instant),
  /** Milliseconds the device's clock runs ahead (negative: behind); null = cannot be told yet. */
  clockOffsetMs: Nullable(Type.Integer()),
  open: Type.Array(QualityEvent),
  completeness: Type.Array(DayCompleteness),
});
export type DeviceQuality = Static<typeof DeviceQuality>;
