// Reads back a device's committed readings in exactly the order they were first judged: by commit, then by measured-at.
import type { EpochMs } from '../contracts/time.ts';
import type { Queryable } from '../db/database.ts';
import type { Slice } from './core/assess.ts';
import { SETTINGS } from './core/settings.ts';
import type { DeviceState } from './core/state.ts';

interface Row {
  received_at: Date;
  measured_at: Date;
  metric_id: number;
  metric: string;
  value: number;
  quality: number;
  label: string | null;
}

/** Readings measured earlier are not judged (see `latenessMs`), so the oldest chunks need not be opened. */
const READINGS = `
  SELECT r.received_at, r.measured_at, r.metric_id, m.code AS metric, r.value, r.quality, s.label
  FROM reading r JOIN metric m ON m.id = r.metric_id
  LEFT JOIN metric_state s ON s.metric_id = r.metric_id AND s.code = r.value
  WHERE r.device_id = $1 AND r.measured_at >= $2 AND (r.received_at, r.measured_at, r.metric_id) > ($3, $4, $5)
  ORDER BY r.received_at, r.measured_at, r.metric_id LIMIT $6`;

const BEGINNING_MS = -62_135_596_800_000;
const instant = (ms: EpochMs): Date => new Date(Math.max(ms, BEGINNING_MS));

/**
 * Slices committed after the state's watermark, each whole. `state` may advance while they are taken; where to start is read
 * from it once, at the first.
 */
export async function* slicesAfter(
  db: Queryable,
  deviceId: number,
  state: DeviceState,
  page: number,
): AsyncGenerator<Slice[]> {
  const fromMs = instant(state.measuredToMs - SETTINGS.latenessMs);
  // Everything of the watermark's own commit is in the state: start behind the largest possible key of it.
  let after: [Date, Date, number] = [instant(state.watermarkMs), new Date(8.64e15 / 40), 2_147_483_647];
  let open: Row[] = [];
  for (;;) {
    const { rows } = await db.prepared<Row>('predictor-replay', READINGS, [deviceId, fromMs, ...after, page]);
    open.push(...rows);
    const last = rows.at(-1);
    if (last === undefined || rows.length < page) break;
    after = [last.received_at, last.measured_at, last.metric_id];
    const whole = open.findLastIndex((row) => row.received_at.getTime() !== last.received_at.getTime()) + 1;
    if (whole > 0) yield toSlices(open.slice(0, whole));
    open = open.slice(whole);
  }
  if (open.length > 0) yield toSlices(open);
}

function toSlices(rows: readonly Row[]): Slice[] {
  const slices: { receivedAtMs: EpochMs; readings: Slice['readings'][number][] }[] = [];
  for (const row of rows) {
    const receivedAtMs = row.received_at.getTime();
    let slice = slices.at(-1);
    if (slice?.receivedAtMs !== receivedAtMs) slices.push((slice = { receivedAtMs, readings: [] }));
    slice.readings.push({
      metric: row.metric,
      measuredAtMs: row.measured_at.getTime(),
      value: row.value,
      quality: row.quality,
      ...(row.label === null ? {} : { label: row.label }),
    });
  }
  return slices;
}
