// Keeps the hourly and daily rollups: closes hours, computes them from the readings, and computes again those that
// readings came late for. In short statements, so that storing readings never waits; the views are right meanwhile.
import { setTimeout as sleep } from 'node:timers/promises';
import { DAY_MS, type EpochMs, HOUR_MS } from '../contracts/time.ts';
import { FIRST_SLICE, nextSlice } from './core/rollup-pace.ts';
import type { Database, Queryable } from './database.ts';

/** An hour stays open so much longer for readings that take their time. */
const GRACE_MS = 15 * 60_000;
/** How long a run waits for transactions that may not know of the closing yet; then it leaves the rest to the next. */
const OPEN_TRANSACTION_LIMIT_MS = 20_000;
const LOOK_AGAIN_MS = 50;
/** Late hours of a device worked off in one transaction, however many notes there are of each. */
const LATE_PER_STEP = 200;
/** Above every device's key. */
const BEYOND_DEVICES = 2 ** 31 - 1;

const AGGREGATES = `min(value), max(value), sum(reading_summand(value)), count(*), last(value, measured_at),
  max(measured_at)`;

/** Readings may have been deleted since: what was computed from fewer never takes the place of what was from more. */
const upsert = (table: 'reading_hour' | 'reading_day', rows: string): string =>
  `INSERT INTO ${table} AS kept (device_id, metric_id, bucket, min, max, sum, n, last, last_at) ${rows}
   ON CONFLICT (device_id, metric_id, bucket) DO UPDATE
   SET min = excluded.min, max = excluded.max, sum = excluded.sum, n = excluded.n, last = excluded.last,
     last_at = excluded.last_at
   WHERE excluded.n > kept.n`;

const ROLL_HOURS = upsert(
  'reading_hour',
  `SELECT device_id, metric_id, time_bucket(INTERVAL '1 hour', measured_at), ${AGGREGATES} FROM reading
   WHERE measured_at >= $1 AND measured_at < $2 AND device_id >= $3 AND device_id < $4 GROUP BY 1, 2, 3`,
);

const ROLL_DAYS = upsert(
  'reading_day',
  `SELECT device_id, metric_id, time_bucket(INTERVAL '1 day', bucket), min(min), max(max), sum(sum), sum(n),
     last(last, bucket), max(last_at)
   FROM reading_hour WHERE bucket >= $1 AND bucket < $2 AND device_id >= $3 AND device_id < $4 GROUP BY 1, 2, 3`,
);

/** The hours noted with these ids, again; lateral, so that it is one look into the index for each. */
const ROLL_LATE_HOURS = upsert(
  'reading_hour',
  `SELECT l.device_id, l.metric_id, l.hour, a.min, a.max, a.sum, a.n, a.last, a.last_at
   FROM (SELECT DISTINCT d AS device_id, h AS hour, unnest(m::int4[]) AS metric_id
         FROM unnest($1::int4[], $2::timestamptz[], $3::text[]) AS u(d, h, m)) l
   CROSS JOIN LATERAL (
     SELECT ${AGGREGATES} FROM reading r
     WHERE r.device_id = l.device_id AND r.metric_id = l.metric_id
       AND r.measured_at >= l.hour AND r.measured_at < l.hour + INTERVAL '1 hour'
       AND r.measured_at >= $4 AND r.measured_at < $5
   ) a(min, max, sum, n, last, last_at) WHERE a.n > 0`,
);

const ROLL_LATE_DAYS = upsert(
  'reading_day',
  `SELECT l.device_id, l.metric_id, l.day, min(min), max(max), sum(sum), sum(n), last(last, bucket), max(last_at)
   FROM (SELECT DISTINCT d AS device_id, time_bucket(INTERVAL '1 day', h) AS day, unnest(m::int4[]) AS metric_id
         FROM unnest($1::int4[], $2::timestamptz[], $3::text[]) AS u(d, h, m)) l
   JOIN reading_hour h ON h.device_id = l.device_id AND h.metric_id = l.metric_id
     AND h.bucket >= l.day AND h.bucket < l.day + INTERVAL '1 day'
   WHERE l.day < $4 GROUP BY 1, 2, 3`,
);

