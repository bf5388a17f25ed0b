// What the predictor needs from other rooms: who a device is, and what a failure mode of it costs.
import type { QualityEvent } from '../contracts/http/quality.ts';
import type { Product } from '../contracts/product.ts';
import type { EpochMs } from '../contracts/time.ts';
import type { ActionCosts } from './core/prognosis.ts';

export interface Catalogue {
  /** `null` when there is no such device. */
  load(device: string): Promise<{ id: number; product: Product } | null>;
}

/** What was wrong with a device's data in a window, and how much of it came. */
export type DataQuality = (
  device: string,
  fromMs: EpochMs,
  toMs: EpochMs,
) => Promise<{ completeness: number | null; events: readonly QualityEvent[] }>;

/** `null` when master data cannot price it (no rate, no part, several currencies): then nothing is triggered. */
export type Economics = (device: string, component: string, failureMode: string) => Promise<ActionCosts | null>;
