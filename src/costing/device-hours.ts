// Hours of devices in spans of time, by any of their dimensions: what their hour meter went on by where they have one and it
// told, else the time they were installed and in service. Hours are in thousandths.
import type { Dimension } from '../contracts/costs.ts';
import type { HoursBasis } from '../contracts/http/cost-comparison.ts';
import { type EpochMs, isoOf } from '../contracts/time.ts';
import type { Queryable } from '../db/database.ts';
import { counterDays } from './counter-days.ts';
import type { Condition } from './dimension-columns.ts';
import { columnsOf, DEVICES } from './maintenance-jobs.ts';

export interface TimeSpan {
  fromMs: EpochMs;
  toMs: EpochMs;
}

export interface DeviceHoursRow {
  /** Index of the span. */
  span: number;
  values: (string | null)[];
  hoursMilli: bigint;
  devices: number;
  /** Devices among them whose hours their meter told. */
  metered: number;
}

export const basisOfBoth = (a: HoursBasis | null, b: HoursBasis | null): HoursBasis | null =>
  a === null || b === null ? (a ?? b) : a === b ? a : 'mixed';

/** Counters that count hours, whatever they are called. */
const HOUR_METERS = `metric_id IN (SELECT k.id FROM metric k JOIN (
    SELECT m->>'code' AS code FROM product, jsonb_array_elements(definition->'metrics') m
    WHERE m->>'kind' = 'counter' AND m->>'unit' = 'h') meter USING (code))`;

/** Several meters of a device: the one that went furthest. A meter cannot outrun the clock. */
const HOURS = `
  WITH span AS (SELECT * FROM unnest($1::timestamptz[], $2::timestamptz[]) WITH ORDINALITY AS s(from_at, to_at, number)),
  metered AS (
    SELECT number, device_id, max(hours) AS hours
    FROM (SELECT span.number, day.device_id, sum(quantity)::numeric AS hours
          FROM span JOIN (${counterDays(HOUR_METERS, '$3::timestamptz', '$4::timestamptz')}) day
            ON day.bucket >= span.from_at AND day.bucket < span.to_at
          GROUP BY span.number, day.device_id, day.metric_id) meter
    GROUP BY number, device_id),
  counted AS (
    SELECT span.number, device.*, metered.hours AS metered,
      extract(epoch FROM to_at - greatest(from_at, coalesce(installed_on::timestamptz, from_at))) / 3600 AS installed
    FROM span JOIN ${DEVICES} ON installed_on IS NULL OR installed_on::timestamptz < to_at
    LEFT JOIN metered ON metered.number = span.number AND metered.device_id = device.id
    WHERE lifecycle = 'in-service' AND to_at > from_at)`;

export interface DeviceHoursQuestion {
  spans: readonly TimeSpan[];
  /** Dimensions of devices. */
  by: readonly Dimension[];
  condition: (parametersBefore: number) => Condition;
  nowMs: EpochMs;
}

export async function readDeviceHours(
  db: Queryable,
  { spans, by, condition, nowMs }: DeviceHoursQuestion,
): Promise<DeviceHoursRow[]> {
  // What is to come is nobody's hour yet.
  const ends = spans.map(({ fromMs, toMs }) => Math.max(fromMs, Math.min(toMs, nowMs)));
  const starts = spans.map(({ fromMs }) => fromMs);
  if (spans.length === 0) return [];
  const { sql, values } = condition(4);
  const { rows } = await db.query<{
    span: number;
    hours: bigint;
    devices: number;
    metered: number;
    keys: (string | null)[];
  }>(
    `${HOURS} SELECT (number - 1)::integer AS span, ${columnsOf(by)} AS keys,
       round(sum(least(coalesce(metered, installed), installed)) * 1000)::bigint AS hours,
       count(*)::integer AS devices, count(metered)::integer AS metered
     FROM counted WHERE true ${sql} GROUP BY 1, 2`,
    [starts.map(isoOf), ends.map(isoOf), isoOf(Math.min(...starts)), isoOf(Math.max(...ends)), ...values],
  );
  return rows.map(({ span, keys, hours, devices, metered }) => ({
    span,
    values: keys,
    hoursMilli: hours,
    devices,
    metered,
  }));
}

export interface CountedHours {
  hoursMilli: bigint;
  basis: HoursBasis;
  /** The most devices in any span. */
  devices: number;
}

export function countHours(rows: readonly DeviceHoursRow[]): CountedHours {
  const devices = new Map<number, number>();
  for (const row of rows) devices.set(row.span, (devices.get(row.span) ?? 0) + row.devices);
  const [all, metered] = [rows.reduce((n, row) => n + row.devices, 0), rows.reduce((n, row) => n + row.metered, 0)];
  return {
    hoursMilli: rows.reduce((sum, { hoursMilli }) => sum + hoursMilli, 0n),
    basis: metered === 0 ? 'installed' : metered === all ? 'operating' : 'mixed',
    devices: Math.max(0, ...devices.values()),
  };
}
