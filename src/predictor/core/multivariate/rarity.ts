// How rare a level is among the device's own past days, in bits: each day's highest is remembered, weeks late, so that what begins
// slowly is not known before it is found, and not at all when an incident came of it. Beyond all that was seen the past's own tail
// is drawn out. So one threshold means the same on every device.
import { AT, BINS, type JointState, PENDING_DAYS } from './state.ts';

const DAY_MS = 86_400_000;
/** Until so many days were seen there is no word, and until then days are taken in at once. */
export const FEWEST_DAYS = 35;
/** Days the past is about. */
const MEMORY_DAYS = 150;
const BINS_AN_OCTAVE = 8;
const LOWEST = 2 ** -1.5;
/** The rarest share of the days, from which the tail is drawn out. */
const TAIL = 0.15;
/** A tail that falls faster than this has not shown all of itself. */
const SHORTEST_TAIL_OCTAVES = 0.06;
/** A tail is known the better the longer the past is: of so many days it counts twice as long as it looks. */
const DOUBT_DAYS = 15;
/** A day this rare is taken in for a part only. */
const SUSPECT_BITS = 7;
const SUSPECT_SHARE = 0.1;

const placeOf = (level: number): number =>
  level <= LOWEST ? 0 : Math.min(BINS - 0.001, Math.log2(level / LOWEST) * BINS_AN_OCTAVE);

/** Bits of a level: minus the logarithm of the share of days whose highest lies above; 0 for what is usual. */
export function bitsOf({ starts, slopes }: JointState, place: number, level: number): number {
  const beyond = placeOf(level) - (starts[place] as number);
  return beyond <= 0 ? 0 : -Math.log2(TAIL) + beyond * (slopes[place] as number);
}

export const isPastKnown = ({ numbers }: JointState): boolean => (numbers[AT.days] as number) >= FEWEST_DAYS;

/** Takes the levels of this instant; a day that is over goes to the past, or waits to. */
export function learnLevels(joint: JointState, atMs: number): void {
  const { numbers, levels, tops } = joint;
  const day = Math.floor(atMs / DAY_MS);
  if (day !== numbers[AT.day]) {
    if (tops.some((top) => top > 0)) endDay(joint);
    numbers[AT.day] = day;
    tops.fill(0);
  }
  for (let place = 0; place < levels.length; place++) {
    if ((levels[place] as number) > (tops[place] as number)) tops[place] = levels[place] as number;
  }
}

/** An incident is there: the days that led to it are no part of the usual. */
export function dropPending({ numbers, tops }: JointState): void {
  numbers[AT.pending] = 0;
  tops.fill(0);
}

function endDay(joint: JointState): void {
  const { numbers, tops, waiting } = joint;
  if (!isPastKnown(joint)) {
    takeDay(joint, tops, 0);
    return;
  }
  const pending = numbers[AT.pending] as number;
  const next = numbers[AT.nextPending] as number;
  const from = next * tops.length;
  if (pending === PENDING_DAYS) takeDay(joint, waiting, from);
  waiting.set(tops, from);
  numbers[AT.pending] = Math.min(PENDING_DAYS, pending + 1);
  numbers[AT.nextPending] = (next + 1) % PENDING_DAYS;
}

function takeDay(joint: JointState, days: Float32Array, from: number): void {
  const { numbers, tails, tops } = joint;
  const isKnown = isPastKnown(joint);
  const kept = 1 - 1 / MEMORY_DAYS;
  for (let place = 0; place < tops.length; place++) {
    const level = days[from + place] as number;
    const isSuspect = isKnown && bitsOf(joint, place, level) > SUSPECT_BITS;
    for (let bin = place * BINS; bin < (place + 1) * BINS; bin++) tails[bin] = (tails[bin] as number) * kept;
    const bin = place * BINS + Math.floor(placeOf(level));
    tails[bin] = (tails[bin] as number) + (isSuspect ? SUSPECT_SHARE : 1);
    drawOut(joint, place);
  }
  numbers[AT.days] = Math.min((numbers[AT.days] as number) + 1, MEMORY_DAYS);
}

/** Where the tail starts, and bits for each bin beyond: by how far its middle lies, as what went astray once makes it no longer. */
function drawOut({ tails, starts, slopes }: JointState, place: number): void {
  const from = place * BINS;
  let total = 0;
  for (let bin = from; bin < from + BINS; bin++) total += tails[bin] as number;
  const start = quantileOf(tails, from, TAIL * total);
  const octaves = (quantileOf(tails, from, (TAIL / 2) * total) - start) / BINS_AN_OCTAVE;
  const doubted = Math.max(octaves, SHORTEST_TAIL_OCTAVES) * (1 + DOUBT_DAYS / total);
  starts[place] = start;
  slopes[place] = 1 / (doubted * BINS_AN_OCTAVE);
}

/** The place above which so much weight lies. */
function quantileOf(tails: Float32Array, from: number, weight: number): number {
  let above = 0;
  for (let bin = BINS - 1; bin >= 0; bin--) {
    const here = tails[from + bin] as number;
    if (above + here >= weight) return here === 0 ? bin + 1 : bin + 1 - (weight - above) / here;
    above += here;
  }
  return 0;
}
