// Names that devices use and their products do not have, read back. A name that the product has taken up since is no
// longer one of them.
import type { Scope } from '../contracts/access.ts';
import { keyOf, limitOf, pageOf } from '../contracts/http/cursor.ts';
import type { Page } from '../contracts/http/page.ts';
import type { FleetUnknownMetric, UnknownMetric, UnknownMetricQuery } from '../contracts/http/unknown-metrics.ts';
import { Problem } from '../contracts/problems.ts';
import { DAY_MS, type EpochMs, isoOf } from '../contracts/time.ts';
import type { Queryable } from '../db/database.ts';
import type { DeviceLookup } from './ports.ts';

interface Row {
  metric: string;
  problem: UnknownMetric['problem'];
  unit: string;
  first_at: Date;
  measured_at: Date | null;
  value: number | null;
  label: string | null;
  readings: bigint;
}

/** By name; as many as a device has room for. */
export async function readUnknownMetrics(
  db: Queryable,
  devices: DeviceLookup,
  device: string,
  nowMs: EpochMs,
): Promise<UnknownMetric[]> {
  const facts = await devices.load(device);
  if (!facts) throw new Problem('not-found', `There is no device ${device}`);
  const { rows } = await db.query<Row>(
    `SELECT o.metric, o.problem, o.unit, o.first_at, l.measured_at, l.value, s.label,
       (SELECT count(*) FROM reading r
        WHERE r.device_id = o.device_id AND r.metric_id = m.id AND r.measured_at >= $2) AS readings
     FROM own_metric o
     LEFT JOIN metric m ON m.code = o.metric
     LEFT JOIN LATERAL (
       SELECT measured_at, value FROM reading r
       WHERE r.device_id = o.device_id AND r.metric_id = m.id ORDER BY measured_at DESC LIMIT 1
     ) l ON true
     LEFT JOIN metric_state s ON s.metric_id = m.id AND s.code = l.value
     WHERE o.device_id = $1 ORDER BY o.metric`,
    [facts.id, new Date(nowMs - DAY_MS)],
  );
  return rows
    .filter(({ metric, problem }) => problem !== 'unknown' || !facts.metrics.has(metric))
    .map((row) => ({
      metric: row.metric,
      problem: row.problem,
      unit: row.unit,
      firstAt: isoOf(row.first_at.getTime()),
      lastAt: row.measured_at && isoOf(row.measured_at.getTime()),
      value: row.value,
      ...(row.label === null ? {} : { label: row.label }),
      readingsLastDay: Number(row.readings),
    }));
}

interface FleetRow {
  product: string;
  metric: string;
  problem: UnknownMetric['problem'];
  devices: number;
  example: string;
  first_at: Date;
}

/** By product and name. */
export async function readFleetUnknownMetrics(
  db: Queryable,
  query: UnknownMetricQuery,
  scope: Scope,
): Promise<Page<FleetUnknownMetric>> {
  const limit = limitOf(query);
  const [product, metric, problem] = keyOf(query, 'code', 'code', 'code') ?? [null, null, null];
  const { rows } = await db.query<FleetRow>(
    `SELECT d.product_code AS product, o.metric, o.problem, count(*)::integer AS devices, min(d.code) AS example,
       min(o.first_at) AS first_at
     FROM own_metric o
     JOIN device d ON d.id = o.device_id
     JOIN station s ON s.code = d.station_code
     JOIN product p ON p.code = d.product_code
     WHERE ($1::text[] IS NULL OR s.region_code = ANY ($1)) AND ($2::text[] IS NULL OR d.customer_code = ANY ($2))
       AND ($3::text IS NULL OR d.product_code = $3)
       AND ($4::text IS NULL OR (d.product_code, o.metric, o.problem) > ($4, $5, $6))
       AND (o.problem <> 'unknown' OR NOT jsonb_path_exists(
         p.definition, '$.metrics[*] ? (@.code == $code)', jsonb_build_object('code', o.metric)))
     GROUP BY d.product_code, o.metric, o.problem ORDER BY d.product_code, o.metric, o.problem LIMIT $7`,
    [scope.regions, scope.customers, query.product ?? null, product, metric, problem, limit + 1],
  );
  const key = (row: FleetRow): string[] => [row.product, row.metric, row.problem];
  return pageOf(rows, limit, key, ({ example, first_at, ...same }) => ({
    ...same,
    exampleDevice: example,
    firstAt: isoOf(first_at.getTime()),
  }));
}
