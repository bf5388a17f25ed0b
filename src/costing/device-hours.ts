// Hours of devices in spans of time, by any of their dimensions: what their hour meter went on by where they have one and it
// told; else how long a state said they ran, or how long they were heard of; else the time they were installed and in service.
// Each is told apart. Devices are where they were on the last day of a span. Hours are in thousandths.
import type { Dimension } from '../contracts/costs.ts';
import { type HoursBasis, type HoursSource } from '../contracts/http/cost-comparison.ts';
import type { Product } from '../contracts/product.ts';
import { type EpochMs, isoOf } from '../contracts/time.ts';
import type { Queryable } from '../db/database.ts';
import { hourSources } from './core/hour-sources.ts';
import { counterDays } from './counter-days.ts';
import type { Condition } from './dimension-columns.ts';
import { columnsOf, devicesBefore } from './maintenance-jobs.ts';

export interface TimeSpan {
  fromMs: EpochMs;
  toMs: EpochMs;
}

/** Devices of a span and group whose hours are known the same way. */
export interface DeviceHoursRow {
  /** Index of the span. */
  span: number;
  values: (string | null)[];
  source: HoursSource;
  hoursMilli: bigint;
  devices: number;
}

export const basisOfBoth = (a: HoursBasis | null, b: HoursBasis | null): HoursBasis | null =>
  a === null || b === null ? (a ?? b) : a === b ? a : 'mixed';

/** What the hours are known from, with the numbers that metrics have here. */
async function readSources(db: Queryable) {
  const products = await db.query<{ product: string; metrics: Product['metrics'] }>(
    `SELECT code AS product, definition->'metrics' AS metrics FROM product ORDER BY code`,
  );
  const { meters, references } = hourSources(products.rows);
  const codes = [...new Set([...meters, ...references.map(({ metric }) => metric)])];
  const { rows } = await db.query<{ id: number; code: string }>('SELECT id, code FROM metric WHERE code = ANY ($1)', [
    codes,
  ]);
  const idOf = new Map(rows.map(({ id, code }) => [code, id]));
  // A metric without a number was never told of.
  const known = references.flatMap((each) => {
    const id = idOf.get(each.metric);
    return id === undefined ? [] : [{ ...each, id }];
  });
  return {
    meterIds: meters.flatMap((code) => idOf.get(code) ?? []),
    referenceIds: [...new Set(known.map(({ id }) => id))],
    references: JSON.stringify(
      known.map(({ product, id, intervalS, isRunning }) => ({
        product,
        id,
        interval_s: intervalS,
        is_running: isRunning,
      })),
    ),
  };
}

/**
 * Several meters of a device: the one that went furthest. No source can outrun the clock. Numbers of metrics are parameters, so that
 * rollups are looked up by them, and once, whatever the number of spans.
 */
const HOURS = `
  WITH span AS (SELECT * FROM unnest($1::timestamptz[], $2::timestamptz[]) WITH ORDINALITY AS s(from_at, to_at, number)),
  meter_day AS MATERIALIZED (${counterDays('metric_id = ANY ($5::integer[])', '$3::timestamptz', '$4::timestamptz')}),
  told_day AS MATERIALIZED (SELECT device_id, metric_id, bucket, n, mean FROM reading_daily
    WHERE metric_id = ANY ($6::integer[]) AND bucket >= $3::timestamptz AND bucket < $4::timestamptz),
  metered AS (
    SELECT number, device_id, max(hours) AS hours
    FROM (SELECT span.number, day.device_id, sum(quantity)::numeric AS hours
          FROM span JOIN meter_day day
            ON day.bucket >= span.from_at AND day.bucket < span.to_at
          GROUP BY span.number, day.device_id, day.metric_id) meter
    GROUP BY number, device_id),
  told AS (
    SELECT span.number, day.device_id, day.metric_id, reference.product, reference.is_running,
      sum(least(day.n * reference.interval_s / 3600, 24) * CASE WHEN is_running THEN greatest(0, least(1, mean)) ELSE 1 END)::numeric
        AS hours
    FROM span JOIN told_day day ON day.bucket >= span.from_at AND day.bucket < span.to_at
    JOIN jsonb_to_recordset($7::jsonb) AS reference(product text, id integer, interval_s float8, is_running boolean)
      ON reference.id = day.metric_id
    GROUP BY 1, 2, 3, 4, 5),
  counted AS (
    SELECT span.number, device.*, metered.hours AS metered, told.hours AS told, told.is_running,
      extract(epoch FROM to_at - greatest(from_at, coalesce(installed_on::timestamptz, from_at))) / 3600 AS installed
    FROM span CROSS JOIN LATERAL ${devicesBefore('span.to_at')}
    LEFT JOIN metered ON metered.number = span.number AND metered.device_id = device.id
    LEFT JOIN told ON told.number = span.number AND told.device_id = device.id AND told.product = device.product
    WHERE lifecycle = 'in-service' AND (installed_on IS NULL OR installed_on::timestamptz < to_at) AND to_at > from_at)`;

const SOURCE = `CASE WHEN metered IS NOT NULL OR (told IS NOT NULL AND is_running) THEN 'operating'
  WHEN told IS NOT NULL THEN 'heard' ELSE 'installed' END`;

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
  const { meterIds, referenceIds, references } = await readSources(db);
  const span = [starts.map(isoOf), ends.map(isoOf), isoOf(Math.min(...starts)), isoOf(Math.max(...ends))];
  const { sql, values } = condition(7);
  const { rows } = await db.query<{
    span: number;
    hours: bigint;
    devices: number;
    source: HoursSource;
    keys: (string | null)[];
  }>(
    `${HOURS} SELECT (number - 1)::integer AS span, ${columnsOf(by)} AS keys, ${SOURCE} AS source,
       round(sum(least(coalesce(metered, told, installed), installed)) * 1000)::bigint AS hours, count(*)::integer AS devices
     FROM counted WHERE true ${sql} GROUP BY 1, 2, 3`,
    [...span, meterIds, referenceIds, references, ...values],
  );
  return rows.map(({ span: index, keys, source, hours, devices }) => ({
    span: index,
    values: keys,
    source,
    hoursMilli: hours,
    devices,
  }));
}

export interface CountedHours {
  hoursMilli: bigint;
  basis: HoursBasis;
  bySource: Record<HoursSource, bigint>;
  /** The most devices in any span. */
  devices: number;
}

export function countHours(rows: readonly DeviceHoursRow[]): CountedHours {
  const devices = new Map<number, number>();
  const bySource: Record<HoursSource, bigint> = { operating: 0n, heard: 0n, installed: 0n };
  for (const row of rows) {
    devices.set(row.span, (devices.get(row.span) ?? 0) + row.devices);
    bySource[row.source] += row.hoursMilli;
  }
  const sources = [...new Set(rows.map(({ source }) => source))];
  return {
    hoursMilli: rows.reduce((sum, { hoursMilli }) => sum + hoursMilli, 0n),
    basis: sources.length > 1 ? 'mixed' : (sources[0] ?? 'installed'),
    bySource,
    devices: Math.max(0, ...devices.values()),
  };
}
