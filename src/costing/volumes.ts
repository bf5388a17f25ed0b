// Volumes that cost is held against, by the dimensions of a pivot: finished jobs, hours of work, devices, their hours, and
// what their counters went on by. Quantities are whole thousandths.
import type { Scope } from '../contracts/access.ts';
import { DIMENSIONS, type Dimension } from '../contracts/costs.ts';
import type { HoursBasis, VolumeUnit } from '../contracts/http/cost-comparison.ts';
import { boundsOf, type EpochMs, isoOf } from '../contracts/time.ts';
import type { Queryable } from '../db/database.ts';
import type { DimensionFilters, PeriodSpan } from './core/cost-query.ts';
import type { ValueMappings } from './core/value-mapping.ts';
import { counterDays } from './counter-days.ts';
import { countHours, readDeviceHours } from './device-hours.ts';
import { type Condition, conditionOf } from './dimension-columns.ts';
import { columnsOf, devicesBefore, isOfDevices, JOBS, keyOfPosted } from './maintenance-jobs.ts';

export interface MeasuredVolume {
  quantityMilli: bigint;
  /** Jobs or devices it was measured on. */
  n: number;
}
export const NO_VOLUME: MeasuredVolume = { quantityMilli: 0n, n: 0 };

export interface VolumeQuestion {
  unit: VolumeUnit;
  by: readonly Dimension[];
  span: PeriodSpan;
  filters: DimensionFilters;
  scope: Scope;
  mappings: ValueMappings;
  nowMs: EpochMs;
}

export interface VolumesRead {
  total: MeasuredVolume;
  basis: HoursBasis | null;
  /** Of a group of the pivot: dimensions that the unit has not (elements of the same jobs) share one volume. */
  of(keys: Readonly<Record<string, string | null>>): MeasuredVolume;
}

type VolumeRow = MeasuredVolume & { values: (string | null)[] };

/** Dimensions of cost alone: neither jobs nor devices are divided by them. */
const NEVER: readonly Dimension[] = ['element', 'pool', 'period'];
const COUNTERS = { scans: 'scan_count', exposures: 'exposures', treatments: 'treatments' } as const;

const knows = (unit: VolumeUnit, dimension: Dimension): boolean =>
  !NEVER.includes(dimension) && (unit === 'jobs' || unit === 'hours' || isOfDevices(dimension));

/** A filter by month narrows the span; `null` when nothing is left of it. */
function spanWithin({ from, to }: PeriodSpan, period: string | undefined): PeriodSpan | null {
  if (period === undefined) return { from, to };
  return period >= from && period <= to ? { from: period, to: period } : null;
}

interface Asked {
  db: Queryable;
  span: PeriodSpan;
  by: readonly Dimension[];
  condition: (parametersBefore: number) => Condition;
  nowMs: EpochMs;
}

async function rowsOf(asked: Asked, select: string, parameters: readonly string[]): Promise<VolumeRow[]> {
  const { sql, values } = asked.condition(parameters.length);
  const { rows } = await asked.db.query<{ keys: (string | null)[]; quantity: bigint; n: number }>(
    `SELECT ${columnsOf(asked.by)} AS keys, ${select} ${sql} GROUP BY 1`,
    [...parameters, ...values],
  );
  return rows.map(({ keys, quantity, n }) => ({ values: keys, quantityMilli: quantity, n }));
}

const instantsOf = ({ from, to }: PeriodSpan): [string, string] => [
  isoOf(boundsOf(from).fromMs),
  isoOf(boundsOf(to).toMs),
];

const readJobs = (asked: Asked): Promise<VolumeRow[]> =>
  rowsOf(
    asked,
    `count(*) * 1000 AS quantity, count(*)::integer AS n FROM ${JOBS} WHERE completed_at >= $1 AND completed_at < $2`,
    instantsOf(asked.span),
  );

const readHours = (asked: Asked): Promise<VolumeRow[]> =>
  rowsOf(
    asked,
    `sum(quantity_milli)::bigint AS quantity, count(DISTINCT work_order_id)::integer AS n FROM cost_fact
     WHERE period BETWEEN $1 AND $2 AND pool IS NULL AND source_type = 'labour'`,
    [asked.span.from, asked.span.to],
  );

