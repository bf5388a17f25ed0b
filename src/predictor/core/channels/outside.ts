// Out of distribution: a value, or a step, so far beyond everything the channel has seen that its past says nothing of it.
// That is neither normal nor a degree of strangeness; it may be a failure, another unit, another sensor.
import type { EpochMs } from '../../../contracts/time.ts';
import { AT, type ChannelState, placeOfMember } from './state.ts';

/** Where values lie by declaration. */
export interface DeclaredRange {
  low: number;
  high: number;
}

/** The range as a channel sees it, which is told distances from a mode's normal. */
export const inSigmas = ({ low, high }: DeclaredRange, mean: number, sigma: number): DeclaredRange => ({
  low: (low - mean) / sigma,
  high: (high - mean) / sigma,
});

/** Widths of the past beyond its end from which nothing is known... */
const WIDTHS_BEYOND = 3;
/** ... and at least so many sigmas of the mode's normal from its end: the past of a quiet gauge is narrow. */
const SIGMAS_BEYOND = 20;
/** Times the fastest step known, and a share of the past's width that a step must span; not asked where a range is declared. */
const STEPS_BEYOND = 4;
const STEP_OF_WIDTH = 0.75;
/** After a gap a step says nothing of how fast it was. */
const PACES_OF_A_GAP = 3;

const RATE = placeOfMember('rate');

/** Asked before the value is learned; values are in sigmas of the mode's normal. What is declared belongs to what is known. */
export function isOutside(
  { numbers, tops }: ChannelState,
  atMs: EpochMs,
  value: number,
  range: DeclaredRange | null,
): boolean {
  if ((numbers[AT.isKnown] as number) === 0) return false;
  const origin = numbers[AT.origin] as number;
  const relative = value - origin;
  const low = Math.min(numbers[AT.low] as number, (range?.low ?? Infinity) - origin);
  const high = Math.max(numbers[AT.high] as number, (range?.high ?? -Infinity) - origin);
  const width = high - low;
  const beyond = Math.max(low - relative, relative - high);
  if (beyond > Math.max(WIDTHS_BEYOND * width, SIGMAS_BEYOND)) return true;
  if (range !== null) return false;
  const step = Math.abs(relative - (numbers[AT.previous] as number));
  const isGap = atMs - (numbers[AT.lastMs] as number) > PACES_OF_A_GAP * (numbers[AT.paceMs] as number);
  const fastest = (tops[RATE] as number) * (numbers[AT.step] as number);
  return !isGap && step > Math.max(STEPS_BEYOND * fastest, STEP_OF_WIDTH * width, SIGMAS_BEYOND);
}

/** Since when the newest values have been outside; a value that is not ends it. */
export function noteOutside({ numbers }: ChannelState, atMs: EpochMs, outside: boolean): void {
  const wasOutside = numbers[AT.isOutside] === 1;
  if (outside && !wasOutside) numbers[AT.outsideSinceMs] = atMs;
  if (!outside && wasOutside) numbers[AT.normalSinceMs] = atMs;
  numbers[AT.isOutside] = outside ? 1 : 0;
}
