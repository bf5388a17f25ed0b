// What the quality watch needs from others: what a device is expected to say, and which messages were held.
import type { Product } from '../../contracts/product.ts';

export interface WatchedCatalogue {
  /** `null` when there is no such device. */
  load(device: string): Promise<{ id: number; product: Product; lifecycle: string } | null>;
}

export interface HeldNotice {
  device: string;
  reason: string;
}
