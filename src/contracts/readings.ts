// Readings as they go from ingest to whoever looks at committed telemetry.
import type { EpochMs } from './time.ts';

/** Quality of a reading, a bit set; 0 is good. `conflict`: the same key came again with another value. */
export const QUALITY = { good: 0, implausible: 1, unknownMetric: 2, arrivalTime: 4, conflict: 8 } as const;

/** One committed reading. State metrics carry the label; `value` is then its code. */
export interface Reading {
  deviceId: string;
  metric: string;
  measuredAtMs: EpochMs;
  value: number;
  label?: string;
  quality: number;
}

/**
 * What one database commit made durable, in canonical order (device, measured at, metric).
 * `receivedAtMs` grows strictly from commit to commit, so it orders a device's readings by arrival.
 */
export interface CommittedBatch {
  receivedAtMs: EpochMs;
  readings: readonly Reading[];
}
