// The time of readings that came without one: their arrival, pushed on where needed so that two messages of one device
// never share an instant (the second would count as a repetition of the first and be lost).
import type { EpochMs } from '../contracts/time.ts';

/** Devices remembered; the one that was silent longest is forgotten first. */
const REMEMBERED = 100_000;

export function arrivals(): (device: string, arrivedAtMs: EpochMs) => EpochMs {
  const lastByDevice = new Map<string, EpochMs>();
  return (device, arrivedAtMs) => {
    const last = lastByDevice.get(device) ?? Number.NEGATIVE_INFINITY;
    const at = Math.max(arrivedAtMs, last + 1);
    lastByDevice.delete(device);
    lastByDevice.set(device, at);
    if (lastByDevice.size > REMEMBERED) lastByDevice.delete(lastByDevice.keys().next().value as string);
    return at;
  };
}
