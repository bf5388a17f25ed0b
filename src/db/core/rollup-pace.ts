// How much one statement of the rollups takes on: as many hours, or else devices, as fit a time that nobody notices
// beside it. Pure.

export interface RollupPace {
  hours: number;
  devices: number;
}

export const FIRST_PACE: RollupPace = { hours: 1, devices: 1_000_000 };

const QUICK_MS = 100;
const SLOW_MS = 300;
const MOST_HOURS = 168;

/** Slower: fewer hours, then fewer devices at a time; quicker: the other way round. */
export function nextPace({ hours, devices }: RollupPace, tookMs: number, allDevices: number): RollupPace {
  if (tookMs > SLOW_MS) {
    if (hours > 1) return { hours: Math.ceil(hours / 2), devices };
    return { hours, devices: Math.max(1, Math.ceil(Math.min(devices, allDevices) / 2)) };
  }
  if (tookMs >= QUICK_MS) return { hours, devices };
  if (devices < allDevices) return { hours, devices: devices * 2 };
  return { hours: Math.min(hours * 2, MOST_HOURS), devices };
}
