// One metric of one device as a stream: every reading gets a score from 0 to 1, causally, at a constant cost. Members say how
// strange it is each in its way; the strongest few together, in bits, make the score; after a peak the channel rests.
import type { EpochMs } from '../../../contracts/time.ts';
import { type Workspace, scoreMembers } from './members.ts';
import { refreshNormal, sampleValue } from './normal.ts';
import { afterRest } from './rest.ts';
import { AT, type ChannelState, CONTEXT, type Member, MEMBERS, PATTERN, SAMPLE } from './state.ts';
import { judgeAndLearn, mostBitsOf } from './tails.ts';

/** Weights of the members that speak, loudest first: one alone is often chance, all together drown the one that knows. */
const VOICES = [1, 1, 0.9, 0.8] as const;
/** Bits at which the score is one half. */
const HALF_BITS = 23;
/** Until then nothing can be said. */
const WARM_UP = 100;
/** Steps the usual time between two values is about. */
const PACE_READINGS = 20;

export const createWorkspace = (): Workspace => ({
  scores: new Float64Array(MEMBERS.length),
  bits: new Float64Array(MEMBERS.length),
  loudest: new Float64Array(VOICES.length),
  context: new Float64Array(CONTEXT),
  pattern: new Float64Array(PATTERN),
  sorted: new Float32Array(SAMPLE),
});

/** Score of the value, 0 to 1; `null` while too little is known. Values that are no numbers are not for a channel. */
export function observeChannel(channel: ChannelState, atMs: EpochMs, value: number, space: Workspace): number | null {
  const { numbers } = channel;
  const readings = numbers[AT.readings] as number;
  if (readings === 0) {
    numbers[AT.origin] = value;
    numbers[AT.firstMs] = atMs;
  } else followPace(numbers, atMs, readings);
  const relative = value - (numbers[AT.origin] as number);
  numbers[AT.reach] = Math.max(numbers[AT.reach] as number, Math.abs(relative));
  refreshNormal(channel, space.sorted);
  scoreMembers(channel, atMs, relative, space);
  judgeAndLearn(channel, space.scores, space.bits);
  sampleValue(channel, relative);
  numbers[AT.previous] = relative;
  numbers[AT.readings] = readings + 1;
  numbers[AT.lastMs] = atMs;
  const raw = strongest(space);
  const told = afterRest(channel, raw, mostBitsOf(readings + 1));
  const score = told / (told + HALF_BITS);
  numbers[AT.raw] = raw;
  numbers[AT.score] = score;
  const isKnown = readings >= WARM_UP;
  if (isKnown && numbers[AT.isKnown] === 0) numbers[AT.normalSinceMs] = atMs;
  numbers[AT.isKnown] = isKnown ? 1 : 0;
  return isKnown ? score : null;
}

function followPace(numbers: Float64Array, atMs: EpochMs, readings: number): void {
  const step = Math.max(0, atMs - (numbers[AT.lastMs] as number));
  const share = Math.max(1 / PACE_READINGS, 1 / readings);
  numbers[AT.paceMs] = (numbers[AT.paceMs] as number) + share * (step - (numbers[AT.paceMs] as number));
}

/** The few loudest, each a little quieter than the one before. */
function strongest({ bits, loudest }: Workspace): number {
  loudest.fill(0);
  for (const one of bits) {
    let place = VOICES.length;
    while (place > 0 && one > (loudest[place - 1] as number)) {
      place--;
      if (place + 1 < VOICES.length) loudest[place + 1] = loudest[place] as number;
    }
    if (place < VOICES.length) loudest[place] = one;
  }
  let sum = 0;
  for (let place = 0; place < VOICES.length; place++) sum += (VOICES[place] as number) * (loudest[place] as number);
  return sum;
}

/** The members that spoke for the last value, strongest first, with their bits. */
export function speakersOf({ bits }: Workspace): { member: Member; bits: number }[] {
  return MEMBERS.map((member, index) => ({ member, bits: bits[index] as number }))
    .sort((a, b) => b.bits - a.bits)
    .slice(0, VOICES.length);
}
