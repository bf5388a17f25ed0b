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
  received_at: Date;
  measured_at: Date;
  metric: string;
  value: number;
  quality: number;
  label: string | null;
}

const MONTH_MS = 30 * DAY_MS;

const READINGS = `
  SELECT r.received_at, r.measured_at, m.code AS metric, r.value, r.quality, s.label
  FROM reading r JOIN metric m ON m.id = r.metric_id
  LEFT JOIN metric_state s ON s.metric_id = r.metric_id AND s.code = r.value
  WHERE r.device_id = $1 AND r.measured_at >= $2 AND r.measured_at < $3 AND ($4::text[] IS NULL OR m.code = ANY ($4))
  ORDER BY r.received_at, r.measured_at, r.metric_id LIMIT $5`;

/** The mean of an hour as if it had come at its end; of a state the last one. */
const HOURS = `
  SELECT h.bucket + INTERVAL '1 hour' AS received_at, h.bucket + INTERVAL '1 hour' AS measured_at, m.code AS metric,
    CASE WHEN s.label IS NULL THEN h.mean ELSE h.last END AS value, 0 AS quality, s.label
  FROM reading_hourly h JOIN metric m ON m.id = h.metric_id
  LEFT JOIN metric_state s ON s.metric_id = h.metric_id AND s.code = h.last
  WHERE h.device_id = $1 AND h.bucket >= $2 AND h.bucket < $3 AND ($4::text[] IS NULL OR m.code = ANY ($4))
  ORDER BY 2, h.metric_id`;

export async function* monthsOf(db: Queryable, question: HistoryQuestion): AsyncGenerator<HistoryMonth> {
  const { deviceId, metrics, fromMs, countedFromMs, toMs, mostReadings } = question;
  let heardMs = fromMs;
  for (let month = fromMs; month < toMs; month += MONTH_MS) {
    const values = [deviceId, new Date(month), new Date(Math.min(month + MONTH_MS, toMs)), metrics];
    const raw = await db.prepared<Row>('time-machine-readings', READINGS, [...values, mostReadings + 1]);
    const isThinned = raw.rows.length > mostReadings;
    const rows = isThinned ? (await db.prepared<Row>('time-machine-hours', HOURS, values)).rows : raw.rows;
    const commits = toSlices(rows, heardMs);
    const slices = isThinned ? commits.map((slice) => ({ ...slice, spanMs: HOUR_MS })) : commits;
    heardMs = slices.at(-1)?.receivedAtMs ?? heardMs;
    const readings = rows.filter(({ measured_at: at }) => at.getTime() >= countedFromMs).length;
    yield { slices, readings, isThinned };
  }
}

/**
 * Commits as slices. What was filled in counts as heard when it was measured, so that silence is that of the device and not of
 * the import.
 */
function toSlices(rows: readonly Row[], heardMs: EpochMs): Slice[] {
  const slices: { receivedAtMs: EpochMs; readings: Slice['readings'][number][] }[] = [];
  let before = '';
  let nowMs = heardMs;
  for (const { received_at: received, measured_at: measured, metric, value, quality, label } of rows) {
    const measuredAtMs = measured.getTime();
    const isFilledIn = received.getTime() - measuredAtMs > FILLED_IN_MS;
    nowMs = Math.max(nowMs, isFilledIn ? measuredAtMs : received.getTime());
    const commit = isFilledIn ? `measured ${measuredAtMs}` : `received ${received.getTime()}`;
    if (commit !== before) slices.push({ receivedAtMs: nowMs, readings: [] });
    before = commit;
    slices.at(-1)?.readings.push({ metric, measuredAtMs, value, quality, ...(label === null ? {} : { label }) });
  }
  return slices;
}
