// A device's conflicts as a person meets them: which instant came with which other value, how often and when.
import { keyOf, limitOf, pageOf } from '../contracts/http/cursor.ts';
import type { ReadingConflict } from '../contracts/http/devices.ts';
import type { Page, PageQuery } from '../contracts/http/page.ts';
import { Problem } from '../contracts/problems.ts';
import { isoOf } from '../contracts/time.ts';
import type { Queryable } from '../db/database.ts';
import type { DeviceLookup } from './ports.ts';

interface Row {
  id: bigint;
  metric: string;
  measured_at: Date;
  stored_value: number;
  stored_label: string | null;
  other_value: number;
  other_label: string | null;
  received_at: Date;
  last_received_at: Date;
  seen: number;
}

const valueOf = (value: number, label: string | null) => ({ value, ...(label === null ? {} : { label }) });

const viewOf = (row: Row): ReadingConflict => ({
  id: Number(row.id),
  metric: row.metric,
  at: isoOf(row.measured_at.getTime()),
  stored: valueOf(row.stored_value, row.stored_label),
  other: valueOf(row.other_value, row.other_label),
  firstReceivedAt: isoOf(row.received_at.getTime()),
  lastReceivedAt: isoOf(row.last_received_at.getTime()),
  seen: row.seen,
});

/** Newest first. */
export async function readConflicts(
  db: Queryable,
  devices: DeviceLookup,
  device: string,
  query: PageQuery,
): Promise<Page<ReadingConflict>> {
  const facts = await devices.load(device);
  if (!facts) throw new Problem('not-found', `There is no device ${device}`);
  const limit = limitOf(query);
  const { rows } = await db.query<Row>(
    `SELECT c.id, m.code AS metric, c.measured_at, c.stored_value, c.other_value, c.received_at, c.last_received_at,
       c.seen, s.label AS stored_label, o.label AS other_label
     FROM reading_conflict c JOIN metric m ON m.id = c.metric_id
     LEFT JOIN metric_state s ON s.metric_id = c.metric_id AND s.code = c.stored_value
     LEFT JOIN metric_state o ON o.metric_id = c.metric_id AND o.code = c.other_value
     WHERE c.device_id = $1 AND ($2::bigint IS NULL OR c.id < $2) ORDER BY c.id DESC LIMIT $3`,
    [facts.id, keyOf(query, 'integer')?.[0] ?? null, limit + 1],
  );
  return pageOf(rows, limit, (row) => [String(row.id)], viewOf);
}
