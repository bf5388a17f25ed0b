// How complete the data of a device is on a day: readings received of those its metrics' intervals make one expect while
// it was in service. Counted from the daily rollups, so that what comes late raises it.
import type { DayCompleteness } from '../../contracts/http/quality.ts';
import { dayOf } from '../../contracts/time.ts';
import type { Queryable } from '../../db/database.ts';

export interface CompletenessSpan {
  devices: readonly string[];
  /** Both included, `YYYY-MM-DD` (UTC). */
  firstDay: string;
  lastDay: string;
  nowMs: number;
}

interface Row {
  device: string;
  day: Date;
  expected: number;
  received: number;
}

/**
 * Every day of the span for every device, in order. In service from the installation, else the registration, or the
 * first reading in the span when that is earlier; the day that runs counts up to now. A metric counts at most what was
 * expected of it, so that one that speaks too often does not hide one that is silent.
 */
const DAYS = `
  WITH wanted AS (
    SELECT d.id, d.code, p.definition->'metrics' AS metrics,
      coalesce(d.installed_on::timestamp AT TIME ZONE 'UTC', d.registered_at) AS installed_at,
      d.lifecycle IN ('in-service', 'out-of-service', 'decommissioned') AS has_served
    FROM device d JOIN product p ON p.code = d.product_code WHERE d.code = ANY ($1::text[])
  ), counted AS (
    SELECT r.device_id, k.code AS metric, r.bucket, r.n FROM reading_daily r JOIN metric k ON k.id = r.metric_id
    WHERE r.device_id = ANY (SELECT id FROM wanted) AND r.bucket >= $2::timestamptz
      AND r.bucket < $3::timestamptz + INTERVAL '1 day'
  ), begun AS (
    SELECT w.*, least(w.installed_at, (
      SELECT min(c.bucket) FROM counted c WHERE c.device_id = w.id AND c.bucket + INTERVAL '1 day' <= w.installed_at
    )) AS begins_at FROM wanted w
  ), owed AS (
    SELECT b.id, b.code, m->>'code' AS metric, day,
      CASE WHEN b.has_served THEN floor(greatest(0, extract(epoch FROM
        least(day + INTERVAL '1 day', $4::timestamptz) - greatest(day, b.begins_at)))
        / (m->>'expectedIntervalS')::double precision) ELSE 0 END AS expected
    FROM begun b
    CROSS JOIN generate_series($2::timestamptz, $3::timestamptz, INTERVAL '1 day') AS day
    LEFT JOIN LATERAL jsonb_array_elements(b.metrics) m ON true
  )
  SELECT o.code AS device, o.day, coalesce(sum(o.expected), 0)::double precision AS expected,
    coalesce(sum(least(o.expected, coalesce(c.n, 0))), 0)::double precision AS received
  FROM owed o LEFT JOIN counted c ON c.device_id = o.id AND c.metric = o.metric AND c.bucket = o.day
  GROUP BY o.code, o.day ORDER BY o.code, o.day`;

export async function readCompleteness(
  db: Queryable,
  { devices, firstDay, lastDay, nowMs }: CompletenessSpan,
): Promise<Map<string, DayCompleteness[]>> {
  const utc = (day: string): string => `${day}T00:00:00Z`;
  const { rows } = await db.query<Row>(DAYS, [devices, utc(firstDay), utc(lastDay), new Date(nowMs)]);
  const byDevice = new Map<string, DayCompleteness[]>();
  for (const { device, day, expected, received } of rows) {
    const days = byDevice.get(device) ?? [];
    days.push({ day: dayOf(day.getTime()), expected, received, share: expected === 0 ? null : received / expected });
    byDevice.set(device, days);
  }
  return byDevice;
}
