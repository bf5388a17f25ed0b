// Hours of devices in spans of time, by any of their dimensions: what their hour meter went on by where they have one and it
// told, else the time they were installed and in service. Hours are in thousandths.
import type { HoursBasis } from '../contracts/http/cost-comparison.ts';
import { type EpochMs, isoOf } from '../contracts/time.ts';
import type { Queryable } from '../db/database.ts';
import { counterDays } from './counter-days.ts';
import type { Condition } from './dimension-columns.ts';
import { DEVICES } from './maintenance-jobs.ts';

export interface TimeSpan {
  fromMs: EpochMs;
  toMs: EpochMs;
}

export interface DeviceHours {
  hoursMilli: bigint;
  devices: number;
  /** Devices among them whose hours their meter told. */
  metered: number;
}
export const NO_HOURS: DeviceHours = { hoursMilli: 0n, devices: 0, metered: 0 };

export type DeviceHoursRow = DeviceHours & {
  /** Index of the span. */
  span: number;
  values: (string | null)[];
};

export const basisOf = ({ devices, metered }: DeviceHours): HoursBasis =>
  metered === 0 ? 'installed' : metered === devices ? 'operating' : 'mixed';

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
  /** Columns of devices to group by. */
  columns: readonly string[];
  condition: (parametersBefore: number) => Condition;
  nowMs: EpochMs;
}

export async function readDeviceHours(
  db: Queryable,
  { spans, columns, condition, nowMs }: DeviceHoursQuestion,
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
    `${HOURS} SELECT (number - 1)::integer AS span, ARRAY[${columns.join(', ')}]::text[] AS keys,
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

export const addHours = (a: DeviceHours, b: DeviceHours): DeviceHours => ({
  hoursMilli: a.hoursMilli + b.hoursMilli,
  devices: a.devices + b.devices,
  metered: a.metered + b.metered,
});
