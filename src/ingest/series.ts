// Reads telemetry back: one metric of one device over a span, thinned by the server with its peaks kept. A gap stays a
// gap: nothing is filled in. Who may see the device is the caller's business.
import { Problem } from '../contracts/problems.ts';
import { DAY_MS, HOUR_MS, isoOf, type EpochMs } from '../contracts/time.ts';
import type { Queryable } from '../db/database.ts';
import type { DeviceDirectory } from './ports.ts';

export interface SeriesQuery {
  device: string;
  metric: string;
  fromMs: EpochMs;
  toMs: EpochMs;
  /** At most this many points come back. */
  points: number;
}

/** One reading, or a bucket of readings from `at` on. */
export type SeriesPoint =
  | { at: string; value: number; quality: number }
  | { at: string; min: number; max: number; mean: number; last: number; n: number };

export interface Series {
  unit: string | null;
  source: 'raw' | 'hourly' | 'daily';
  /** Width of the buckets, null where the points are single readings. */
  bucketMs: number | null;
  points: SeriesPoint[];
  /** Of state metrics: what the codes in `value` and `last` stand for. */
  labels: Record<number, string>;
}

export interface SeriesReads {
  series(query: SeriesQuery): Promise<Series>;
}

export const MAX_POINTS = 2_000;

const ROLLUPS = {
  hourly: { table: 'reading_hourly', widthMs: HOUR_MS },
  daily: { table: 'reading_daily', widthMs: DAY_MS },
} as const;

interface Span {
  deviceId: number;
  metricId: number;
  from: Date;
  to: Date;
  points: number;
}

interface BucketRow {
  bucket: Date;
  min: number;
  max: number;
  mean: number;
  last: number;
  n: bigint | string;
}

const pointOf = (row: BucketRow): SeriesPoint => ({
  at: isoOf(row.bucket.getTime()),
  min: row.min,
  max: row.max,
  mean: row.mean,
  last: row.last,
  n: Number(row.n),
});

async function singleReadings(
  db: Queryable,
  { deviceId, metricId, from, to, points }: Span,
): Promise<SeriesPoint[] | null> {
  const { rows } = await db.prepared<{ measured_at: Date; value: number; quality: number }>(
    'series-single',
    `SELECT measured_at, value, quality FROM reading
     WHERE device_id = $1 AND metric_id = $2 AND measured_at >= $3 AND measured_at < $4
     ORDER BY measured_at LIMIT $5`,
    [deviceId, metricId, from, to, points + 1],
  );
  if (rows.length > points) return null;
  return rows.map((row) => ({ at: isoOf(row.measured_at.getTime()), value: row.value, quality: row.quality }));
}

async function rawBuckets(
  db: Queryable,
  { deviceId, metricId, from, to }: Span,
  bucketMs: number,
): Promise<SeriesPoint[]> {
  const { rows } = await db.prepared<BucketRow>(
    'series-raw',
    `SELECT time_bucket($5::interval, measured_at, $3::timestamptz) AS bucket, min(value) AS min, max(value) AS max,
            avg(value) AS mean, last(value, measured_at) AS last, count(*) AS n
     FROM reading WHERE device_id = $1 AND metric_id = $2 AND measured_at >= $3 AND measured_at < $4
     GROUP BY 1 ORDER BY 1`,
    [deviceId, metricId, from, to, `${bucketMs} milliseconds`],
  );
  return rows.map(pointOf);
}

/** Buckets of whole hours or days, aligned to them; the first and last may reach past the span. */
async function rollupBuckets(
  db: Queryable,
  span: Span,
  source: 'hourly' | 'daily',
  bucketMs: number,
): Promise<SeriesPoint[]> {
  const { table, widthMs } = ROLLUPS[source];
  const from = new Date(Math.floor(span.from.getTime() / widthMs) * widthMs);
  const { rows } = await db.prepared<BucketRow>(
    `series-${source}`,
    `SELECT time_bucket($5::interval, r.bucket, $3::timestamptz) AS bucket, min(min) AS min, max(max) AS max,
            sum(mean * n) / sum(n) AS mean, last(last, r.bucket) AS last, sum(n) AS n
     FROM ${table} r WHERE device_id = $1 AND metric_id = $2 AND r.bucket >= $3 AND r.bucket < $4
     GROUP BY 1 ORDER BY 1`,
    [span.deviceId, span.metricId, from, span.to, `${bucketMs} milliseconds`],
  );
  return rows.map(pointOf);
}

/** The coarsest source that is still finer than the points asked for. */
function sourceFor(bucketMs: number): Series['source'] {
  if (bucketMs >= DAY_MS) return 'daily';
  return bucketMs >= HOUR_MS ? 'hourly' : 'raw';
}

async function bucketed(db: Queryable, span: Span): Promise<Pick<Series, 'source' | 'bucketMs' | 'points'>> {
  const idealMs = Math.ceil((span.to.getTime() - span.from.getTime()) / span.points);
  const source = sourceFor(idealMs);
  if (source === 'raw') return { source, bucketMs: idealMs, points: await rawBuckets(db, span, idealMs) };
  const { widthMs } = ROLLUPS[source];
  // Aligning to whole hours or days may add a bucket at the front: leave room for it.
  const bucketMs = Math.ceil((span.to.getTime() - span.from.getTime() + widthMs) / span.points / widthMs) * widthMs;
  return { source, bucketMs, points: await rollupBuckets(db, span, source, bucketMs) };
}

export function seriesReads(db: Queryable, devices: DeviceDirectory): SeriesReads {
  async function labelsOf(metricId: number): Promise<Record<number, string>> {
    const { rows } = await db.query<{ code: number; label: string }>(
      'SELECT code, label FROM metric_state WHERE metric_id = $1',
      [metricId],
    );
    return Object.fromEntries(rows.map(({ code, label }) => [code, label]));
  }

  return {
    async series({ device, metric, fromMs, toMs, points }) {
      if (!(fromMs < toMs)) throw new Problem('validation-failed', '`from` must lie before `to`');
      if (!(points >= 1 && points <= MAX_POINTS)) {
        throw new Problem('validation-failed', `\`points\` is a number from 1 to ${MAX_POINTS}`);
      }
      const facts = devices.find(device);
      if (!facts) throw new Problem('not-found', `There is no device ${device}`);
      const { rows } = await db.query<{ id: number }>('SELECT id FROM metric WHERE code = $1', [metric]);
      const unit = facts.metrics.get(metric)?.unit ?? null;
      const metricId = rows[0]?.id;
      if (metricId === undefined) return { unit, source: 'raw', bucketMs: null, points: [], labels: {} };
      const span: Span = { deviceId: facts.id, metricId, from: new Date(fromMs), to: new Date(toMs), points };
      const labels = await labelsOf(metricId);
      const single = await singleReadings(db, span);
      if (single) return { unit, source: 'raw', bucketMs: null, points: single, labels };
      return { unit, labels, ...(await bucketed(db, span)) };
    },
  };
}
