// Physical processes that move with elapsed time, so that a model gives the same kind of signal sampled every ten
// seconds or every hour: mean-reverting noise (Ornstein-Uhlenbeck, exact step) and first-order lag.
import type { RandomStream } from './random.ts';

export type Process = (elapsedMs: number) => number;

/** Noise around zero with standard deviation `sd` that forgets over `memoryMs`; kept within 3 sd, as hardware is. */
export function createWander(random: RandomStream, sd: number, memoryMs: number): Process {
  let value = random.normal() * sd;
  return (elapsedMs) => {
    const kept = Math.exp(-elapsedMs / memoryMs);
    value = value * kept + sd * Math.sqrt(1 - kept * kept) * random.normal();
    value = Math.max(-3 * sd, Math.min(3 * sd, value));
    return value;
  };
}

/** White measurement noise, cut at 3 sd. */
export const createJitter =
  (random: RandomStream, sd: number): (() => number) =>
  () =>
    sd * Math.max(-3, Math.min(3, random.normal()));

/** A quantity that follows its target with time constant `lagMs` (a warming oil tank, a cooling anode). */
export function createLag(start: number, lagMs: number): (elapsedMs: number, target: number) => number {
  let value = start;
  return (elapsedMs, target) => {
    value = target + (value - target) * Math.exp(-elapsedMs / lagMs);
    return value;
  };
}
