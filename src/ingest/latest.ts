// The last value of every metric: of one device, exactly, by a look into the newest readings; of the whole fleet, from
// the table that keeps them.
import type { Scope } from '../contracts/access.ts';
import type { LatestValue } from '../contracts/http/devices.ts';
import { type FleetLatestQuery, type FleetLatestValues, MAX_FLEET_DEVICES } from '../contracts/http/fleet-latest.ts';
import { Problem } from '../contracts/problems.ts';
import { isoOf } from '../contracts/time.ts';
import type { Queryable } from '../db/database.ts';
import type { DeviceLookup } from './ports.ts';

interface Row {
  metric: string;
  measured_at: Date;
  value: number;
  label: string | null;
  quality: number;
}

/** By metric code; also metrics the product does not name. */
export async function readLatest(db: Queryable, devices: DeviceLookup, device: string): Promise<LatestValue[]> {
  const facts = await devices.load(device);
  if (!facts) throw new Problem('not-found', `There is no device ${device}`);
  const { rows } = await db.prepared<Row>(
    'latest-of-device',
    `SELECT m.code AS metric, x.measured_at, x.value, x.quality, s.label
     FROM metric m
     LEFT JOIN reading_latest l ON l.device_id = $1 AND l.metric_id = m.id
     CROSS JOIN LATERAL (
       (SELECT measured_at, value, quality FROM reading r
        WHERE r.device_id = $1 AND r.metric_id = m.id
          AND r.measured_at >= coalesce(l.measured_at, (SELECT rolled_to FROM reading_rollup_state))
        ORDER BY measured_at DESC LIMIT 1)
       UNION ALL SELECT l.measured_at, l.value, l.quality WHERE l.measured_at IS NOT NULL
       ORDER BY measured_at DESC LIMIT 1
     ) x
     LEFT JOIN metric_state s ON s.metric_id = m.id AND s.code = x.value
     ORDER BY m.code`,
    [facts.id],
  );
  return rows.map(({ metric, measured_at, value, label, quality }) => ({
    metric,
    at: isoOf(measured_at.getTime()),
    value,
    ...(label !== null && facts.metrics.get(metric)?.kind === 'state' ? { label } : {}),
    quality,
  }));
}

/** As JSON, made by the database: a row for each of a hundred thousand values would take ten times as long to read. */
const FLEET = `WITH seen AS (
    SELECT d.id, d.code, row_number() OVER (ORDER BY d.code) - 1 AS n
    FROM device d JOIN customer c ON c.code = d.customer_code JOIN station s ON s.code = d.station_code
    WHERE ($1::text[] IS NULL OR s.region_code = ANY ($1)) AND ($2::text[] IS NULL OR d.customer_code = ANY ($2))
      AND ($3::text IS NULL OR d.product_code = $3) AND d.code > $4
    ORDER BY d.code LIMIT $5
  )
  SELECT (SELECT coalesce(json_agg(code ORDER BY n), '[]') FROM seen) AS devices, (
    SELECT coalesce(json_agg(col ORDER BY metric), '[]') FROM (
      SELECT m.code AS metric, json_build_object('metric', m.code, 'device', json_agg(seen.n),
        'at', json_agg(round(date_part('epoch', l.measured_at) * 1000)::bigint), 'value', json_agg(l.value),
        'quality', json_agg(l.quality), 'labels',
        (SELECT json_object_agg(code, label) FROM metric_state WHERE metric_id = m.id)) AS col
      FROM reading_latest l JOIN metric m ON m.id = l.metric_id JOIN seen ON seen.id = l.device_id
      WHERE $6::text[] IS NULL OR m.code = ANY ($6)
      GROUP BY m.id, m.code
    ) by_metric
  ) AS metrics`;

/** In pages of whole devices, by id. */
export async function readFleetLatest(
  db: Queryable,
  { metric, product, cursor, limit = MAX_FLEET_DEVICES }: FleetLatestQuery,
  { regions, customers }: Scope,
): Promise<FleetLatestValues> {
  const { rows } = await db.prepared<Omit<FleetLatestValues, 'next'>>('latest-of-fleet', FLEET, [
    regions,
    customers,
    product ?? null,
    cursor ?? '',
    limit,
    metric ?? null,
  ]);
  const { devices, metrics } = rows[0] ?? { devices: [], metrics: [] };
  return { devices, metrics, next: devices.length < limit ? null : (devices.at(-1) ?? null) };
}
