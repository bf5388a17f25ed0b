// Reads telemetry back: one metric of one device over a span, thinned by the server with its peaks kept. A gap stays a
// gap: nothing is filled in. Who may see the device is the caller's business.
import type { Series } from '../contracts/http/devices.ts';
import { Problem } from '../contracts/problems.ts';
import { gapsIn } from '../contracts/series-gaps.ts';
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
type RollupSource = keyof typeof ROLLUPS;

interface Span {
  deviceId: number;
  metricId: number;
  isState: boolean;
  from: Date;
  to: Date;
  points: number;
  /** Readings of it have been deleted; the rollups know of them. */
  isThinned: boolean;
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

const RAW = `SELECT time_bucket($5::interval, measured_at, $3::timestamptz) AS bucket, min(value) AS min,
    max(value) AS max, reading_mean(sum(reading_summand(value)), count(*), min(value), max(value)) AS mean,
    last(value, measured_at) AS last
  FROM reading WHERE device_id = $1 AND metric_id = $2 AND measured_at >= $3 AND measured_at < $4
  GROUP BY 1 ORDER BY 1`;

async function rawBuckets(db: Queryable, span: Span, bucketMs: number): Promise<Columns> {
  const { deviceId, metricId, isState, from, to } = span;
  const width = `${bucketMs} milliseconds`;
  const { rows } = await db.prepared<BucketRow>('series-raw', RAW, [deviceId, metricId, from, to, width]);
  return columnsOf(rows, isState);
}

const readingsBetween = (from: string, to: string): string =>
  `SELECT measured_at, value, value, reading_summand(value), 1, value FROM reading
    WHERE device_id = $1 AND metric_id = $2 AND measured_at >= ${from} AND measured_at < ${to}`;

/** Whole hours or days from the rollup, what the span has of the first and the last one from the readings. */
const rolledUp = (table: string): string =>
  `SELECT time_bucket($3::interval, at, $4::timestamptz) AS bucket, min(min) AS min, max(max) AS max,
    reading_mean(sum(sum), sum(n)::bigint, min(min), max(max)) AS mean, last(last, at) AS last
  FROM (
    SELECT bucket AS at, min, max, sum, n, last FROM ${table}
    WHERE device_id = $1 AND metric_id = $2 AND bucket >= $6 AND bucket < $7
    UNION ALL ${readingsBetween('$5', '$6')}
    UNION ALL ${readingsBetween('$7', '$8')}
  ) parts GROUP BY 1 ORDER BY 1`;

async function rollupBuckets(db: Queryable, span: Span, source: RollupSource, bucketMs: number): Promise<Columns> {
  const { table, widthMs } = ROLLUPS[source];
  const [fromMs, toMs] = [span.from.getTime(), span.to.getTime()];
  const alignedMs = Math.floor(fromMs / widthMs) * widthMs;
  // Where the readings are gone, the first and the last hour or day are told whole.
  const firstMs = span.isThinned ? alignedMs : Math.min(Math.ceil(fromMs / widthMs) * widthMs, toMs);
  const endMs = span.isThinned
    ? Math.ceil(toMs / widthMs) * widthMs
    : Math.max(Math.floor(toMs / widthMs) * widthMs, firstMs);
  const { rows } = await db.prepared<BucketRow>(`series-${source}`, rolledUp(table), [
    span.deviceId,
    span.metricId,
    `${bucketMs} milliseconds`,
    new Date(alignedMs),
    span.from,
    new Date(firstMs),
    new Date(endMs),
    span.to,
  ]);
  return columnsOf(rows, span.isState);
}

/** The lowest and the highest value are both kept of a bucket: one of less than twice the width shows as much. */
const EXTREMES = 2;

/** Buckets of whole hours or days; aligning them may add one at the front, so room is left for it. */
const rollupWidth = (spanMs: number, points: number, widthMs: number): number =>
  Math.ceil((spanMs + widthMs) / points / widthMs) * widthMs;

/** The coarsest source that shows as much as is asked for; none but rollups where the readings are gone. */
async function bucketed(db: Queryable, span: Span): Promise<Columns & Pick<Series, 'source' | 'bucketMs'>> {
  const spanMs = span.to.getTime() - span.from.getTime();
  const idealMs = Math.ceil(spanMs / span.points);
  for (const source of ['daily', 'hourly'] as const) {
    const bucketMs = rollupWidth(spanMs, span.points, ROLLUPS[source].widthMs);
    if (bucketMs < idealMs * EXTREMES || (source === 'hourly' && span.isThinned)) {
      return { source, bucketMs, ...(await rollupBuckets(db, span, source, bucketMs)) };
    }
  }
  return { source: 'raw', bucketMs: idealMs, ...(await rawBuckets(db, span, idealMs)) };
}

/** Deletion takes the oldest first: the first hour of the span that the rollup knows tells. */
async function isThinned(db: Queryable, { deviceId, metricId, from, to }: Omit<Span, 'isThinned'>): Promise<boolean> {
  const { rows } = await db.prepared<{ is_thinned: boolean }>(
    'series-thinned',
    `SELECT EXISTS (
       SELECT FROM (
         SELECT bucket FROM reading_hour WHERE device_id = $1 AND metric_id = $2 AND bucket > $3::timestamptz - INTERVAL '1 hour'
           AND bucket < $4 AND bucket < (SELECT kept_from FROM reading_rollup_state) ORDER BY bucket LIMIT 1
       ) h WHERE NOT EXISTS (
         SELECT FROM reading WHERE device_id = $1 AND metric_id = $2 AND measured_at >= h.bucket
           AND measured_at < h.bucket + INTERVAL '1 hour'
       )
     ) AS is_thinned`,
    [deviceId, metricId, from, to],
  );
  return rows[0]?.is_thinned ?? false;
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
  if (metricId === undefined) return { device, metric, unit, source: 'raw', bucketMs: 0, ...empty, gaps: [] };
  const { kind, expectedIntervalS = 0 } = facts.metrics.get(metric) ?? {};
  const isState = kind === 'state';
  const asked = { deviceId: facts.id, metricId, isState, from: new Date(fromMs), to: new Date(toMs), points };
  const span: Span = { ...asked, isThinned: await isThinned(db, asked) };
  const labels = isState ? { labels: await labelsOf(db, metricId) } : {};
  const single = span.isThinned ? null : await singleReadings(db, span);
  const found = single ? { source: 'raw' as const, bucketMs: 0, ...single } : await bucketed(db, span);
  const gaps = [...gapsIn(found.at, Math.max(found.bucketMs, expectedIntervalS * 1000))];
  return { device, metric, unit, ...found, gaps, ...labels };
}
