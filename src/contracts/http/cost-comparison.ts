// Two pivots held against each other, and their difference split into volume, mix and rate.
import { Type, type Static } from 'typebox';
import { Money } from '../money.ts';
import { Text } from '../text.ts';
import { Filter, PeriodRange, Summary, SummaryQuery } from './costs.ts';
import { Choice, Nullable } from './page.ts';

/** What cost is counted by: finished jobs, hours of work, devices in service, their hours, and counters of telemetry. */
export const VOLUME_UNITS = ['jobs', 'hours', 'devices', 'device-hours', 'scans', 'exposures', 'treatments'] as const;
export type VolumeUnit = (typeof VOLUME_UNITS)[number];

export const ComparisonQuery = Type.Interface([SummaryQuery], {
  against: PeriodRange,
  /** Filter of the side before; that of the side after when absent, none when empty. */
  againstFilter: Type.Optional(Filter),
  /** Asks for the split, in this unit of volume. */
  volume: Type.Optional(Choice(VOLUME_UNITS)),
});
export type ComparisonQuery = Static<typeof ComparisonQuery>;

/** `n`: the jobs or devices it was measured on. A quantity nobody measured is null, never zero. */
export const Volume = Type.Object({ quantity: Nullable(Type.Number()), n: Type.Integer() });
export type Volume = Static<typeof Volume>;

/**
 * What hours of devices are known from: their hour meter or a state that says they run; the time they were heard of; the time
 * since installation.
 */
export const HOURS_SOURCES = ['operating', 'heard', 'installed'] as const;
export type HoursSource = (typeof HOURS_SOURCES)[number];
export const HOURS_BASES = [...HOURS_SOURCES, 'mixed'] as const;
export type HoursBasis = (typeof HOURS_BASES)[number];

const effects = {
  difference: Money,
  /** As if everything had grown alike. */
  volume: Money,
  /** From dearer groups growing more than cheaper ones, or the other way; new and gone groups. */
  mix: Money,
  /** From a unit costing more or less than before. */
  rate: Money,
};

export const VarianceGroup = Type.Object({
  keys: Type.Record(Type.String(), Nullable(Type.String())),
  labels: Type.Record(Type.String(), Text),
  before: Money,
  after: Money,
  ...effects,
  beforeVolume: Volume,
  afterVolume: Volume,
  /** Cost of a unit; null without volume. */
  beforeRate: Nullable(Money),
  afterRate: Nullable(Money),
  /** Of all differences without their sign, what this group and those before it make up; 0 to 1. */
  cumulativeShare: Type.Number(),
});
export type VarianceGroup = Static<typeof VarianceGroup>;

/** volume + mix + rate = difference, in every group and in the whole; the groups add up to the whole. */
export const VarianceSplit = Type.Object({
  unit: Choice(VOLUME_UNITS),
  /** How hours of devices were counted; null in other units. */
  basis: Nullable(Choice(HOURS_BASES)),
  before: Volume,
  after: Volume,
  ...effects,
  /** Cost of groups that have no volume on either side: it is held against the whole volume. */
  withoutVolume: Type.Object({ groups: Type.Integer(), before: Money, after: Money }),
  /** The biggest movers first. */
  groups: Type.Array(VarianceGroup),
});
export type VarianceSplit = Static<typeof VarianceSplit>;

export const Comparison = Type.Object({ before: Summary, after: Summary, split: Type.Optional(VarianceSplit) });
export type Comparison = Static<typeof Comparison>;