/** What the hours say is newest, where `reading_latest` has it not: a process ended before it wrote it down. */
const CARRY_LATEST = `INSERT INTO reading_latest AS kept (device_id, metric_id, measured_at, value, quality)
   SELECT h.device_id, h.metric_id, r.measured_at, r.value, r.quality
   FROM (SELECT device_id, metric_id, max(last_at) AS last_at FROM reading_hour
         WHERE bucket >= $1 AND bucket < $2 AND ($3::int4[] IS NULL OR device_id = ANY ($3)) GROUP BY 1, 2) h
   LEFT JOIN reading_latest l ON l.device_id = h.device_id AND l.metric_id = h.metric_id
   CROSS JOIN LATERAL (
     SELECT measured_at, value, quality FROM reading
     WHERE device_id = h.device_id AND metric_id = h.metric_id AND measured_at = h.last_at
       AND measured_at >= $1 AND measured_at < $2
   ) r
   WHERE l.measured_at IS NULL OR l.measured_at < h.last_at ORDER BY 1, 2
   ON CONFLICT (device_id, metric_id) DO UPDATE
   SET measured_at = excluded.measured_at, value = excluded.value, quality = excluded.quality
   WHERE excluded.measured_at > kept.measured_at`;

interface State {
  closedToMs: EpochMs;
  rolledToMs: EpochMs;
}

const floorTo = (atMs: EpochMs, widthMs: number): EpochMs => Math.floor(atMs / widthMs) * widthMs;

async function stateOf(db: Queryable): Promise<State> {
  const { rows } = await db.query<{ closed_to: Date; rolled_to: Date }>(
    'SELECT closed_to, rolled_to FROM reading_rollup_state',
  );
  const [state] = rows;
  if (!state) throw new Error('reading_rollup_state has lost its row; restore the database from a backup');
  return { closedToMs: state.closed_to.getTime(), rolledToMs: state.rolled_to.getTime() };
}

/** Rolls up what can be by now; stops early when asked to. Says what was done. */
export async function rollUp(database: Database, nowMs: EpochMs, signal: AbortSignal): Promise<string> {
  const closedToMs = floorTo(nowMs - GRACE_MS, HOUR_MS);
  await database.query('UPDATE reading_rollup_state SET closed_to = $1 WHERE closed_to < $1', [new Date(closedToMs)]);
  if (!(await everybodyKnows(database, signal))) {
    return `put off: a transaction of another session has been open for over ${OPEN_TRANSACTION_LIMIT_MS / 1000} s`;
  }
  const hours = await rollClosed(database, signal);
  const late = await rollLate(database, signal);
  return `${hours} hours closed, ${late} late hours computed again`;
}

/** Hours that are closed and wait, and notes of late ones. */
export async function rollupsBehind(db: Queryable, nowMs: EpochMs): Promise<number> {
  const { rows } = await db.query<{ late: number; newest: Date | null }>(
    `SELECT (SELECT count(*)::integer FROM (SELECT FROM reading_late LIMIT 10000) l) AS late,
       (SELECT max(range_end) FROM timescaledb_information.chunks WHERE hypertable_name = 'reading') AS newest`,
  );
  const { rolledToMs } = await stateOf(db);
  const dueMs = Math.min(floorTo(nowMs - GRACE_MS, HOUR_MS), rows[0]?.newest?.getTime() ?? 0);
  const next = await nextChunk(db, rolledToMs);
  return (rows[0]?.late ?? 0) + Math.max(0, (dueMs - (next?.fromMs ?? dueMs)) / HOUR_MS);
}

