// Writes readings: one prepared statement per batch, idempotent by key, so that repeating it after an unknown COMMIT
// changes nothing.
import type { EpochMs } from '../contracts/time.ts';
import type { Queryable } from '../db/database.ts';
import { float8Array, int2Array, int4Array, timestamptzArray } from './binary-array.ts';
import type { Row } from './reading-rows.ts';

const INSERT = `INSERT INTO reading (device_id, metric_id, measured_at, value, quality, received_at)
  SELECT r.*, $6::timestamptz
  FROM unnest($1::int4[], $2::int4[], $3::timestamptz[], $4::float8[], $5::int2[]) AS r(d, m, t, v, q)
  ON CONFLICT DO NOTHING`;

/** Rows in canonical order, at least one. Answers how many were new. */
export async function insertReadings(db: Queryable, rows: readonly Row[], receivedAtMs: EpochMs): Promise<number> {
  const count = rows.length;
  const devices = new Int32Array(count);
  const metrics = new Int32Array(count);
  const times = new Float64Array(count);
  const values = new Float64Array(count);
  const qualities = new Int16Array(count);
  for (let i = 0; i < count; i++) {
    const row = rows[i] as Row;
    devices[i] = row.deviceKey;
    metrics[i] = row.metricKey;
    times[i] = row.measuredAtMs;
    values[i] = row.value;
    qualities[i] = row.quality;
  }
  const { rowCount } = await db.prepared('reading-insert', INSERT, [
    int4Array(devices),
    int4Array(metrics),
    timestamptzArray(times),
    float8Array(values),
    int2Array(qualities),
    new Date(receivedAtMs),
  ]);
  return rowCount;
}
