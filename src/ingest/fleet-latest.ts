// The newest reading of every device and metric, kept in a table beside the readings: gathered from commits in memory and
// written down together, at most once a moment. A kill loses what was gathered; the start finds it again.
import type { BaseLogger } from 'pino';
import type { CommittedBatch, Reading } from '../contracts/readings.ts';
import type { Database, Queryable } from '../db/database.ts';
import { float8Array, int2Array, timestamptzArray } from './binary-array.ts';

/** How long values are gathered: what another process reads is at most this much behind. */
export const FLUSH_MS = 2_000;
/** Values in one statement: the embedded database does nothing else meanwhile. */
const VALUES_PER_STATEMENT = 5_000;

const UPSERT = `INSERT INTO reading_latest AS kept (device_id, metric_id, measured_at, value, quality)
  SELECT d.id, m.id, g.t, g.v, g.q
  FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::float8[], $5::int2[]) AS g(d, m, t, v, q)
  JOIN device d ON d.code = g.d JOIN metric m ON m.code = g.m
  ORDER BY d.id, m.id
  ON CONFLICT (device_id, metric_id) DO UPDATE
  SET measured_at = excluded.measured_at, value = excluded.value, quality = excluded.quality
  WHERE excluded.measured_at > kept.measured_at`;

/** Readings no rollup has seen yet; those before them are put right when their hour is closed. */
const FIND_AGAIN = `INSERT INTO reading_latest AS kept (device_id, metric_id, measured_at, value, quality)
  SELECT DISTINCT ON (device_id, metric_id) device_id, metric_id, measured_at, value, quality
  FROM reading WHERE measured_at >= (SELECT rolled_to FROM reading_rollup_state)
  ORDER BY device_id, metric_id, measured_at DESC
  ON CONFLICT (device_id, metric_id) DO UPDATE
  SET measured_at = excluded.measured_at, value = excluded.value, quality = excluded.quality
  WHERE excluded.measured_at > kept.measured_at`;

export interface FleetLatest {
  /** Takes note of what was committed. Never waits. */
  observe(batch: CommittedBatch): void;
  /** Writes down what was gathered so far; what was committed before the call is in the table after it. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export function startFleetLatest(database: Database, log: BaseLogger): FleetLatest {
  let gathered = new Map<string, Map<string, Reading>>();
  let writing: Promise<void> = findAgain(database, log);
  let timer: NodeJS.Timeout | undefined;

  async function write(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const taken = gathered;
    gathered = new Map();
    try {
      await writeDown(
        database,
        [...taken.values()].flatMap((metrics) => [...metrics.values()]),
      );
    } catch (error) {
      log.warn({ error }, 'the newest values could not be written down; trying again');
      for (const metrics of taken.values()) for (const reading of metrics.values()) gather(reading);
      wake();
      throw error;
    }
  }

  function flush(): Promise<void> {
    const done = writing.catch(() => {}).then(write);
    writing = done;
    return done;
  }

  function gather(reading: Reading): void {
    let metrics = gathered.get(reading.deviceId);
    if (!metrics) gathered.set(reading.deviceId, (metrics = new Map()));
    const known = metrics.get(reading.metric);
    if (!known || known.measuredAtMs < reading.measuredAtMs) metrics.set(reading.metric, reading);
  }

  const wake = (): void => void (timer ??= setTimeout(() => void flush().catch(() => {}), FLUSH_MS));

  return {
    observe({ readings }) {
      for (const reading of readings) gather(reading);
      wake();
    },
    flush: () => (gathered.size === 0 ? writing.catch(() => {}) : flush()),
    async close() {
      clearTimeout(timer);
      await flush().catch(() => {});
      clearTimeout(timer);
    },
  };
}

async function writeDown(db: Queryable, readings: readonly Reading[]): Promise<void> {
  for (let at = 0; at < readings.length; at += VALUES_PER_STATEMENT) {
    const some = readings.slice(at, at + VALUES_PER_STATEMENT);
    await db.prepared('reading-latest-upsert', UPSERT, [
      some.map(({ deviceId }) => deviceId),
      some.map(({ metric }) => metric),
      timestamptzArray(some.map(({ measuredAtMs }) => measuredAtMs)),
      float8Array(some.map(({ value }) => value)),
      int2Array(some.map(({ quality }) => quality)),
    ]);
  }
}

async function findAgain(db: Queryable, log: BaseLogger): Promise<void> {
  try {
    await db.query(FIND_AGAIN);
  } catch (error) {
    log.warn({ error }, 'the newest values of the time before the start will be known when their hour is closed');
  }
}