/** A transaction that began before the closing may store a reading without noting its hour: wait for its end. */
async function everybodyKnows(database: Database, signal: AbortSignal): Promise<boolean> {
  if (database.edition.kind === 'embedded') return true; // The one session there is asks this very question.
  const { rows } = await database.query<{ now: string }>('SELECT clock_timestamp()::text AS now');
  const giveUpMs = performance.now() + OPEN_TRANSACTION_LIMIT_MS;
  for (;;) {
    const { rowCount } = await database.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'
         AND pid <> pg_backend_pid() AND xact_start < $1::timestamptz LIMIT 1`,
      [rows[0]?.now],
    );
    if (rowCount === 0) return true;
    if (signal.aborted || performance.now() > giveUpMs) return false;
    await sleep(LOOK_AGAIN_MS);
  }
}

/** The oldest chunk with readings at or after `fromMs`; null when there is none. */
async function nextChunk(db: Queryable, fromMs: EpochMs): Promise<{ fromMs: EpochMs; toMs: EpochMs } | null> {
  const { rows } = await db.query<{ from: Date; to: Date }>(
    `SELECT greatest(range_start, $1::timestamptz) AS from, range_end AS to FROM timescaledb_information.chunks
     WHERE hypertable_name = 'reading' AND range_end > $1 ORDER BY range_start LIMIT 1`,
    [new Date(fromMs)],
  );
  return rows[0] ? { fromMs: rows[0].from.getTime(), toMs: rows[0].to.getTime() } : null;
}

/** Chunk by chunk, and within it some devices at a time: the index leads with the device, so each row is read once. */
async function rollClosed(database: Database, signal: AbortSignal): Promise<number> {
  const { rows } = await database.query<{ last: number }>('SELECT coalesce(max(id), 0) AS last FROM device');
  const endDevice = (rows[0]?.last ?? 0) + 1;
  const { closedToMs, rolledToMs } = await stateOf(database);
  let slice = FIRST_SLICE;
  let hours = 0;
  for (let rolledMs = rolledToMs; rolledMs < closedToMs; ) {
    const chunk = await nextChunk(database, rolledMs);
    const startMs = Math.min(floorTo(chunk?.fromMs ?? closedToMs, HOUR_MS), closedToMs);
    const endMs = Math.min(Math.ceil((chunk?.toMs ?? closedToMs) / HOUR_MS) * HOUR_MS, closedToMs);
    const span = [new Date(startMs), new Date(endMs)];
    for (let device = 0; device < endDevice && startMs < endMs; ) {
      if (signal.aborted) return hours;
      const nextDevice = device + slice;
      const beganMs = performance.now();
      await database.query(ROLL_HOURS, [...span, device, nextDevice < endDevice ? nextDevice : BEYOND_DEVICES]);
      device = nextDevice;
      slice = nextSlice(slice, performance.now() - beganMs);
    }
    await rollDays(database, rolledMs, endMs);
    if (startMs < endMs) await database.query(CARRY_LATEST, [...span, null]);
    await database.query('UPDATE reading_rollup_state SET rolled_to = $1 WHERE rolled_to < $1', [new Date(endMs)]);
    hours += (endMs - startMs) / HOUR_MS;
    rolledMs = endMs;
  }
  return hours;
}

/** The days that are whole once the hours up to `toMs` are there. */
async function rollDays(db: Queryable, fromMs: EpochMs, toMs: EpochMs): Promise<void> {
  const span = [new Date(floorTo(fromMs, DAY_MS)), new Date(floorTo(toMs, DAY_MS))];
  if (floorTo(fromMs, DAY_MS) < floorTo(toMs, DAY_MS)) await db.query(ROLL_DAYS, [...span, 0, BEYOND_DEVICES]);
}

interface Note {
  device_id: number;
  hour: Date;
  metric_ids: number[];
}

/** One device's hour after the other, so that many notes of one hour are one computation. */
const TAKE_NOTES = `
  DELETE FROM reading_late l USING (
    SELECT DISTINCT device_id, hour FROM reading_late
    WHERE (device_id, hour) > ($1::int4, $2::timestamptz) AND hour < $3 AND id <= $4
    ORDER BY device_id, hour LIMIT ${LATE_PER_STEP}
  ) taken WHERE l.device_id = taken.device_id AND l.hour = taken.hour AND l.id <= $4
  RETURNING l.device_id, l.hour, l.metric_ids`;

/**
 * A note is deleted with the transaction that computed its hour, so a note that comes meanwhile is another one, and left
 * to the next run: late readings that keep coming do not keep a run going.
 */
async function rollLate(database: Database, signal: AbortSignal): Promise<number> {
  const { rolledToMs } = await stateOf(database);
  const today = new Date(floorTo(rolledToMs, DAY_MS));
  const { rows: newest } = await database.query<{ id: bigint }>('SELECT coalesce(max(id), 0) AS id FROM reading_late');
  let after: [number, Date] = [-1, new Date(0)];
  for (let done = 0; ; ) {
    if (signal.aborted) return done;
    const taken = await database.transaction(async (tx) => {
      const { rows } = await tx.query<Note>(TAKE_NOTES, [...after, new Date(rolledToMs), newest[0]?.id]);
      if (rows.length === 0) return null;
      const late = [
        rows.map((row) => row.device_id),
        rows.map((row) => row.hour),
        rows.map((row) => `{${row.metric_ids.join(',')}}`),
      ];
      const hours = rows.map((row) => row.hour.getTime());
      const span = [new Date(Math.min(...hours)), new Date(Math.max(...hours) + HOUR_MS)];
      await tx.query(ROLL_LATE_HOURS, [...late, ...span]);
      await tx.query(ROLL_LATE_DAYS, [...late, today]);
      await tx.query(CARRY_LATEST, [...span, late[0]]);
      return rows;
    });
    if (taken === null) return done;
    after = lastOf(taken);
    done += new Set(taken.map(({ device_id: device, hour }) => `${device} ${hour.getTime()}`)).size;
  }
}

/** The last device and hour in the order in which notes are taken; DELETE gives them back in any. */
function lastOf(notes: readonly Note[]): [number, Date] {
  const device = Math.max(...notes.map((note) => note.device_id));
  const hours = notes.filter((note) => note.device_id === device).map(({ hour }) => hour.getTime());
  return [device, new Date(Math.max(...hours))];
}
