// The last value of every metric of a device, one index look-up a metric.
import type { LatestValue } from '../contracts/http/devices.ts';
import { Problem } from '../contracts/problems.ts';
import { isoOf } from '../contracts/time.ts';
import type { Queryable } from '../db/database.ts';
import type { DeviceLookup } from './ports.ts';

interface Row {
  metric: string;
  measured_at: Date;
  value: number;
  label: string | null;
  quality: number;
}

/** By metric code; also metrics the product does not name. */
export async function readLatest(db: Queryable, devices: DeviceLookup, device: string): Promise<LatestValue[]> {
  const facts = await devices.load(device);
  if (!facts) throw new Problem('not-found', `There is no device ${device}`);
  const { rows } = await db.prepared<Row>(
    'latest-of-device',
    `SELECT m.code AS metric, l.measured_at, l.value, l.quality, s.label
     FROM metric m
     CROSS JOIN LATERAL (
       SELECT measured_at, value, quality FROM reading r
       WHERE r.device_id = $1 AND r.metric_id = m.id ORDER BY measured_at DESC LIMIT 1
     ) l
     LEFT JOIN metric_state s ON s.metric_id = m.id AND s.code = l.value
     ORDER BY m.code`,
    [facts.id],
  );
  return rows.map(({ metric, measured_at, value, label, quality }) => ({
    metric,
    at: isoOf(measured_at.getTime()),
    value,
    ...(label !== null && facts.metrics.get(metric)?.kind === 'state' ? { label } : {}),
    quality,
  }));
}
