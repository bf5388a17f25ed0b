// Where the series usually is and how widely it spreads: median and quantile ranges of an evenly thinned sample of its past.
import { AT, type ChannelState, SAMPLE } from './state.ts';

/** The sample is read again every so many readings. */
const REFRESH_EVERY = 8;
/** Readings between two of the sample, at most: it is about the last `SAMPLE` times as many. */
const LONGEST_STRIDE = 32;
/** Widths of a normal distribution in sigmas between quartiles, and between 5 % and 95 %. */
const QUARTILES = 1.35;
const NINE_TENTHS = 3.3;
/** Where nearly all values are the same, the rare ones still give a scale. */
const WHOLE_RANGE = 40;
const REACH = 1000;
/** Values at each end that are not yet taken for part of the past: once may have been a fault. */
const RARE = 2;

/** One unit of spread; never 0 once two values differed. */
export function scaleOf({ numbers }: ChannelState): number {
  const scale = Math.max(numbers[AT.spread] as number, (numbers[AT.reach] as number) / REACH);
  return scale === 0 ? 1 : scale;
}

const quantile = (sorted: Float32Array, share: number): number =>
  sorted[Math.round(share * (sorted.length - 1))] as number;

export function refreshNormal({ numbers, sample }: ChannelState, sorted: Float32Array): void {
  const count = numbers[AT.sampled] as number;
  if (count === 0 || (numbers[AT.readings] as number) % REFRESH_EVERY !== 0) return;
  const values = sorted.subarray(0, count);
  values.set(sample.subarray(0, count));
  values.sort();
  numbers[AT.middle] = quantile(values, 0.5);
  const rare = count > RARE * 4 ? RARE : 0;
  numbers[AT.low] = values[rare] as number;
  numbers[AT.high] = values[count - 1 - rare] as number;
  numbers[AT.spread] = Math.max(
    (quantile(values, 0.75) - quantile(values, 0.25)) / QUARTILES,
    (quantile(values, 0.95) - quantile(values, 0.05)) / NINE_TENTHS,
    (quantile(values, 1) - quantile(values, 0)) / WHOLE_RANGE,
  );
}

/** Takes every stride-th value. A full sample is halved and the stride doubled, until it is long enough to go round. */
export function sampleValue({ numbers, sample }: ChannelState, value: number): void {
  const skipped = (numbers[AT.skipped] as number) + 1;
  numbers[AT.skipped] = skipped;
  const stride = numbers[AT.stride] as number;
  if (skipped < stride) return;
  numbers[AT.skipped] = 0;
  let count = numbers[AT.sampled] as number;
  if (count === SAMPLE && stride < LONGEST_STRIDE) {
    for (let index = 0; index < SAMPLE / 2; index++) sample[index] = sample[2 * index + 1] as number;
    numbers[AT.stride] = stride * 2;
    count = SAMPLE / 2;
  }
  if (count < SAMPLE) {
    sample[count] = value;
    numbers[AT.sampled] = count + 1;
    return;
  }
  const oldest = numbers[AT.oldest] as number;
  sample[oldest] = value;
  numbers[AT.oldest] = (oldest + 1) % SAMPLE;
}
