// Reads telemetry back: one metric of one device over a span, thinned by the server with its peaks kept. A gap stays a
// gap: nothing is filled in. Who may see the device is the caller's business.
import type { Series } from '../contracts/http/devices.ts';
import { Problem } from '../contracts/problems.ts';
import { DAY_MS, type EpochMs, HOUR_MS } from '../contracts/time.ts';
import type { Queryable } from '../db/database.ts';
import type { DeviceLookup } from './ports.ts';

export interface SeriesQuery {
  device: string;
  metric: string;
  fromMs: EpochMs;
  toMs: EpochMs;
  /** At most this many points come back. */
  points: number;
}

/** The points of a series by column; a single reading is its own minimum, maximum and mean. */
type Columns = Pick<Series, 'at' | 'min' | 'max' | 'mean'>;

export const MAX_POINTS = 2_000;

const ROLLUPS = {
  hourly: { table: 'reading_hourly', widthMs: HOUR_MS },
  daily: { table: 'reading_daily', widthMs: DAY_MS },
} as const;

interface Span {
  deviceId: number;
  metricId: number;
  isState: boolean;
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
}

/** The codes of states have no order and no mean: a bucket of them shows the last. */
const columnsOf = (rows: readonly BucketRow[], isState: boolean): Columns => ({
  at: rows.map(({ bucket }) => bucket.getTime()),
  min: rows.map(({ min, last }) => (isState ? last : min)),
  max: rows.map(({ max, last }) => (isState ? last : max)),
  mean: rows.map(({ mean, last }) => (isState ? last : mean)),
});

async function singleReadings(
  db: Queryable,
  { deviceId, metricId, isState, from, to, points }: Span,
): Promise<Columns | null> {
  const { rows } = await db.prepared<BucketRow>(
    'series-single',
    `SELECT measured_at AS bucket, value AS min, value AS max, value AS mean, value AS last
     FROM reading
     WHERE device_id = $1 AND metric_id = $2 AND measured_at >= $3 AND measured_at < $4
     ORDER BY measured_at LIMIT $5`,
    [deviceId, metricId, from, to, points + 1],
  );
  return rows.length > points ? null : columnsOf(rows, isState);
}

async function rawBuckets(
  db: Queryable,
  { deviceId, metricId, isState, from, to }: Span,
  bucketMs: number,
): Promise<Columns> {
  const { rows } = await db.prepared<BucketRow>(
    'series-raw',
    `SELECT time_bucket($5::interval, measured_at, $3::timestamptz) AS bucket, min(value) AS min, max(value) AS max,
            avg(value) AS mean, last(value, measured_at) AS last
     FROM reading WHERE device_id = $1 AND metric_id = $2 AND measured_at >= $3 AND measured_at < $4
     GROUP BY 1 ORDER BY 1`,
    [deviceId, metricId, from, to, `${bucketMs} milliseconds`],
  );
  return columnsOf(rows, isState);
}

/** Buckets of whole hours or days, aligned to them; the first and last may reach past the span. */
async function rollupBuckets(
  db: Queryable,
  span: Span,
  source: 'hourly' | 'daily',
  bucketMs: number,
): Promise<Columns> {
  const { table, widthMs } = ROLLUPS[source];
  const from = new Date(Math.floor(span.from.getTime() / widthMs) * widthMs);
  const { rows } = await db.prepared<BucketRow>(
    `series-${source}`,
    `SELECT time_bucket($5::interval, r.bucket, $3::timestamptz) AS bucket, min(min) AS min, max(max) AS max,
            sum(mean * n) / sum(n) AS mean, last(last, r.bucket) AS last
     FROM ${table} r WHERE device_id = $1 AND metric_id = $2 AND r.bucket >= $3 AND r.bucket < $4
     GROUP BY 1 ORDER BY 1`,
    [span.deviceId, span.metricId, from, span.to, `${bucketMs} milliseconds`],
  );
  return columnsOf(rows, span.isState);
}

/** The coarsest source that is still finer than the points asked for. */
function sourceFor(bucketMs: number): Series['source'] {
  if (bucketMs >= DAY_MS) return 'daily';
  return bucketMs >= HOUR_MS ? 'hourly' : 'raw';
}

async function bucketed(db: Queryable, span: Span): Promise<Columns & Pick<Series, 'source' | 'bucketMs'>> {
  const idealMs = Math.ceil((span.to.getTime() - span.from.getTime()) / span.points);
  const source = sourceFor(idealMs);
  if (source === 'raw') return { source, bucketMs: idealMs, ...(await rawBuckets(db, span, idealMs)) };
  const { widthMs } = ROLLUPS[source];
  // Aligning to whole hours or days may add a bucket at the front: leave room for it.
  const bucketMs = Math.ceil((span.to.getTime() - span.from.getTime() + widthMs) / span.points / widthMs) * widthMs;
  return { source, bucketMs, ...(await rollupBuckets(db, span, source, bucketMs)) };
}

async function labelsOf(db: Queryable, metricId: number): Promise<Record<string, string>> {
  const { rows } = await db.query<{ code: number; label: string }>(
    'SELECT code, label FROM metric_state WHERE metric_id = $1',
    [metricId],
  );
  return Object.fromEntries(rows.map(({ code, label }) => [code, label]));
}

/** The series of a metric nobody ever sent is empty; a device nobody registered is a Problem. */
export async function readSeries(db: Queryable, devices: DeviceLookup, query: SeriesQuery): Promise<Series> {
  const { device, metric, fromMs, toMs, points } = query;
  if (!(fromMs < toMs)) throw new Problem('validation-failed', '`from` must lie before `to`');
  if (!(points >= 1 && points <= MAX_POINTS)) {
    throw new Problem('validation-failed', `\`points\` is a number from 1 to ${MAX_POINTS}`);
  }
  const facts = await devices.load(device);
  if (!facts) throw new Problem('not-found', `There is no device ${device}`);
  const unit = facts.metrics.get(metric)?.unit ?? '';
  const { rows } = await db.query<{ id: number }>('SELECT id FROM metric WHERE code = $1', [metric]);
  const metricId = rows[0]?.id;
  const empty: Columns = { at: [], min: [], max: [], mean: [] };
  if (metricId === undefined) return { device, metric, unit, source: 'raw', bucketMs: 0, ...empty };
  const isState = facts.metrics.get(metric)?.kind === 'state';
  const span: Span = { deviceId: facts.id, metricId, isState, from: new Date(fromMs), to: new Date(toMs), points };
  const labels = isState ? { labels: await labelsOf(db, metricId) } : {};
  const single = await singleReadings(db, span);
  if (single) return { device, metric, unit, source: 'raw', bucketMs: 0, ...single, ...labels };
  return { device, metric, unit, ...(await bucketed(db, span)), ...labels };
}
