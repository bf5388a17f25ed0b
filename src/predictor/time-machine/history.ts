// Reads a device's stored readings for the time machine, a month at a time in the order of their commits. A month with too many
// of them is read as hourly means instead, and counted as thinned.
import { DAY_MS, type EpochMs, HOUR_MS } from '../../contracts/time.ts';
import type { Queryable } from '../../db/database.ts';
import type { Slice } from '../core/assess.ts';
import { FILLED_IN_MS } from './device-past.ts';

export interface HistoryQuestion {
  deviceId: number;
  /** `null`: every metric. */
  metrics: readonly string[] | null;
  fromMs: EpochMs;
  /** Readings from here on are counted. */
  countedFromMs: EpochMs;
  toMs: EpochMs;
  /** Readings of one month; beyond it hourly means are read. */
  mostReadings: number;
}

export interface HistoryMonth {
  slices: Slice[];
  readings: number;
  isThinned: boolean;
}

interface Row {
  received_ms: number;
  measured_ms: number;
  metric: string;
  value: number;
  quality: number;
  label: string | null;
}

const MONTH_MS = 30 * DAY_MS;

/** Whole milliseconds as a number: a year of a fleet holds millions of instants, and a date is dear to read. */
const msOf = (column: string): string => `floor(extract(epoch FROM ${column}) * 1000)::float8`;

const READINGS = `
  SELECT ${msOf('r.received_at')} AS received_ms, ${msOf('r.measured_at')} AS measured_ms, m.code AS metric, r.value, r.quality, s.label
  FROM reading r JOIN metric m ON m.id = r.metric_id
  LEFT JOIN metric_state s ON s.metric_id = r.metric_id AND s.code = r.value
  WHERE r.device_id = $1 AND r.measured_at >= $2 AND r.measured_at < $3 AND ($4::text[] IS NULL OR m.code = ANY ($4))
  ORDER BY r.received_at, r.measured_at, r.metric_id LIMIT $5`;

/** The mean of an hour as if it had come at its end; of a state the last one. */
const HOURS = `
  SELECT ${msOf("h.bucket + INTERVAL '1 hour'")} AS received_ms, ${msOf("h.bucket + INTERVAL '1 hour'")} AS measured_ms, m.code AS metric,
    CASE WHEN s.label IS NULL THEN h.mean ELSE h.last END AS value, 0 AS quality, s.label
  FROM reading_hourly h JOIN metric m ON m.id = h.metric_id
  LEFT JOIN metric_state s ON s.metric_id = h.metric_id AND s.code = h.last
  WHERE h.device_id = $1 AND h.bucket >= $2 AND h.bucket < $3 AND ($4::text[] IS NULL OR m.code = ANY ($4))
  ORDER BY 2, h.metric_id`;

export async function* monthsOf(db: Queryable, question: HistoryQuestion): AsyncGenerator<HistoryMonth> {
  const { deviceId, metrics, fromMs, countedFromMs, toMs, mostReadings } = question;
  const read = (month: EpochMs): Promise<RawMonth> =>
    readMonth(db, [deviceId, new Date(month), new Date(Math.min(month + MONTH_MS, toMs)), metrics], mostReadings);
  let heardMs = fromMs;
  let next = ahead(read(fromMs));
  for (let month = fromMs; month < toMs; month += MONTH_MS) {
    const { rows, isThinned } = await next;
    // The next month comes while this one is judged.
    if (month + MONTH_MS < toMs) next = ahead(read(month + MONTH_MS));
    const commits = toSlices(rows, heardMs);
    const slices = isThinned ? commits.map((slice) => ({ ...slice, spanMs: HOUR_MS })) : commits;
    heardMs = slices.at(-1)?.receivedAtMs ?? heardMs;
    const readings = rows.filter(({ measured_ms: atMs }) => atMs >= countedFromMs).length;
    yield { slices, readings, isThinned };
  }
}

interface RawMonth {
  rows: Row[];
  isThinned: boolean;
}

async function readMonth(db: Queryable, values: readonly unknown[], mostReadings: number): Promise<RawMonth> {
  const { rows } = await db.prepared<Row>('time-machine-readings', READINGS, [...values, mostReadings + 1]);
  if (rows.length <= mostReadings) return { rows, isThinned: false };
  return { rows: (await db.prepared<Row>('time-machine-hours', HOURS, values)).rows, isThinned: true };
}

/** What fails before it is waited for is told to whoever waits, and is no unhandled rejection until then. */
function ahead<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

/**
 * Commits as slices. What was filled in counts as heard when it was measured, so that silence is that of the device and not of
 * the import.
 */
function toSlices(rows: readonly Row[], heardMs: EpochMs): Slice[] {
  const slices: { receivedAtMs: EpochMs; readings: Slice['readings'][number][] }[] = [];
  let before = '';
  let nowMs = heardMs;
  for (const { received_ms: receivedMs, measured_ms: measuredAtMs, metric, value, quality, label } of rows) {
    const isFilledIn = receivedMs - measuredAtMs > FILLED_IN_MS;
    nowMs = Math.max(nowMs, isFilledIn ? measuredAtMs : receivedMs);
    const commit = isFilledIn ? `measured ${measuredAtMs}` : `received ${receivedMs}`;
    if (commit !== before) slices.push({ receivedAtMs: nowMs, readings: [] });
    before = commit;
    slices.at(-1)?.readings.push({ metric, measuredAtMs, value, quality, ...(label === null ? {} : { label }) });
  }
  return slices;
}
