// How rare a score is among the channel's own past scores of that kind: a conformal tail. Scores fall into bins of equal
// ratio whose weight fades, so each member speaks the same language (bits, minus the logarithm of a share) on every series.
import { AT, BINS, type ChannelState, MEMBERS } from './state.ts';

/** Scores that the past is about. */
const MEMORY = 6000;
const FEWEST = 30;
const BINS_AN_OCTAVE = 2.5;
const LOWEST = 2 ** -4;
/** Weights grow instead of fading one by one; now and then all are scaled back. */
const GROWTH = 1 / (1 - 1 / MEMORY);
const LARGEST_WEIGHT = 2 ** 20;
/** A score beyond every past one is rarer than one in all of them: a bit for each doubling, up to this many. */
const MOST_BEYOND = 8;
/**
 * A rare cell is the least telling: at full voice half-space trees cost three points of the public benchmark's standard profile,
 * at half they cost none and still speak where nothing else sees anything.
 */
const LOUDNESS = Float64Array.from(MEMBERS, (member) => (member === 'half-space' ? 0.5 : 1));

/** The most one member can say by rarity alone: it grows with what is known. */
export const mostBitsOf = (readings: number): number => Math.log2(Math.min(readings, MEMORY) + 1);

const placeOf = (score: number): number => {
  if (score <= LOWEST) return 0;
  return Math.min(BINS - 1.001, Math.log2(score / LOWEST) * BINS_AN_OCTAVE);
};

/** Writes each member's bits for its score, then adds the scores to the past. */
export function judgeAndLearn(channel: ChannelState, scores: Float64Array, bits: Float64Array): void {
  const { numbers, tails, tops } = channel;
  const known = numbers[AT.readings] as number;
  const weight = numbers[AT.tailGrowth] as number;
  const total = numbers[AT.tailTotal] as number;
  const effective = Math.min(known, MEMORY);
  for (let member = 0; member < MEMBERS.length; member++) {
    const score = scores[member] as number;
    const place = placeOf(score);
    const bin = Math.floor(place);
    const top = tops[member] as number;
    if (known >= FEWEST) {
      const share = shareAbove(tails, member * BINS, place, bin) / total;
      const isBeyond = share * effective < 1 && score > top && top > 0;
      const beyond = isBeyond ? Math.min(MOST_BEYOND, Math.log2(score / top)) : 0;
      bits[member] = (LOUDNESS[member] as number) * (beyond - Math.log2((share * effective + 1) / (effective + 1)));
    } else bits[member] = 0;
    tails[member * BINS + bin] = (tails[member * BINS + bin] as number) + weight;
    tops[member] = Math.max(score, top * (1 - 1 / MEMORY));
  }
  numbers[AT.tailTotal] = total + weight;
  numbers[AT.tailGrowth] = weight * GROWTH;
  if (weight > LARGEST_WEIGHT) scaleBack(channel);
}

function shareAbove(tails: Float32Array, from: number, place: number, bin: number): number {
  let above = (tails[from + bin] as number) * (1 - (place - bin));
  for (let index = from + bin + 1; index < from + BINS; index++) above += tails[index] as number;
  return above;
}

function scaleBack({ numbers, tails, masses }: ChannelState): void {
  const by = 1 / (numbers[AT.tailGrowth] as number);
  for (let index = 0; index < tails.length; index++) tails[index] = (tails[index] as number) * by;
  for (let index = 0; index < masses.length; index++) masses[index] = (masses[index] as number) * by;
  numbers[AT.tailTotal] = (numbers[AT.tailTotal] as number) * by;
  numbers[AT.tailGrowth] = 1;
}
