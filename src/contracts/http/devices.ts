// Devices, what they measure and how they are: the views behind the fleet and device screens.
import { Type, type Static } from 'typebox';
import { STATUSES, Status } from '../health.ts';
import { Code } from '../product.ts';
import { Text } from '../text.ts';
import { Choice, Day, Instant, Named, Nullable, PageQuery } from './page.ts';

export const LIFECYCLES = ['registered', 'commissioned', 'in-service', 'out-of-service', 'decommissioned'] as const;

/** What registering a device takes; `id` is its MQTT user name and topic part. */
export const NewDevice = Type.Object({
  id: Code,
  product: Code,
  customer: Code,
  station: Code,
  site: Type.Optional(Nullable(Code)),
  contract: Type.Optional(Nullable(Code)),
  serial: Type.Optional(Nullable(Type.String({ maxLength: 64 }))),
  lot: Type.Optional(Nullable(Type.String({ maxLength: 64 }))),
  udiDi: Type.Optional(Nullable(Type.String({ maxLength: 64 }))),
  madeOn: Type.Optional(Nullable(Day)),
  expiresOn: Type.Optional(Nullable(Day)),
  installedOn: Type.Optional(Nullable(Day)),
  lifecycle: Type.Optional(Choice(LIFECYCLES)),
  /** The device that speaks for it, such as a Sparkplug edge node. */
  gateway: Type.Optional(Nullable(Code)),
});
export type NewDevice = Static<typeof NewDevice>;

/** What may change later; a device keeps its id for good. */
export const DevicePatch = Type.Partial(Type.Omit(NewDevice, ['id']));
export type DevicePatch = Static<typeof DevicePatch>;

export const DeviceQuery = Type.Interface([PageQuery], {
  /** Part of the id, the serial or a name. */
  q: Type.Optional(Type.String({ maxLength: 100, pattern: '^[^\\u0000]*$' })),
  product: Type.Optional(Code),
  customer: Type.Optional(Code),
  region: Type.Optional(Code),
  status: Type.Optional(Choice(STATUSES)),
});
export type DeviceQuery = Static<typeof DeviceQuery>;

export const Device = Type.Object({
  id: Code,
  product: Named,
  productLine: Named,
  kind: Code,
  customer: Named,
  site: Nullable(Named),
  station: Named,
  region: Named,
  contract: Nullable(Type.Object({ code: Code, type: Type.String() })),
  serial: Nullable(Type.String()),
  lot: Nullable(Type.String()),
  udiDi: Nullable(Type.String()),
  installedOn: Nullable(Day),
  lifecycle: Choice(LIFECYCLES),
  gateway: Nullable(Code),
  firmware: Nullable(Type.String()),
  attributes: Type.Record(Type.String(), Type.Unknown()),
  presence: Choice(['online', 'offline', 'unknown']),
  presenceAt: Nullable(Instant),
  /** When readings of it last arrived; written every few seconds. */
  heardAt: Nullable(Instant),
  lat: Nullable(Type.Number()),
  lon: Nullable(Type.Number()),
  /** 0-100; null = not known (never shown as healthy). */
  health: Nullable(Type.Integer({ minimum: 0, maximum: 100 })),
  healthAt: Nullable(Instant),
  status: Status,
  worstComponent: Nullable(Type.Object({ code: Type.String(), name: Text, health: Type.Integer() })),
  openAlerts: Type.Integer(),
  openWorkOrders: Type.Integer(),
  /** Open episodes of bad data. */
  openQuality: Type.Integer(),
  revision: Type.Integer(),
});
export type Device = Static<typeof Device>;

export const Credential = Type.Object({ device: Code, token: Type.String(), previousValidUntil: Nullable(Instant) });
export type Credential = Static<typeof Credential>;

/** Whom a new device is held against: how many devices of its production lot, its firmware or its product. */
const Peers = Type.Object({ devices: Type.Integer(), cohort: Choice(['lot', 'firmware', 'product']) });

/** One metric's part in a finding: how far from its normal, which way, since when. */
export const Contributor = Type.Object({
  metric: Type.String(),
  name: Text,
  unit: Type.String(),
  direction: Choice(['up', 'down']),
  value: Type.Number(),
  expected: Type.Number(),
  /** Deviation in standard deviations of this unit's own normal. */
  sigma: Type.Number(),
  since: Instant,
  /** Of a trained model: its exact share of all that moved the answer, above 0 towards failure. */
  share: Type.Optional(Type.Number()),
  /** `expected` is what so many peers call normal: the device is too new to have its own. */
  peers: Type.Optional(Peers),
});
export type Contributor = Static<typeof Contributor>;

/** The course of health, oldest first: each value holds until the next; null is unknown. */
const HealthTrend = Type.Array(Type.Object({ at: Instant, health: Nullable(Type.Integer()) }));

/** What can be said of one gauge now; only `normal` and `unusual` are answers about the device. */
export const GaugeStanding = Type.Object({
  metric: Type.String(),
  name: Text,
  standing: Choice(['learning', 'normal', 'unusual', 'out-of-distribution', 'stale', 'unknown']),
  since: Nullable(Instant),
  /** Values it was learned from. */
  n: Type.Integer(),
  /** Peers that stand in while its own normal is young; `ownShare`: weight of its own beside theirs. */
  peers: Nullable(Type.Object({ ...Peers.properties, ownShare: Type.Number({ minimum: 0, maximum: 1 }) })),
  reason: Text,
});
export type GaugeStanding = Static<typeof GaugeStanding>;

