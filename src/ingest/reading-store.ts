// Writes readings: one prepared statement per batch, idempotent by key, so that repeating it after an unknown COMMIT
// changes nothing.
import type { EpochMs } from '../contracts/time.ts';
import type { Queryable } from '../db/database.ts';
import { sqlStateOf } from '../db/errors.ts';
import { float8Array, int2Array, int4Array, timestamptzArray } from './binary-array.ts';
import type { KeyedSample } from './keyed-sample.ts';

const INSERT = `INSERT INTO reading (device_id, metric_id, measured_at, value, quality, received_at)
  SELECT r.*, $6::timestamptz
  FROM unnest($1::int4[], $2::int4[], $3::timestamptz[], $4::float8[], $5::int2[]) AS r(d, m, t, v, q)`;

/** Lets readings that are there already stand. Costs the server nearly twice the plain statement. */
const INSERT_MISSING = `${INSERT} ON CONFLICT DO NOTHING`;

const UNIQUE_VIOLATION = '23505';

/** Redelivery comes in bursts: after a refused batch this many are written expecting more of it. */
const WARY_BATCHES = 20;

function parametersOf(samples: readonly KeyedSample[], receivedAtMs: EpochMs): unknown[] {
  const count = samples.reduce((sum, { values }) => sum + values.length, 0);
  const devices = new Int32Array(count);
  const metrics = new Int32Array(count);
  const times = new Float64Array(count);
  const values = new Float64Array(count);
  const qualities = new Int16Array(count);
  let at = 0;
  for (const sample of samples) {
    const end = at + sample.values.length;
    devices.fill(sample.deviceKey, at, end);
    metrics.set(sample.metricKeys, at);
    times.fill(sample.measuredAtMs, at, end);
    values.set(sample.values, at);
    qualities.set(sample.qualities, at);
    at = end;
  }
  return [
    int4Array(devices),
    int4Array(metrics),
    timestamptzArray(times),
    float8Array(values),
    int2Array(qualities),
    new Date(receivedAtMs),
  ];
}

/** Samples without doubles among them, at least one. Answers how many readings were new. Safe within a transaction. */
export async function insertMissing(
  db: Queryable,
  samples: readonly KeyedSample[],
  receivedAtMs: EpochMs,
): Promise<number> {
  const { rowCount } = await db.prepared('reading-insert-missing', INSERT_MISSING, parametersOf(samples, receivedAtMs));
  return rowCount;
}

export interface ReadingStore {
  /** As `insertMissing`, but faster, and not within a transaction: it may have to try twice. */
  insert(samples: readonly KeyedSample[], receivedAtMs: EpochMs): Promise<number>;
}

export function readingStore(db: Queryable): ReadingStore {
  let waryFor = 0;
  return {
    async insert(samples, receivedAtMs) {
      if (waryFor > 0) {
        waryFor -= 1;
        return insertMissing(db, samples, receivedAtMs);
      }
      try {
        const { rowCount } = await db.prepared('reading-insert', INSERT, parametersOf(samples, receivedAtMs));
        return rowCount;
      } catch (error) {
        if (sqlStateOf(error) !== UNIQUE_VIOLATION) throw error;
        waryFor = WARY_BATCHES;
        return insertMissing(db, samples, receivedAtMs);
      }
    },
  };
}
