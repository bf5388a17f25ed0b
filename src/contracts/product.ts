// The product catalogue: what a product (model) measures, what it is built of and how it fails.
// Units are UCUM codes; failure modes, causes and remedies follow ISO 14224.
import { Type, type Static } from 'typebox';
import { CommandDefinition } from './command-catalogue.ts';
import { Text } from './text.ts';

/** A code of the coding system: lower case, digits, `-`, `_`, `.`; never reused. */
export const Code = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$' });

export const Metric = Type.Object({
  code: Code,
  name: Text,
  /** UCUM, for example `Cel`, `mm/s`, `{count}`; empty for states. */
  unit: Type.String({ maxLength: 24 }),
  kind: Type.Union([Type.Literal('gauge'), Type.Literal('counter'), Type.Literal('state'), Type.Literal('boolean')]),
  /** Outside of these a value is physically implausible: it is kept and marked. */
  plausibleMin: Type.Optional(Type.Number()),
  plausibleMax: Type.Optional(Type.Number()),
  /** The band a healthy unit stays in; drawn on charts, never used as an alarm by itself. */
  normalMin: Type.Optional(Type.Number()),
  normalMax: Type.Optional(Type.Number()),
  expectedIntervalS: Type.Number({ exclusiveMinimum: 0, maximum: 31_536_000 }),
  /** A gauge that holds exactly one value for longer is stuck; left out: its own habit decides. */
  stuckAfterS: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 31_536_000 })),
  /** Readings older than this are deleted; left out: what the product says. */
  retainDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 36_500 })),
  /** The smallest change an engineer would care about; the detector never calls less than this abnormal. */
  noticeable: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
});
export type Metric = Static<typeof Metric>;

/**
 * An early sign of a failure mode: the metric that moves, where to, and the value at which the unit has failed. `per`: the
 * metric that drives it (a load, a speed), which needs a normal band; the sign is then what the driver does not explain,
 * and `failsAt` is the value in the middle of the driver's band.
 */
export const Sign = Type.Object({
  metric: Code,
  direction: Type.Union([Type.Literal('up'), Type.Literal('down'), Type.Literal('either')]),
  failsAt: Type.Optional(Type.Number()),
  per: Type.Optional(Code),
});
export type Sign = Static<typeof Sign>;

export const FailureMode = Type.Object({
  code: Code,
  name: Text,
  signs: Type.Array(Sign),
  remedy: Text,
  /** The spare part of the planned fix, `null` when the fix takes none. */
  part: Type.Union([Code, Type.Null()]),
  labourHours: Type.Number({ minimum: 0, maximum: 1_000 }),
  people: Type.Integer({ minimum: 1, maximum: 100 }),
  remote: Type.Boolean(),
  /** How far ahead its signs show, hours: the horizon a prognosis of this mode speaks about. */
  horizonHours: Type.Number({ exclusiveMinimum: 0, maximum: 100_000 }),
  /** Unplanned cost = planned cost x this (expedited part, second visit) ... */
  unplannedFactor: Type.Number({ minimum: 1, maximum: 1_000 }),
  /** ... + this many hours of downtime at the contract's penalty. */
  unplannedDowntimeHours: Type.Number({ minimum: 0, maximum: 100_000 }),
});
export type FailureMode = Static<typeof FailureMode>;

export const Component = Type.Object({
  code: Code,
  name: Text,
  /** Weight of this component in the device's health, 0 to 1. */
  criticality: Type.Number({ minimum: 0, maximum: 1 }),
  failureModes: Type.Array(FailureMode),
});
export type Component = Static<typeof Component>;

export const Product = Type.Object({
  code: Code,
  name: Text,
  line: Code,
  lineName: Text,
  /** What kind of device it is, for example `mri`; decides the drawing and nothing else. */
  kind: Code,
  metrics: Type.Array(Metric),
  components: Type.Array(Component),
  /** The state metric that names the operating mode, when the product has one. */
  modeMetric: Type.Optional(Code),
  /** Readings older than this are deleted; null or left out: what the instance says (`STETHOS_RETAIN_DAYS`). */
  retainDays: Type.Optional(Type.Union([Type.Integer({ minimum: 1, maximum: 36_500 }), Type.Null()])),
  /** Remote commands its devices take; left out: those every device is expected to know. */
  commands: Type.Optional(Type.Array(CommandDefinition, { maxItems: 50 })),
});
export type Product = Static<typeof Product>;
