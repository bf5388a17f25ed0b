// How loud a device's gauges are together: what lies in the directions they move in (T2), and of every gauge what the others leave
// unexplained, over days. A level is as loud as it is rare on this device. Learning is slow and stops while an
// incident is open. The parts of the gauges add up exactly to the level they explain.
import type { EpochMs } from '../../../contracts/time.ts';
import { CLIP, type Picture } from './picture.ts';
import { bitsOf, dropPending, isPastKnown, learnLevels } from './rarity.ts';
import { AT, type JointState, type Way } from './state.ts';

const HOUR_MS = 3_600_000;
const LONGEST_STEP_MS = 2 * HOUR_MS;
/** Levels are about so much time: a single instant is often chance, and what begins slowly shows over days. */
const LEVEL_MS = 72 * HOUR_MS;
/** What is this rare already is learned slower, or what begins slowly would be known before it is found. */
const SUSPECT_BITS = 7;
const LEARNING_WHILE_SUSPECT = 0.05;
/** A distance counts this much at most: what is told is that something is often strange, not how wild it once was. */
const MOST_SIGMAS = 3;
/** An instant counts with this many of the gauges. */
const PRESENT_SHARE = 2 / 3;

export interface JointSpace {
  /** Values of one instant in, in sigmas of their modes; `NaN`: not known. */
  told: Float64Array;
  unit: Float64Array;
  /** What the others do not explain of each gauge, in its usual sigmas. */
  apart: Float64Array;
  parts: Float64Array;
  missing: number[];
}

export const createJointSpace = (size: number): JointSpace => ({
  told: new Float64Array(size),
  unit: new Float64Array(size),
  apart: new Float64Array(size),
  parts: new Float64Array(size),
  missing: [],
});

export interface Instant {
  atMs: EpochMs;
  picture: Picture;
  isLearning: boolean;
}

/** Bits the loudest level speaks with; `null` while too little is known of the past, or of this instant. */
export function observeJoint(
  joint: JointState,
  { atMs, picture, isLearning }: Instant,
  space: JointSpace,
): number | null {
  const { numbers } = joint;
  const isFirst = (numbers[AT.instants] as number) === 0;
  const stepMs = isFirst ? HOUR_MS / 12 : Math.min(atMs - (numbers[AT.lastMs] as number), LONGEST_STEP_MS);
  numbers[AT.lastMs] = atMs;
  numbers[AT.instants] = (numbers[AT.instants] as number) + 1;
  const isSeen = picture.hasDirections && standardise(picture, space);
  if (isSeen) {
    square(picture, space);
    followLevels(joint, picture, space, stepMs);
  }
  const bits = isSeen ? speak(joint) : null;
  if (!isLearning) {
    picture.follow(space.told, stepMs);
    dropPending(joint);
    numbers[AT.incidentMs] = atMs;
    return bits;
  }
  if (isSeen) learnLevels(joint, atMs);
  picture.learn(space.told, bits !== null && bits > SUSPECT_BITS ? stepMs * LEARNING_WHILE_SUSPECT : stepMs);
  picture.follow(space.told, stepMs);
  return bits;
}

/** Fills `unit` with the members' distances in their own sigmas, missing ones as the others suggest; false: too few are there. */
function standardise(picture: Picture, { told, unit, missing }: JointSpace): boolean {
  missing.length = 0;
  let members = 0;
  for (let index = 0; index < picture.size; index++) {
    unit[index] = 0;
    if (!picture.isMember(index)) continue;
    members += 1;
    const value = told[index] as number;
    if (Number.isNaN(value)) {
      missing.push(index);
      continue;
    }
    const apart = (value - (picture.mean[index] as number)) / picture.sigmaOf(index);
    unit[index] = apart > CLIP ? CLIP : apart < -CLIP ? -CLIP : apart;
  }
  const present = members - missing.length;
  if (present < 2 || present < PRESENT_SHARE * members) return false;
  if (missing.length > 0) suppose(picture, unit, missing);
  return true;
}

/** What the others make most likely, by Gauss and Seidel: the precision matrix is well conditioned by its shrinkage. */
function suppose({ size, basis, spread, sharpness }: Picture, unit: Float64Array, missing: readonly number[]): void {
  const precision = (a: number, b: number): number => {
    let sum = 0;
    for (let way = 0; way < size && spread[way] !== 0; way++) {
      const row = way * size;
      sum += ((basis[row + a] as number) * (basis[row + b] as number)) / (spread[way] as number);
    }
    return sum;
  };
  for (let round = 0; round < 20; round++) {
    for (const index of missing) {
      let pull = 0;
      for (let other = 0; other < size; other++) {
        if (other !== index && unit[other] !== 0) pull += precision(index, other) * (unit[other] as number);
      }
      unit[index] = -pull / (sharpness[index] as number);
    }
  }
}

/** T2 by gauge into `parts`, and each gauge's residual to the others into `apart`. */
function square({ size, basis, spread, sharpness, retained }: Picture, { unit, apart, parts }: JointSpace): void {
  apart.fill(0);
  parts.fill(0);
  for (let way = 0; way < size && spread[way] !== 0; way++) {
    const row = way * size;
    let along = 0;
    for (let index = 0; index < size; index++) along += (basis[row + index] as number) * (unit[index] as number);
    const loud = along / (spread[way] as number);
    const counted = along * loud > MOST_SIGMAS ** 2 ? MOST_SIGMAS ** 2 / along : loud;
    for (let index = 0; index < size; index++) {
      const part = basis[row + index] as number;
      apart[index] = (apart[index] as number) + part * loud;
      if (way < retained)
        parts[index] = (parts[index] as number) + (counted * part * (unit[index] as number)) / retained;
    }
  }
  for (let index = 0; index < size; index++) {
    if (sharpness[index] === 0) continue;
    const sigmas = (apart[index] as number) / Math.sqrt(sharpness[index] as number);
    apart[index] = sigmas > MOST_SIGMAS ? MOST_SIGMAS : sigmas < -MOST_SIGMAS ? -MOST_SIGMAS : sigmas;
  }
}

/** A gauge's level is how widely its residual scatters: that it drifts as a whole is the gauge's own matter. */
function followLevels(joint: JointState, picture: Picture, { apart, parts }: JointSpace, stepMs: number): void {
  const { size, levels, middles, squares, parts: known } = joint;
  const share = 1 - Math.exp(-stepMs / LEVEL_MS);
  let together = 0;
  for (let index = 0; index < size; index++) {
    if (picture.isMember(index)) {
      const sigmas = apart[index] as number;
      middles[index] = (middles[index] as number) + share * (sigmas - (middles[index] as number));
      squares[index] = (squares[index] as number) + share * (sigmas * sigmas - (squares[index] as number));
      levels[index] = (squares[index] as number) - (middles[index] as number) ** 2;
    }
    known[index] = (known[index] as number) + share * ((parts[index] as number) - (known[index] as number));
    together += known[index] as number;
  }
  levels[size] = together;
}

/** What speaks at a place of `levels`. */
export const wayAt = ({ size }: JointState, place: number): Way => (place === size ? 'within' : 'across');

function speak(joint: JointState): number | null {
  const { numbers, levels } = joint;
  let loudest = 0;
  for (let place = 0; place < levels.length; place++) {
    const bits = bitsOf(joint, place, levels[place] as number);
    if (bits <= loudest) continue;
    loudest = bits;
    numbers[AT.loudest] = place;
  }
  numbers[AT.bits] = loudest;
  return isPastKnown(joint) ? loudest : null;
}
