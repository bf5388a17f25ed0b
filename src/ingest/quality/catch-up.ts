// Reads back what devices said after their watermarks, in the order of its arrival, for many devices at once.
import type { Queryable } from '../../db/database.ts';
import type { WatchedReading, WatchedSlice } from '../core/device-watch.ts';

interface Row {
  device_id: number;
  received_at: Date;
  measured_at: Date;
  metric_id: number;
  metric: string;
  value: number;
  quality: number;
  label: string | null;
}

const READINGS = `
  SELECT r.device_id, r.received_at, r.measured_at, r.metric_id, m.code AS metric, r.value, r.quality, l.label
  FROM quality_state s JOIN reading r ON r.device_id = s.device_id JOIN metric m ON m.id = r.metric_id
  LEFT JOIN metric_state l ON l.metric_id = r.metric_id AND l.code = r.value
  WHERE s.device_id = ANY ($1::integer[]) AND r.received_at > s.watermark
    AND r.measured_at >= s.measured_to - $2 * INTERVAL '1 ms'
    AND (r.device_id, r.received_at, r.measured_at, r.metric_id) > ($3, $4, $5, $6)
  ORDER BY r.device_id, r.received_at, r.measured_at, r.metric_id LIMIT $7`;

export interface CatchUp {
  ids: readonly number[];
  latenessMs: number;
  page: number;
  onSlice: (deviceId: number, slice: WatchedSlice) => void;
}

/** Devices without a stored state have nothing to catch up with: they are watched from now on. */
export async function catchUp(db: Queryable, { ids, latenessMs, page, onSlice }: CatchUp): Promise<void> {
  let after: [number, Date, Date, number] = [0, new Date(0), new Date(0), 0];
  let open: Row[] = [];
  const hand = (): void => {
    const [first] = open;
    if (first === undefined) return;
    onSlice(first.device_id, { receivedAtMs: first.received_at.getTime(), readings: open.map(readingOf) });
    open = [];
  };
  for (;;) {
    const { rows } = await db.prepared<Row>('quality-catch-up', READINGS, [ids, latenessMs, ...after, page]);
    for (const row of rows) {
      const [first] = open;
      const isSame = first?.device_id === row.device_id && first.received_at.getTime() === row.received_at.getTime();
      if (!isSame) hand();
      open.push(row);
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < page) break;
    after = [last.device_id, last.received_at, last.measured_at, last.metric_id];
  }
  hand();
}

const readingOf = (row: Row): WatchedReading => ({
  metric: row.metric,
  measuredAtMs: row.measured_at.getTime(),
  value: row.value,
  quality: row.quality,
  ...(row.label === null ? {} : { label: row.label }),
});
