// Health and prognoses of a device as the API shows them. Old health is unknown health: silence is no good news.
import type { Contributor, Health, Prognosis, PrognosisQuery } from '../contracts/http/devices.ts';
import type { Page } from '../contracts/http/page.ts';
import { statusOf } from '../contracts/health.ts';
import { Problem } from '../contracts/problems.ts';
import type { Product } from '../contracts/product.ts';
import type { Clock } from '../contracts/time.ts';
import type { Queryable } from '../db/database.ts';
import { probabilityOf, rulOf } from './alert-rows.ts';
import { SETTINGS } from './core/settings.ts';
import { keyOf, limitOf, pageOf } from '../contracts/http/cursor.ts';

export interface HealthReads {
  health(device: string): Promise<Health>;
  prognoses(device: string, query: PrognosisQuery): Promise<Page<Prognosis>>;
}

/** Points of the course that are told: of the device, and of each component. */
const TREND_POINTS = 500;
const COMPONENT_TREND_POINTS = 120;

/** No more rows than components times models. */
const LATEST = `
  SELECT * FROM (
    SELECT DISTINCT ON (component, model) * FROM prognosis WHERE device_id = $1 AND NOT is_shadow
    ORDER BY component, model, made_at DESC, id DESC
  ) p ORDER BY made_at DESC, id DESC`;

interface DeviceRow {
  id: number;
  product: Product;
  heard_at: Date | null;
}

interface HealthRow {
  component: string;
  at: Date;
  health: number | null;
  contributors: Contributor[];
}

export function createHealthReads(db: Queryable, clock: Clock): HealthReads {
  return {
    async health(code) {
      const device = await deviceOf(db, code);
      const { rows } = await db.query<HealthRow>(
        'SELECT component, at, health, contributors FROM device_health WHERE device_id = $1',
        [device.id],
      );
      const isStale = device.heard_at === null || clock.now() - device.heard_at.getTime() > SETTINGS.staleMs;
      const viewOf = (row: HealthRow | undefined) => {
        const health = isStale ? null : (row?.health ?? null);
        return { health, status: statusOf(health), at: row?.at.toISOString() ?? null };
      };
      const trends = await componentTrends(
        db,
        device.id,
        device.product.components.map(({ code: component }) => component),
      );
      const find = (component: string) => rows.find((row) => row.component === component);
      return {
        device: code,
        ...viewOf(find('')),
        components: device.product.components.map(({ code: component, name }) => ({
          component,
          name,
          ...viewOf(find(component)),
          contributors: find(component)?.contributors ?? [],
          trend: trends.get(component) ?? [],
        })),
        trend: await trendOf(db, device.id),
      };
    },
    async prognoses(code, query) {
      const device = await deviceOf(db, code);
      if (query.latest === true) {
        const { rows } = await db.query<PrognosisRow>(LATEST, [device.id]);
        return { items: rows.map((row) => toPrognosis(code, row)), next: null };
      }
      const limit = limitOf(query);
      const after = keyOf(query, 'instant', 'integer');
      const { rows } = await db.query<PrognosisRow>(
        `SELECT * FROM prognosis WHERE device_id = $1 AND NOT is_shadow
           AND ($2::timestamptz IS NULL OR (made_at, id) < ($2::timestamptz, $3::bigint))
         ORDER BY made_at DESC, id DESC LIMIT $4`,
        [device.id, after?.[0] ?? null, after?.[1] ?? null, limit + 1],
      );
      return pageOf(
        rows,
        limit,
        (row) => [row.made_at.toISOString(), String(row.id)],
        (row) => toPrognosis(code, row),
      );
    },
  };
}

/** `heard_at`: when the device last measured anything; one index look-up a metric. */
async function deviceOf(db: Queryable, code: string): Promise<DeviceRow> {
  const { rows } = await db.prepared<DeviceRow>(
    'health-device',
    `SELECT d.id, p.definition AS product, l.heard_at
     FROM device d JOIN product p ON p.code = d.product_code
     CROSS JOIN LATERAL (
       SELECT max(n.measured_at) AS heard_at FROM metric m CROSS JOIN LATERAL (
         SELECT r.measured_at FROM reading r WHERE r.device_id = d.id AND r.metric_id = m.id ORDER BY r.measured_at DESC LIMIT 1
       ) n
     ) l
     WHERE d.code = $1`,
    [code],
  );
  const row = rows[0];
  if (row === undefined) throw new Problem('not-found', `There is no device ${code}`);
  return row;
}

async function trendOf(db: Queryable, deviceId: number): Promise<Health['trend']> {
  const { rows } = await db.query<{ at: Date; health: number | null }>(
    `SELECT at, health FROM device_health_point WHERE device_id = $1 AND component = '' ORDER BY at DESC LIMIT $2`,
    [deviceId, TREND_POINTS],
  );
  return rows.toReversed().map(({ at, health }) => ({ at: at.toISOString(), health }));
}

async function componentTrends(
  db: Queryable,
  deviceId: number,
  components: readonly string[],
): Promise<ReadonlyMap<string, Health['trend']>> {
  const { rows } = await db.query<{ component: string; at: Date; health: number | null }>(
    `SELECT c.component, p.at, p.health FROM unnest($2::text[]) AS c (component) CROSS JOIN LATERAL (
       SELECT at, health FROM device_health_point WHERE device_id = $1 AND component = c.component ORDER BY at DESC LIMIT $3
     ) p ORDER BY p.at`,
    [deviceId, components, COMPONENT_TREND_POINTS],
  );
  const trends = new Map<string, Health['trend']>();
  for (const { component, at, health } of rows) {
    const trend = trends.get(component) ?? [];
    trends.set(component, trend);
    trend.push({ at: at.toISOString(), health });
  }
  return trends;
}

interface PrognosisRow {
  id: bigint;
  component: string;
  failure_mode: string;
  model: string;
  model_version: string;
  made_at: Date;
  watermark: Date;
  horizon_hours: number;
  probability: number;
  probability_low: number;
  probability_high: number;
  probability_n: number;
  rul_hours_p10: number | null;
  rul_hours_p50: number | null;
  rul_hours_p90: number | null;
  rul_more_than_hours: number | null;
  contributors: Contributor[];
  window_from: Date;
  window_to: Date;
  threshold: number | null;
  triggered: boolean;
  alert_id: bigint | null;
  basis: Prognosis['basis'];
  is_strange: boolean;
}

function lifeOf(row: PrognosisRow): Prognosis['rulHours'] {
  const rulHours = rulOf(row);
  const moreThan = row.rul_more_than_hours;
  return rulHours === null || moreThan === null ? rulHours : { ...rulHours, moreThan };
}

const toPrognosis = (device: string, row: PrognosisRow): Prognosis => ({
  id: Number(row.id),
  device,
  component: row.component,
  failureMode: row.failure_mode,
  model: row.model,
  modelVersion: row.model_version,
  madeAt: row.made_at.toISOString(),
  watermark: row.watermark.toISOString(),
  horizonHours: row.horizon_hours,
  probability: probabilityOf(row) ?? { value: row.probability, low: 0, high: 1, n: 0 },
  rulHours: lifeOf(row),
  threshold: row.threshold,
  triggered: row.triggered,
  alertId: row.alert_id === null ? null : Number(row.alert_id),
  contributors: row.contributors,
  window: { from: row.window_from.toISOString(), to: row.window_to.toISOString() },
  basis: row.basis,
  isStrange: row.is_strange,
});
