// Completeness of devices by day, counted from the daily rollups, so that what comes late raises it. Devices and counts
// are read apart: joined in SQL a planner that cannot know how many metrics a product has compares all with all.
import type { DayCompleteness } from '../../contracts/http/quality.ts';
import type { Product } from '../../contracts/product.ts';
import { DAY_MS, type EpochMs } from '../../contracts/time.ts';
import type { Queryable } from '../../db/database.ts';
import { completenessOf, type DayCount } from '../core/completeness.ts';

export interface CompletenessSpan {
  devices: readonly string[];
  /** Both included, `YYYY-MM-DD` (UTC). */
  firstDay: string;
  lastDay: string;
  nowMs: EpochMs;
}

interface DeviceRow {
  id: number;
  code: string;
  metrics: Product['metrics'];
  installed_at: Date;
  has_served: boolean;
}

const DEVICES = `
  SELECT d.id, d.code, p.definition->'metrics' AS metrics,
    coalesce(d.installed_on::timestamp AT TIME ZONE 'UTC', d.registered_at) AS installed_at,
    d.lifecycle IN ('in-service', 'out-of-service', 'decommissioned') AS has_served
  FROM device d JOIN product p ON p.code = d.product_code WHERE d.code = ANY ($1::text[]) ORDER BY d.code`;

/** All that a device has on a day in one row: a fleet's month is thousands of rows, not a hundred thousand. */
const COUNTS = `
  SELECT r.device_id, r.bucket, array_agg(k.code) AS metrics, array_agg(r.n::integer) AS counts
  FROM reading_daily r JOIN metric k ON k.id = r.metric_id
  WHERE r.device_id = ANY ($1::int4[]) AND r.bucket >= $2 AND r.bucket < $3 GROUP BY 1, 2`;

interface CountRow {
  device_id: number;
  bucket: Date;
  metrics: string[];
  counts: number[];
}

export async function readCompleteness(
  db: Queryable,
  { devices, firstDay, lastDay, nowMs }: CompletenessSpan,
): Promise<Map<string, DayCompleteness[]>> {
  const span = { firstMs: Date.parse(`${firstDay}T00:00:00Z`), lastMs: Date.parse(`${lastDay}T00:00:00Z`), nowMs };
  const owing = (await db.query<DeviceRow>(DEVICES, [devices])).rows;
  const ids = owing.map(({ id }) => id);
  const { rows } = await db.query<CountRow>(COUNTS, [ids, new Date(span.firstMs), new Date(span.lastMs + DAY_MS)]);
  const countsOf = new Map<number, DayCount[]>(ids.map((id) => [id, []]));
  for (const { device_id: id, bucket, metrics, counts } of rows) {
    const dayMs = bucket.getTime();
    countsOf.get(id)?.push(...metrics.map((metric, i) => ({ metric, dayMs, n: counts[i] as number })));
  }
  return new Map(
    owing.map(({ id, code, metrics, installed_at: installedAt, has_served: hasServed }) => [
      code,
      completenessOf({ installedAtMs: installedAt.getTime(), hasServed, metrics }, countsOf.get(id) ?? [], span),
    ]),
  );
}
