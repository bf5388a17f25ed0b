// What a replay has read so far, as plain values that a journal can keep: rows, messages, refused rows, the span, and per
// device how many readings and how many different ones. Pure; bounded by the number of devices.
import type { RecordedRow, RecordedSample } from '../../contracts/recording.ts';
import { type RefusedRows, withRefused } from '../../contracts/row-counts.ts';

export interface DeviceTally {
  readings: number;
  /** Different ones by (metric, time): what the database must hold. Null: its rows go back in time, so it is not known. */
  distinct: number | null;
  /** The newest time, and the metrics met at it. */
  lastMs: number;
  lastMetrics: string[];
}

export interface Tally {
  rows: number;
  messages: number;
  refused: RefusedRows[];
  fromMs: number | null;
  toMs: number | null;
  devices: Record<string, DeviceTally>;
}

export const newTally = (): Tally => ({ rows: 0, messages: 0, refused: [], fromMs: null, toMs: null, devices: {} });

/** Counts a row in place; a replay counts millions. */
export function countRow(tally: Tally, row: RecordedRow): void {
  tally.rows += 1;
  if ('refused' in row) {
    tally.refused = withRefused(tally.refused, row);
    return;
  }
  const { ts, device } = row.sample;
  tally.fromMs = Math.min(tally.fromMs ?? ts, ts);
  tally.toMs = Math.max(tally.toMs ?? ts, ts);
  const known = (tally.devices[device] ??= { readings: 0, distinct: 0, lastMs: -1, lastMetrics: [] });
  countReadings(known, row.sample);
}

function countReadings(tally: DeviceTally, { ts, values }: RecordedSample): void {
  const metrics = Object.keys(values);
  tally.readings += metrics.length;
  if (ts < tally.lastMs) tally.distinct = null;
  if (ts > tally.lastMs) tally.lastMetrics = [];
  tally.lastMs = Math.max(tally.lastMs, ts);
  if (tally.distinct === null) return;
  const fresh = metrics.filter((metric) => !tally.lastMetrics.includes(metric));
  tally.lastMetrics.push(...fresh);
  tally.distinct += fresh.length;
}

export const readingsOf = ({ devices }: Tally): number =>
  Object.values(devices).reduce((sum, { readings }) => sum + readings, 0);

/** Null when it is not known of one device. */
export const distinctOf = ({ devices }: Tally): number | null =>
  Object.values(devices).reduce<number | null>(
    (sum, { distinct }) => (sum === null || distinct === null ? null : sum + distinct),
    0,
  );
