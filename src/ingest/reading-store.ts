// Writes readings: one prepared statement per batch, idempotent by key, so that repeating it after an unknown COMMIT
// changes nothing.
import type { EpochMs } from '../contracts/time.ts';
import type { Queryable } from '../db/database.ts';
import { sqlStateOf } from '../db/errors.ts';
import { float8Array, int2Array, int4Array, timestamptzArray } from './binary-array.ts';
import { countOf, type KeyedSample } from './keyed-sample.ts';
import { closedTo, lateHours } from './late-hours.ts';

/**
 * Writes nothing when an hour of its samples was closed for the rollups: $7 is the oldest time not noted as late. The
 * filter is looked at once a statement.
 */
const INSERT = `INSERT INTO reading (device_id, metric_id, measured_at, value, quality, received_at)
  SELECT r.*, $6::timestamptz
  FROM unnest($1::int4[], $2::int4[], $3::timestamptz[], $4::float8[], $5::int2[]) AS r(d, m, t, v, q)
  WHERE (SELECT closed_to FROM reading_rollup_state) <= $7::timestamptz`;

/** Notes the hours that come late in the same commit. */
const NOTE_LATE = `WITH late AS (
    INSERT INTO reading_late (device_id, hour, metric_ids)
    SELECT d, h, m::int4[] FROM unnest($8::int4[], $9::timestamptz[], $10::text[]) AS l(d, h, m)
  )`;

/** Lets readings that are there already stand. Costs the server nearly twice the plain statement. */
const OR_NOTHING = 'ON CONFLICT DO NOTHING';

/** Later than any reading: all of the batch are noted as late. */
const NEVER_MS = Date.UTC(9999, 0);

const UNIQUE_VIOLATION = '23505';

/** `insertNew` met a reading that is there already. */
export const isRepetition = (error: unknown): boolean => sqlStateOf(error) === UNIQUE_VIOLATION;

/** Samples without doubles among them, at least one. Answers how many readings were new. */
export type Insert = (db: Queryable, samples: readonly KeyedSample[], receivedAtMs: EpochMs) => Promise<number>;

/** All or, when one of them is there already, none. */
export const insertNew: Insert = (db, samples, receivedAtMs) => insert(db, samples, receivedAtMs, 'new');

export const insertMissing: Insert = (db, samples, receivedAtMs) => insert(db, samples, receivedAtMs, 'missing');

async function insert(
  db: Queryable,
  samples: readonly KeyedSample[],
  receivedAtMs: EpochMs,
  which: 'new' | 'missing',
): Promise<number> {
  const columns = parametersOf(samples, receivedAtMs);
  const text = which === 'new' ? INSERT : `${INSERT} ${OR_NOTHING}`;
  for (let closedToMs = Number.NEGATIVE_INFINITY; ; ) {
    const { hours, oldestOnTimeMs } = lateHours(samples, closedToMs);
    const parameters = [...columns, new Date(oldestOnTimeMs ?? NEVER_MS)];
    const { rowCount } =
      hours.length === 0
        ? await db.prepared(`reading-insert-${which}`, text, parameters)
        : await db.prepared(`reading-insert-late-${which}`, `${NOTE_LATE} ${text}`, [
            ...parameters,
            int4Array(hours.map(({ device }) => device)),
            timestamptzArray(hours.map(({ hourMs }) => hourMs)),
            hours.map((late) => `{${[...late.metrics].join(',')}}`),
          ]);
    if (rowCount > 0) return rowCount;
    // None written: all were there already, or an hour of theirs has been closed.
    const nowClosedToMs = await closedTo(db);
    if (nowClosedToMs <= closedToMs || (oldestOnTimeMs ?? NEVER_MS) >= nowClosedToMs) return 0;
    closedToMs = nowClosedToMs;
  }
}

function parametersOf(samples: readonly KeyedSample[], receivedAtMs: EpochMs): unknown[] {
  const count = countOf(samples);
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
