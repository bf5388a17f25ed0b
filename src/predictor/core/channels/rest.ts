// What follows a peak: the channel rests, so that one event is told once, and peaks no higher than those it had before are worth
// less. What comes again and again, a nightly job or a weekly cleaning, is part of the series and not news.
import { AT, type ChannelState, PEAKS } from './state.ts';

/** After a peak only what is stranger still counts, for so many readings; then its shadow halves every so many. */
const REST_READINGS = 400;
const SHADOW_HALVES = 700;
const IN_SHADOW = 0.2;
/** Readings in which a past peak counts half. */
const PEAK_HALVES = 3000;
/** Each past peak of at least this height takes so much: seven of them halve what is told. */
const HABIT = 0.15;
/** Shares of the new height between which a past peak counts from not at all to fully. */
const LIKE_FROM = 0.9;
const LIKE_FULLY = 1.1;

export type Rest = Pick<ChannelState, 'numbers' | 'peakHeights' | 'peakWeights'>;

/**
 * What is told of `raw`, in its unit: all of a first peak, less of one more of the kind, a share inside a rest. `most`: what
 * grows with all that is known, so that the same spike counts as the same a month later, when it is rarer by the numbers.
 */
export function afterRest(rest: Rest, raw: number, most = 1): number {
  const { numbers } = rest;
  const since = (numbers[AT.sincePeak] as number) + 1;
  const shadow = (numbers[AT.peak] as number) * 0.5 ** (Math.max(0, since - REST_READINGS) / SHADOW_HALVES);
  if (raw <= shadow) {
    numbers[AT.sincePeak] = since;
    return IN_SHADOW * raw;
  }
  numbers[AT.peak] = raw;
  numbers[AT.sincePeak] = 0;
  return raw / (1 + HABIT * recur(rest, raw / most, since));
}

/** How many peaks of at least this height came before, older ones for less; then this one is remembered. */
function recur({ numbers, peakHeights, peakWeights }: Rest, height: number, since: number): number {
  const fading = 0.5 ** (since / PEAK_HALVES);
  let like = 0;
  for (let index = 0; index < PEAKS; index++) {
    const weight = (peakWeights[index] as number) * fading;
    peakWeights[index] = weight;
    const share = ((peakHeights[index] as number) / height - LIKE_FROM) / (LIKE_FULLY - LIKE_FROM);
    like += weight * Math.min(1, Math.max(0, share));
  }
  const oldest = numbers[AT.oldestPeak] as number;
  peakHeights[oldest] = height;
  peakWeights[oldest] = 1;
  numbers[AT.oldestPeak] = (oldest + 1) % PEAKS;
  return like;
}
