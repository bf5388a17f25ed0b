// One device's history as the database has it: its events, what was installed, replaced and found failed on it, and its gauges.
import type { Product } from '../../contracts/product.ts';
import type { EpochMs } from '../../contracts/time.ts';
import type { Queryable } from '../../db/database.ts';
import type { Happening, MetricHistory, UnitHistory } from '../core/horizon/history.ts';
import type { Statics } from '../core/horizon/rows.ts';
import { LOG_SETTINGS } from '../core/horizon/unit-log.ts';

export interface DeviceRow {
  id: number;
  code: string;
  installed_on: Date | null;
  firmware: string | null;
  lot: string | null;
}

/** Newest readings of a device that are looked at; older ones say little about a component that was replaced since. */
const READINGS_LIMIT = 200_000;
export const EVENTS_LIMIT = 50_000;

export async function devicesOf(db: Queryable, product: string): Promise<DeviceRow[]> {
  const { rows } = await db.query<DeviceRow>(
    `SELECT id, code, installed_on::timestamptz AS installed_on, firmware, lot FROM device WHERE product_code = $1 ORDER BY id`,
    [product],
  );
  return rows;
}

/** What is known of a device that no happening tells. */
export const staticsOf = ({ firmware, lot }: Pick<DeviceRow, 'firmware' | 'lot'>): Statics => ({
  ...(firmware === null ? {} : { firmware }),
  ...(lot === null ? {} : { lot }),
});

export async function historyOf(
  db: Queryable,
  product: Product,
  device: DeviceRow,
  { fromMs, toMs, receivedMs = toMs }: { fromMs: EpochMs | null; toMs: EpochMs; receivedMs?: EpochMs },
): Promise<UnitHistory> {
  const happenings = [
    ...installedAtFirst(product, device),
    ...(await eventsOf(db, device.id, receivedMs)),
    ...(await jobsOf(db, device.id, toMs)),
  ].sort(inOrder);
  return {
    unit: device.code,
    statics: staticsOf(device),
    happenings,
    readings: await readingsOf(db, product, device.id, { fromMs, toMs }),
    metricsBehind: Object.fromEntries(
      product.components.map(({ code, failureModes }) => [
        code,
        failureModes.flatMap(({ signs }) => signs.map(({ metric }) => metric)),
      ]),
    ),
  };
}

export const inOrder = (a: Happening, b: Happening): number => a.atMs - b.atMs || rank(a) - rank(b);

/** At one instant a failure comes before the replacement that mends it. */
const rank = ({ kind }: Happening): number => (kind === 'replaced' ? 1 : 0);

/** A device comes with all its components. */
export const installedAtFirst = ({ components }: Product, { installed_on: installedOn }: DeviceRow): Happening[] =>
  installedOn === null
    ? []
    : components.map(({ code }) => ({ atMs: installedOn.getTime(), kind: 'replaced', component: code }));

/** Those that had come by then. */
async function eventsOf(db: Queryable, deviceId: number, receivedMs: EpochMs): Promise<Happening[]> {
  const { rows } = await db.query<{ at: Date; code: string }>(
    'SELECT at, code FROM device_event WHERE device_id = $1 AND received_at <= $2 ORDER BY at DESC LIMIT $3',
    [deviceId, new Date(receivedMs), EVENTS_LIMIT],
  );
  return rows.map(({ at, code }) => ({ atMs: at.getTime(), kind: 'event', code }));
}

interface JobRow {
  component: string;
  failed_at: Date | null;
  completed_at: Date;
  is_replaced: boolean;
}

/**
 * A part that stayed in, a finding that was confirmed and mended, or a change without a job that somebody confirmed makes the
 * component a new one.
 */
const JOBS = `
  SELECT coalesce(f.component, w.component) AS component, f.failed_at, w.completed_at,
    w.finding_confirmed IS TRUE OR coalesce((SELECT sum(u.quantity) FROM part_use u WHERE u.work_order_id = w.id), 0) > 0 AS is_replaced
  FROM work_order w LEFT JOIN known_failure f ON f.work_order_id = w.id
  WHERE w.device_id = $1 AND w.completed_at <= $2 AND coalesce(f.component, w.component) IS NOT NULL
  UNION ALL SELECT component, NULL, at, true FROM component_swap
  WHERE device_id = $1 AND decision = 'confirmed' AND decided_at <= $2 ORDER BY completed_at`;

const jobsOf = async (db: Queryable, deviceId: number, toMs: EpochMs): Promise<Happening[]> =>
  (await knownJobsOf(db, deviceId, toMs)).flatMap(({ happenings }) => happenings);

/** What finished jobs told, and when: a failure is known for certain when its job is done. */
export async function knownJobsOf(
  db: Queryable,
  deviceId: number,
  toMs: EpochMs,
): Promise<{ knownMs: EpochMs; happenings: Happening[] }[]> {
  const { rows } = await db.query<JobRow>(JOBS, [deviceId, new Date(toMs)]);
  return rows.map(({ component, failed_at, completed_at, is_replaced }) => ({
    knownMs: completed_at.getTime(),
    happenings: [
      ...(failed_at === null ? [] : [{ atMs: failed_at.getTime(), kind: 'failed' as const, component }]),
      ...(is_replaced ? [{ atMs: completed_at.getTime(), kind: 'replaced' as const, component }] : []),
    ],
  }));
}

/** Gauges alone, one reading per metric and stretch of time, as the live log takes them. */
async function readingsOf(
  db: Queryable,
  product: Product,
  deviceId: number,
  { fromMs, toMs }: { fromMs: EpochMs | null; toMs: EpochMs },
): Promise<MetricHistory[]> {
  const gauges = product.metrics.flatMap(({ code, kind }) => (kind === 'gauge' ? [code] : []));
  const { rows } = await db.query<{ metric: string; times: number[]; values: number[] }>(
    `SELECT m.code AS metric, array_agg(extract(epoch FROM r.measured_at)::float8 * 1000 ORDER BY r.measured_at) AS times,
       array_agg(r.value ORDER BY r.measured_at) AS values
     FROM (
       SELECT DISTINCT ON (metric_id, stretch) metric_id, measured_at, value FROM (
         SELECT metric_id, measured_at, value, floor(extract(epoch FROM measured_at) * 1000 / $4::float8) AS stretch FROM reading
         WHERE device_id = $1 AND measured_at >= $2 AND measured_at <= $3 AND (quality & 1) = 0
         ORDER BY measured_at DESC LIMIT $6
       ) newest ORDER BY metric_id, stretch, measured_at
     ) r JOIN metric m ON m.id = r.metric_id WHERE m.code = ANY ($5::text[]) GROUP BY m.code ORDER BY m.code`,
    [deviceId, new Date(fromMs ?? 0), new Date(toMs), LOG_SETTINGS.thinMs, gauges, READINGS_LIMIT],
  );
  return rows.map(({ metric, times, values }) => ({
    metric,
    timesMs: Float64Array.from(times),
    values: Float64Array.from(values),
  }));
}
