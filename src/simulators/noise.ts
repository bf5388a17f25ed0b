// Physical processes that move with elapsed time, so that a model gives the same kind of signal sampled every ten
// seconds or every hour: mean-reverting noise (Ornstein-Uhlenbeck, exact step), first-order lag, cycles of uneven length.
import { chanceOf, type RandomStream } from './random.ts';
import type { Stretch } from './usage.ts';

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

export type Lag = (elapsedMs: number, target: number) => number;

/** A quantity that follows its target with time constant `lagMs` (a warming oil tank, a cooling anode). */
export function createLag(start: number, lagMs: number): Lag {
  let value = start;
  return (elapsedMs, target) => {
    value = target + (value - target) * Math.exp(-elapsedMs / lagMs);
    return value;
  };
}

/** The same where the target is another in every stretch of use: oil between two patients has not cooled to its idle temperature. */
export const lagThrough = (lag: Lag, course: readonly Stretch[], targetOf: (stretch: Stretch) => number): number =>
  course.reduce((_, stretch) => lag(stretch.ms, targetOf(stretch)), lag(0, 0));

/**
 * Where in its cycle something is that comes and goes, 0 to 1. No two cycles last the same, within `spread` of their usual length,
 * and each unit has its own: a cycle never keeps step with whoever looks at it.
 */
export function createCycle(unit: RandomStream, usualMs: number, spread: number): (elapsedMs: number) => number {
  const ownMs = usualMs * unit.between(1 - spread, 1 + spread);
  const seed = Math.floor(unit.next() * 2 ** 32);
  let index = 0;
  let phase = unit.next();
  let lengthMs = ownMs;
  return (elapsedMs) => {
    phase += elapsedMs / lengthMs;
    while (phase >= 1) {
      const beyondMs = (phase - 1) * lengthMs;
      lengthMs = ownMs * (1 - spread + 2 * spread * chanceOf(seed, ++index, 0));
      phase = beyondMs / lengthMs;
    }
    return phase;
  };
}
