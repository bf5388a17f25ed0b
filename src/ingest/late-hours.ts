// Which hours a batch comes too late for: an hour that was closed for the rollups is noted in the commit of the reading,
// so that it is computed again. Pure but for reading the bound.
import { type EpochMs, HOUR_MS } from '../contracts/time.ts';
import type { Queryable } from '../db/database.ts';
import type { KeyedSample } from './keyed-sample.ts';

/** Hours before it are closed; it only grows. */
export async function closedTo(db: Queryable): Promise<EpochMs> {
  const { rows } = await db.query<{ closed_to: Date }>('SELECT closed_to FROM reading_rollup_state');
  return rows[0]?.closed_to.getTime() ?? Number.NEGATIVE_INFINITY;
}

export interface LateHour {
  device: number;
  hourMs: EpochMs;
  metrics: Set<number>;
}

export interface LateHours {
  hours: LateHour[];
  /** Measured at, of the oldest sample that is not late; null when all are. */
  oldestOnTimeMs: EpochMs | null;
}

/** Of samples in canonical order, by device and time; each pair of device and hour once. */
export function lateHours(samples: readonly KeyedSample[], closedToMs: EpochMs): LateHours {
  const hours: LateHour[] = [];
  let oldestOnTimeMs: EpochMs | null = null;
  for (const { deviceKey: device, measuredAtMs, metricKeys } of samples) {
    if (measuredAtMs >= closedToMs) {
      oldestOnTimeMs = Math.min(oldestOnTimeMs ?? measuredAtMs, measuredAtMs);
      continue;
    }
    const hourMs = Math.floor(measuredAtMs / HOUR_MS) * HOUR_MS;
    let hour = hours.at(-1);
    if (hour?.device !== device || hour.hourMs !== hourMs) hours.push((hour = { device, hourMs, metrics: new Set() }));
    for (const metric of metricKeys) hour.metrics.add(metric);
  }
  return { hours, oldestOnTimeMs };
}
