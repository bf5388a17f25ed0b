// How many readings of each metric a device has in a span: what a sender's own count is held against.
import type { ReadingCount } from '../contracts/http/devices.ts';
import { Problem } from '../contracts/problems.ts';
import { type EpochMs, isoOf } from '../contracts/time.ts';
import type { Queryable } from '../db/database.ts';
import type { DeviceLookup } from './ports.ts';

export interface CountQuery {
  device: string;
  fromMs: EpochMs;
  toMs: EpochMs;
}

interface Row {
  metric: string;
  readings: bigint;
  first_at: Date;
  last_at: Date;
}

/** Metrics without a reading in [from, to) are not listed. */
export async function readCounts(db: Queryable, devices: DeviceLookup, query: CountQuery): Promise<ReadingCount[]> {
  const { device, fromMs, toMs } = query;
  if (!(fromMs < toMs)) throw new Problem('validation-failed', '`from` must lie before `to`');
  const facts = await devices.load(device);
  if (!facts) throw new Problem('not-found', `There is no device ${device}`);
  const { rows } = await db.query<Row>(
    `SELECT m.code AS metric, count(*) AS readings, min(measured_at) AS first_at, max(measured_at) AS last_at
     FROM reading r JOIN metric m ON m.id = r.metric_id
     WHERE r.device_id = $1 AND measured_at >= $2 AND measured_at < $3 GROUP BY m.code ORDER BY m.code`,
    [facts.id, new Date(fromMs), new Date(toMs)],
  );
  return rows.map(({ metric, readings, first_at, last_at }) => ({
    metric,
    readings: Number(readings),
    firstAt: isoOf(first_at.getTime()),
    lastAt: isoOf(last_at.getTime()),
  }));
}