/** In service on the span's last day, or now. */
const readDevices = (asked: Asked): Promise<VolumeRow[]> =>
  rowsOf(
    asked,
    `count(*) * 1000 AS quantity, count(*)::integer AS n FROM ${devicesBefore('$1::timestamptz')}
     WHERE lifecycle = 'in-service' AND (installed_on IS NULL OR installed_on < $1::timestamptz)`,
    [isoOf(Math.min(asked.nowMs, boundsOf(asked.span.to).toMs))],
  );

/** Each day counts to where the device was then. */
const readCounter = (asked: Asked, metric: string): Promise<VolumeRow[]> =>
  rowsOf(
    asked,
    `round(sum(moved.quantity) * 1000)::bigint AS quantity, count(DISTINCT moved.device_id)::integer AS n
     FROM (SELECT *, (bucket AT TIME ZONE 'UTC')::date AS on_day
           FROM (${counterDays('metric_id = (SELECT id FROM metric WHERE code = $3)', '$1::timestamptz', '$2::timestamptz')}) day) moved
     JOIN device_stretch device ON device.device_id = moved.device_id AND from_on <= on_day AND to_on > on_day
     WHERE lifecycle = 'in-service'`,
    [...instantsOf(asked.span), metric],
  );

async function readHoursOfDevices(asked: Asked): Promise<{ rows: VolumeRow[]; basis: HoursBasis }> {
  const { db, span, by, condition, nowMs } = asked;
  const spans = [{ fromMs: boundsOf(span.from).fromMs, toMs: boundsOf(span.to).toMs }];
  const rows = await readDeviceHours(db, { spans, by, condition, nowMs });
  return {
    rows: rows.map(({ values, hoursMilli, devices }) => ({ values, quantityMilli: hoursMilli, n: devices })),
    basis: countHours(rows).basis,
  };
}

async function readRows(unit: VolumeUnit, asked: Asked): Promise<{ rows: VolumeRow[]; basis: HoursBasis | null }> {
  switch (unit) {
    case 'jobs':
      return { rows: await readJobs(asked), basis: null };
    case 'hours':
      return { rows: await readHours(asked), basis: null };
    case 'devices':
      return { rows: await readDevices(asked), basis: null };
    case 'device-hours':
      return readHoursOfDevices(asked);
    case 'scans':
    case 'exposures':
    case 'treatments':
      return { rows: await readCounter(asked, COUNTERS[unit]), basis: null };
  }
}

const add = (a: MeasuredVolume, b: MeasuredVolume): MeasuredVolume => ({
  quantityMilli: a.quantityMilli + b.quantityMilli,
  n: a.n + b.n,
});

export async function readVolumes(db: Queryable, question: VolumeQuestion): Promise<VolumesRead> {
  const { unit, by, filters, scope, mappings, nowMs } = question;
  const known = DIMENSIONS.filter((dimension) => knows(unit, dimension));
  const grouped = by.filter((dimension) => known.includes(dimension));
  const own = Object.fromEntries(known.flatMap((name) => (filters[name] === undefined ? [] : [[name, filters[name]]])));
  const span = spanWithin(question.span, filters.period);
  const { rows, basis } = span
    ? await readRows(unit, {
        db,
        span,
        by: grouped,
        condition: (before) => conditionOf(own, scope, before, mappings),
        nowMs,
      })
    : { rows: [], basis: null };
  const groups = new Map<string, MeasuredVolume>();
  for (const { values, ...volume } of rows) {
    const key = keyOfPosted(grouped, values, mappings);
    groups.set(key, add(groups.get(key) ?? NO_VOLUME, volume));
  }
  return {
    total: [...groups.values()].reduce(add, NO_VOLUME),
    basis,
    of: (keys) => groups.get(JSON.stringify(grouped.map((dimension) => keys[dimension] ?? null))) ?? NO_VOLUME,
  };
}
