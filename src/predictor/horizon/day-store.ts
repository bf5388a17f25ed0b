// Keeps what the detectors said of days that are over, so that a model can learn from what it will be asked with.
import { DAY_MS, type EpochMs } from '../../contracts/time.ts';
import type { Database, Queryable, Transaction } from '../../db/database.ts';
import type { DetectorDay } from '../core/horizon/detector-days.ts';

/** What was said of a day stands, whoever judges it again. */
const INSERT = `
  INSERT INTO detector_day (device_id, day, closed_at, channel, gauges, drift, joint)
  SELECT $1, DATE '1970-01-01' + u.day, u.closed_at, u.channel, u.gauges, u.drift, u.joint
  FROM unnest($2::int[], $3::timestamptz[], $4::real[], $5::smallint[], $6::real[], $7::real[])
    AS u (day, closed_at, channel, gauges, drift, joint)
  ON CONFLICT DO NOTHING`;

export async function writeDays(tx: Transaction, deviceId: number, days: readonly DetectorDay[]): Promise<void> {
  if (days.length === 0) return;
  await tx.prepared('detector-days', INSERT, [
    deviceId,
    days.map(({ day }) => day),
    days.map(({ closedMs }) => new Date(closedMs)),
    days.map(({ channel }) => channel),
    days.map(({ gauges }) => gauges),
    days.map(({ drift }) => drift),
    days.map(({ joint }) => joint),
  ]);
}

/** Days of the unit as the product that it is now: its state was forgotten when it became it. */
const DAYS = `
  SELECT day - DATE '1970-01-01' AS day, extract(epoch FROM closed_at)::float8 * 1000 AS "closedMs", channel, gauges, drift, joint
  FROM detector_day WHERE device_id = $1 AND closed_at <= $2 AND closed_at > coalesce(
    (SELECT max(at) FROM baseline_reset WHERE device_id = $1 AND reason = 'product-changed' AND at <= $2), '-infinity')
  ORDER BY day`;

/** Oldest first. */
export const daysOf = async (db: Queryable, deviceId: number, toMs: EpochMs): Promise<DetectorDay[]> =>
  (await db.query<DetectorDay>(DAYS, [deviceId, new Date(toMs)])).rows;

/** As far back as the time machine and a training with seasons in it look. */
export const DAYS_KEPT = 1_100;
/** Rows that one statement deletes. */
const BATCH = 10_000;

/** Deletes days past their keep; how many. */
export async function trimDays(database: Database, nowMs: EpochMs, signal: AbortSignal): Promise<number> {
  const before = new Date(nowMs - DAYS_KEPT * DAY_MS);
  let deleted = 0;
  for (let more = true; more && !signal.aborted; ) {
    const { rowCount } = await database.query(
      `DELETE FROM detector_day WHERE (device_id, day) IN
         (SELECT device_id, day FROM detector_day WHERE day < ($1::timestamptz AT TIME ZONE 'UTC')::date ORDER BY day LIMIT ${BATCH})`,
      [before],
    );
    deleted += rowCount ?? 0;
    more = rowCount === BATCH;
  }
  return deleted;
}
