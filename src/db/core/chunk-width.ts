// How much time one chunk of the readings should span: as much as compressing, dropping and rolling up take in one go.
// Pure.
import { DAY_MS, HOUR_MS } from '../../contracts/time.ts';

/** Widths to choose from; few, so that a rate that wavers does not change the width every day. */
export const CHUNK_WIDTHS_MS: readonly number[] = [6 * HOUR_MS, 12 * HOUR_MS, DAY_MS, 2 * DAY_MS, 7 * DAY_MS];

const MIB = 2 ** 20;
/** Smaller chunks would be so many that planning a query over years takes longer than running it. */
export const SMALLEST_CHUNK_BYTES = 2_048 * MIB;
export const LARGEST_CHUNK_BYTES = 16_384 * MIB;

/** Compressing a chunk holds the embedded database's only connection for seconds: smaller ones. */
export const EMBEDDED_CHUNK_BYTES = 128 * MIB;

/** A quarter of the database's cache, within bounds. */
export const chunkBytes = (sharedBuffersBytes: number): number =>
  Math.min(LARGEST_CHUNK_BYTES, Math.max(SMALLEST_CHUNK_BYTES, sharedBuffersBytes / 4));

/** The widest that stays below `targetBytes` at this rate; the narrowest when none does. */
export function chunkWidthMs(bytesPerMs: number, targetBytes: number): number {
  const fitting = CHUNK_WIDTHS_MS.filter((widthMs) => widthMs * bytesPerMs <= targetBytes);
  return fitting.at(-1) ?? (CHUNK_WIDTHS_MS[0] as number);
}
