// Keeps when and why a device's normal began to be learned anew, for its timeline.
import type { EpochMs } from '../../contracts/time.ts';
import type { Transaction } from '../../db/database.ts';

export type ResetReason =
  | 'job'
  | 'component-changed'
  | 'component-changed-without-job'
  | 'product-changed'
  | 'found-normal'
  | 'swap-confirmed'
  | 'swap-disputed';

export interface Reset {
  deviceId: number;
  /** Empty: the device as a whole. */
  component: string;
  atMs: EpochMs;
  reason: ResetReason;
  workOrderId: number | null;
  detail?: Readonly<Record<string, string | null>>;
}

export async function writeReset(tx: Transaction, reset: Reset): Promise<void> {
  const { deviceId, component, atMs, reason, workOrderId, detail = {} } = reset;
  await tx.query(
    `INSERT INTO baseline_reset (device_id, component, at, reason, work_order_id, detail) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (device_id, component, at, reason) DO NOTHING`,
    [deviceId, component, new Date(atMs), reason, workOrderId, JSON.stringify(detail)],
  );
}