const Reliance = {
  /** Share of the gauges behind it that can be relied on now; null: there are none. */
  confidence: Nullable(Type.Number({ minimum: 0, maximum: 1 })),
  /** Metrics that take from the confidence. */
  doubts: Type.Array(Type.String()),
};

export const ComponentHealth = Type.Object({
  component: Type.String(),
  name: Text,
  health: Nullable(Type.Integer()),
  status: Status,
  at: Nullable(Instant),
  contributors: Type.Array(Contributor),
  ...Reliance,
  trend: HealthTrend,
});
export const Health = Type.Object({
  device: Code,
  health: Nullable(Type.Integer()),
  status: Status,
  at: Nullable(Instant),
  components: Type.Array(ComponentHealth),
  ...Reliance,
  /** Every gauge of the product. */
  channels: Type.Array(GaugeStanding),
  trend: HealthTrend,
});
export type Health = Static<typeof Health>;

export const Probability = Type.Object({
  value: Type.Number(),
  low: Type.Number(),
  high: Type.Number(),
  /** Findings with a known outcome behind the estimate; 0 = a prior only. */
  n: Type.Integer(),
});
export type Probability = Static<typeof Probability>;
export const RulHours = Type.Object({
  p10: Type.Number(),
  p50: Type.Number(),
  p90: Type.Number(),
  /** Set: most such components lasted longer than this, and nothing is told beyond it. */
  moreThan: Type.Optional(Type.Number()),
});
export type RulHours = Static<typeof RulHours>;

export const Prognosis = Type.Object({
  id: Type.Integer(),
  device: Code,
  component: Type.String(),
  failureMode: Type.String(),
  model: Type.String(),
  modelVersion: Type.String(),
  madeAt: Instant,
  watermark: Instant,
  horizonHours: Type.Number(),
  probability: Probability,
  rulHours: Nullable(RulHours),
  threshold: Nullable(Type.Number()),
  triggered: Type.Boolean(),
  alertId: Nullable(Type.Integer()),
  contributors: Type.Array(Contributor),
  window: Type.Object({ from: Instant, to: Instant }),
  /** What the probability rests on: a trained model, signs, or signs and the component's age. */
  basis: Choice(['model', 'signs', 'signs-and-age']),
  /** The device is unlike those the model was trained on: the interval is wide, and nothing follows. */
  isStrange: Type.Boolean(),
});
export type Prognosis = Static<typeof Prognosis>;

export const PrognosisQuery = Type.Interface([PageQuery], {
  /** Only the newest of each component and model, all on one page. */
  latest: Type.Optional(Type.Boolean()),
});
export type PrognosisQuery = Static<typeof PrognosisQuery>;

export const SeriesQuery = Type.Object({
  metric: Type.String({ minLength: 1, maxLength: 64 }),
  from: Type.Optional(Instant),
  to: Type.Optional(Instant),
  points: Type.Optional(Type.Integer({ minimum: 2, maximum: 2000, default: 600 })),
});
/** Columns of equal length; a bucket without readings is not there (gaps stay gaps). */
export const Series = Type.Object({
  device: Code,
  metric: Type.String(),
  unit: Type.String(),
  source: Choice(['raw', 'hourly', 'daily']),
  /** Width of a bucket; 0 = every reading as it is. */
  bucketMs: Type.Integer(),
  /** Epoch ms of each point: columns for the chart, not records. */
  at: Type.Array(Type.Integer()),
  min: Type.Array(Type.Number()),
  max: Type.Array(Type.Number()),
  mean: Type.Array(Type.Number()),
  /** Places of the points that a gap lies before: the device was silent for much longer than it should be. */
  gaps: Type.Array(Type.Integer()),
  /** Code -> label of a state metric. */
  labels: Type.Optional(Type.Record(Type.String(), Type.String())),
});
export type Series = Static<typeof Series>;

export const LatestValue = Type.Object({
  metric: Type.String(),
  at: Instant,
  value: Type.Number(),
  label: Type.Optional(Type.String()),
  quality: Type.Integer(),
});
export type LatestValue = Static<typeof LatestValue>;

const ConflictValue = Type.Object({ value: Type.Number(), label: Type.Optional(Type.String()) });

/** One instant of a metric that came with two values: the first stands, the other is kept beside it. */
export const ReadingConflict = Type.Object({
  id: Type.Integer(),
  metric: Type.String(),
  at: Instant,
  stored: ConflictValue,
  other: ConflictValue,
  firstReceivedAt: Instant,
  lastReceivedAt: Instant,
  /** How often the other value came, redeliveries with it. */
  seen: Type.Integer(),
});
export type ReadingConflict = Static<typeof ReadingConflict>;

export const TIMELINE_KINDS = [
  'alert',
  'work-order',
  'command',
  'device-event',
  'quality',
  'presence',
  'firmware',
  'baseline',
  'quarantine',
] as const;
export type TimelineKind = (typeof TIMELINE_KINDS)[number];

/** Everything that happened to a device, newest first. */
export const TimelineEntry = Type.Object({
  at: Instant,
  kind: Choice(TIMELINE_KINDS),
  id: Nullable(Type.Integer()),
  severity: Nullable(Type.String()),
  text: Text,
});
export type TimelineEntry = Static<typeof TimelineEntry>;

/** How many readings are stored in a span, to hold a sender's own count against. */
export const CountQuery = Type.Object({ from: Type.Optional(Instant), to: Type.Optional(Instant) });
export const ReadingCount = Type.Object({
  metric: Type.String(),
  readings: Type.Integer(),
  firstAt: Nullable(Instant),
  lastAt: Nullable(Instant),
});
export type ReadingCount = Static<typeof ReadingCount>;
