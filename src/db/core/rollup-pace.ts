// Of how many devices one statement of the rollups takes the readings: as many as fit a time that nobody notices beside
// it. Pure.

export const FIRST_SLICE = 50;

const QUICK_MS = 100;
const SLOW_MS = 300;
const LARGEST_SLICE = 1_000_000;

/** Half as many after a slow statement, twice as many after a quick one. */
export function nextSlice(devices: number, tookMs: number): number {
  if (tookMs > SLOW_MS) return Math.max(1, Math.floor(devices / 2));
  return tookMs < QUICK_MS ? Math.min(devices * 2, LARGEST_SLICE) : devices;
}
