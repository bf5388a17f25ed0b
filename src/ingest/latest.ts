// The last value of every metric of the product, for many devices in one query. Metrics the product does not name are
// not looked for here.
import { isoOf } from '../contracts/time.ts';
import type { Queryable } from '../db/database.ts';
import type { DeviceDirectory } from './ports.ts';

export interface LatestReading {
  device: string;
  metric: string;
  at: string;
  value: number;
  /** Of a state metric. */
  label: string | null;
  quality: number;
}

export interface LatestReads {
  latest(devices: readonly string[]): Promise<LatestReading[]>;
}

interface Row {
  device_id: number;
  metric: string;
  measured_at: Date;
  value: number;
  label: string | null;
  quality: number;
}

export function latestReads(db: Queryable, directory: DeviceDirectory): LatestReads {
  return {
    async latest(devices) {
      const codeById = new Map<number, string>();
      const ids: number[] = [];
      const metrics: string[] = [];
      for (const code of devices) {
        const facts = directory.find(code);
        if (!facts) continue;
        codeById.set(facts.id, code);
        for (const metric of facts.metrics.keys()) {
          ids.push(facts.id);
          metrics.push(metric);
        }
      }
      if (ids.length === 0) return [];
      const { rows } = await db.query<Row>(
        `SELECT w.device_id, m.code AS metric, l.measured_at, l.value, l.quality, s.label
         FROM unnest($1::int4[], $2::text[]) AS w(device_id, metric)
         JOIN metric m ON m.code = w.metric
         CROSS JOIN LATERAL (
           SELECT measured_at, value, quality FROM reading r
           WHERE r.device_id = w.device_id AND r.metric_id = m.id ORDER BY measured_at DESC LIMIT 1
         ) l
         LEFT JOIN metric_state s ON s.metric_id = m.id AND s.code = l.value
         ORDER BY w.device_id, m.code`,
        [ids, metrics],
      );
      return rows.map((row) => ({
        device: codeById.get(row.device_id) as string,
        metric: row.metric,
        at: isoOf(row.measured_at.getTime()),
        value: row.value,
        label:
          directory.find(codeById.get(row.device_id) as string)?.metrics.get(row.metric)?.kind === 'state'
            ? row.label
            : null,
        quality: row.quality,
      }));
    },
  };
}
