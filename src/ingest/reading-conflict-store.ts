// Keeps what came for a key that has another value already: the first value stands and is flagged, the other one is
// written down beside it. Bounded per device, because a broken device may repeat one instant for ever.
import { QUALITY } from '../contracts/readings.ts';
import type { EpochMs } from '../contracts/time.ts';
import type { Transaction } from '../db/database.ts';
import { float8Array, int4Array, timestamptzArray } from './binary-array.ts';
import type { KeyedValue } from './keyed-sample.ts';

/** Conflicts of one device that are written down; those beyond are counted and flagged only. */
const KEPT_PER_DEVICE = 10_000;

/**
 * The look-up is lateral, so that it is one index probe a key however many there are; the span of time rules out
 * chunks before the first probe.
 */
const FIND = `SELECT g.d AS device_id, g.m AS metric_id, g.t AS measured_at, g.v AS other_value, r.value AS stored_value
  FROM unnest($1::int4[], $2::int4[], $3::timestamptz[], $4::float8[]) AS g(d, m, t, v)
  CROSS JOIN LATERAL (
    SELECT value FROM reading
    WHERE device_id = g.d AND metric_id = g.m AND measured_at = g.t AND measured_at BETWEEN $5 AND $6
    OFFSET 0
  ) AS r
  WHERE r.value IS DISTINCT FROM g.v`;

const KEEP = `INSERT INTO reading_conflict AS c
    (device_id, metric_id, measured_at, stored_value, other_value, received_at, last_received_at)
  SELECT DISTINCT ON (d, m, t, o) d, m, t, s, o, $6::timestamptz, $6::timestamptz
  FROM unnest($1::int4[], $2::int4[], $3::timestamptz[], $4::float8[], $5::float8[]) AS g(d, m, t, s, o)
  WHERE d NOT IN (
    SELECT device_id FROM reading_conflict WHERE device_id = ANY ($1)
    GROUP BY device_id HAVING count(*) >= ${KEPT_PER_DEVICE}
  )
  ON CONFLICT (device_id, metric_id, measured_at, other_value)
  DO UPDATE SET seen = c.seen + 1, last_received_at = EXCLUDED.last_received_at`;

/** Device and metric are named as constants too: a compressed chunk then unpacks only what may hold them. */
const FLAG = `UPDATE reading r SET quality = r.quality | ${QUALITY.conflict}
  FROM unnest($1::int4[], $2::int4[], $3::timestamptz[]) AS g(d, m, t)
  WHERE r.device_id = g.d AND r.metric_id = g.m AND r.measured_at = g.t AND r.quality & ${QUALITY.conflict} = 0
    AND r.device_id = ANY ($1) AND r.metric_id = ANY ($2) AND r.measured_at BETWEEN $4 AND $5`;

interface Found {
  device_id: number;
  metric_id: number;
  measured_at: Date;
  other_value: number;
  stored_value: number;
}

interface Span {
  from: Date;
  to: Date;
}

function spanOf(values: readonly KeyedValue[]): Span {
  let fromMs = Number.POSITIVE_INFINITY;
  let toMs = Number.NEGATIVE_INFINITY;
  for (const { measuredAtMs } of values) {
    fromMs = Math.min(fromMs, measuredAtMs);
    toMs = Math.max(toMs, measuredAtMs);
  }
  return { from: new Date(fromMs), to: new Date(toMs) };
}

/** Those of `values` that another value stands for in the table, now written down. */
export async function keepConflicts(
  tx: Transaction,
  values: readonly KeyedValue[],
  receivedAtMs: EpochMs,
): Promise<KeyedValue[]> {
  const span = spanOf(values);
  const { rows } = await tx.query<Found>(FIND, [
    int4Array(values.map((one) => one.deviceKey)),
    int4Array(values.map((one) => one.metricKey)),
    timestamptzArray(values.map((one) => one.measuredAtMs)),
    float8Array(values.map((one) => one.value)),
    span.from,
    span.to,
  ]);
  if (rows.length === 0) return [];
  const keys = [
    int4Array(rows.map((row) => row.device_id)),
    int4Array(rows.map((row) => row.metric_id)),
    timestamptzArray(rows.map((row) => row.measured_at.getTime())),
  ];
  const stored = float8Array(rows.map((row) => row.stored_value));
  const other = float8Array(rows.map((row) => row.other_value));
  await tx.query(KEEP, [...keys, stored, other, new Date(receivedAtMs)]);
  await tx.query(FLAG, [...keys, span.from, span.to]);
  return rows.map((row) => ({
    deviceKey: row.device_id,
    metricKey: row.metric_id,
    measuredAtMs: row.measured_at.getTime(),
    value: row.other_value,
  }));
}
