// Health and prognoses of a device as the API shows them. Old health is unknown health: silence is no good news.
import type {
  Contributor,
  GaugeStanding as ToldStanding,
  Health,
  Prognosis,
  PrognosisQuery,
} from '../contracts/http/devices.ts';
import type { Page } from '../contracts/http/page.ts';
import { statusOf } from '../contracts/health.ts';
import { Problem } from '../contracts/problems.ts';
import type { Product } from '../contracts/product.ts';
import { type Clock, type EpochMs, isoOf } from '../contracts/time.ts';
import type { Queryable } from '../db/database.ts';
import { probabilityOf, rulOf } from './alert-rows.ts';
import { type GaugeStanding, relianceOf, signsOf, standingsOf } from './core/device-standings.ts';
import { loadState } from './state-store.ts';
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
  /** When each metric was last measured. */
  heard: Record<string, string>;
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
      const nowMs = clock.now();
      const heardMs = new Map(
        Object.entries(device.heard).map(([metric, at]): [string, EpochMs] => [metric, Date.parse(at)]),
      );
      const { state } = await loadState(db, device.id);
      const standings = standingsOf(device.product, state, heardMs, nowMs);
      const viewOf = (row: HealthRow | undefined, behind: readonly GaugeStanding[]) => {
        const health = healthNow(row?.health ?? null, behind);
        return { health, status: statusOf(health), at: row?.at.toISOString() ?? null, ...relianceOf(behind) };
      };
      const signs = new Map(
        device.product.components.map((component) => {
          const metrics = signsOf(component);
          return [component.code, standings.filter(({ metric }) => metrics.has(metric.code))];
        }),
      );
      const trends = await componentTrends(
        db,
        device.id,
        device.product.components.map(({ code: component }) => component),
      );
      const find = (component: string) => rows.find((row) => row.component === component);
      return {
        device: code,
        ...viewOf(
          find(''),
          standings.filter((one) => [...signs.values()].some((own) => own.includes(one))),
        ),
        components: device.product.components.map(({ code: component, name }) => ({
          component,
          name,
          ...viewOf(find(component), signs.get(component) ?? []),
          contributors: find(component)?.contributors ?? [],
          trend: trends.get(component) ?? [],
        })),
        channels: standings.map(toldStanding),
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

/** Health as it was judged, while any of what it rests on was heard lately; healthy only while all of it is. */
function healthNow(judged: number | null, behind: readonly GaugeStanding[]): number | null {
  const silent = behind.filter(({ standing }) => standing === 'stale').length;
  const hasVoice = behind.some(({ standing }) => standing !== 'stale' && standing !== 'unknown');
  return !hasVoice || (silent > 0 && statusOf(judged) === 'healthy') ? null : judged;
}

const toldStanding = ({ metric, sinceMs, ...same }: GaugeStanding): ToldStanding => ({
  metric: metric.code,
  name: metric.name,
  standing: same.standing,
  since: sinceMs === null ? null : isoOf(sinceMs),
  n: same.n,
  peers: same.peers,
  reason: same.reason,
});

/** `heard`: one index look-up a metric. */
async function deviceOf(db: Queryable, code: string): Promise<DeviceRow> {
  const { rows } = await db.prepared<DeviceRow>(
    'health-device',
    `SELECT d.id, p.definition AS product, l.heard
     FROM device d JOIN product p ON p.code = d.product_code
     CROSS JOIN LATERAL (
       SELECT coalesce(jsonb_object_agg(m.code, n.measured_at), '{}') AS heard FROM metric m CROSS JOIN LATERAL (
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
