// How a device's gauges go together, learned from its own past: every instant is split into what lies within the directions in
// which they move together and what lies across them, and each part is as loud as it is rare on this device. Learning is slow
// and stops while an incident is open. Gauges' parts add up exactly to the level they explain.
import type { EpochMs } from '../../../contracts/time.ts';
import { principalOf } from './principal.ts';
import { learnLevel, rarityOf } from './rarity.ts';
import { AT, BINS, type JointState, WAYS } from './state.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LONGEST_STEP_MS = 2 * HOUR_MS;
/** Memory of means and covariances. */
const MEMORY_MS = 60 * DAY_MS;
/** Levels are about so much time: a single instant is often chance. */
const LEVEL_MS = 6 * HOUR_MS;
/** Until so much was learned there are no directions, and until so many levels were seen no word. */
const DIRECTIONS_MS = 7 * DAY_MS;
const TAIL_MS = 35 * DAY_MS;
const REFRESH_MS = DAY_MS;
/** The covariance leans on gauges that have nothing to do with each other. */
const SHRINKAGE = 0.02;
/** Directions that hold so much of the spread are those the gauges move in. */
const RETAINED = 0.8;
/** What is this rare already is learned slower, or what begins slowly would be known before it is found. */
const SUSPECT_BITS = 7;
const LEARNING_WHILE_SUSPECT = 0.1;
/** Sigmas a single gauge counts at most: one wild value is its own channel's matter. */
const CLIP = 4;
/** A gauge belongs to the picture when it was there this much of the time, and an instant counts with this many of them. */
const MEMBER_SHARE = 0.5;
const PRESENT_SHARE = 2 / 3;

export interface JointSpace {
  /** Values of one instant in, in sigmas of their modes; `NaN`: not known. */
  told: Float64Array;
  unit: Float64Array;
  missing: number[];
}

export const createJointSpace = (size: number): JointSpace => ({
  told: new Float64Array(size),
  unit: new Float64Array(size),
  missing: [],
});

/** Bits the louder of the two ways speaks with; `null` while too little is known of the past, or of this instant. */
export function observeJoint(joint: JointState, atMs: EpochMs, isLearning: boolean, space: JointSpace): number | null {
  const { numbers } = joint;
  const isFirst = (numbers[AT.instants] as number) === 0;
  const stepMs = isFirst ? HOUR_MS / 12 : Math.min(atMs - (numbers[AT.lastMs] as number), LONGEST_STEP_MS);
  numbers[AT.lastMs] = atMs;
  numbers[AT.instants] = (numbers[AT.instants] as number) + 1;
  const isSeen = (numbers[AT.basisMs] as number) > 0 && standardise(joint, space);
  if (isSeen) level(joint, space, stepMs);
  const bits = isSeen ? speak(joint) : null;
  if (!isLearning) return bits;
  const paceMs = bits !== null && bits > SUSPECT_BITS ? stepMs * LEARNING_WHILE_SUSPECT : stepMs;
  if (isSeen) learnLevels(joint, paceMs);
  learn(joint, space.told, paceMs);
  return bits;
}

/** Fills `unit` with the members' distances in their own sigmas, missing ones as the others suggest; false: too few are there. */
function standardise(joint: JointState, { told, unit, missing }: JointSpace): boolean {
  const { size, mean, covariance } = joint;
  missing.length = 0;
  let members = 0;
  for (let index = 0; index < size; index++) {
    unit[index] = 0;
    if (!isMember(joint, index)) continue;
    members += 1;
    const value = told[index] as number;
    if (Number.isNaN(value)) {
      missing.push(index);
      continue;
    }
    const sigma = Math.sqrt(covariance[index * size + index] as number);
    const apart = (value - (mean[index] as number)) / sigma;
    unit[index] = apart > CLIP ? CLIP : apart < -CLIP ? -CLIP : apart;
  }
  const present = members - missing.length;
  if (present < 2 || present < PRESENT_SHARE * members) return false;
  if (missing.length > 0) suppose(joint, unit, missing);
  return true;
}

/** A gauge is in the basis when some direction has it. */
function isMember({ size, basis }: JointState, index: number): boolean {
  for (let way = 0; way < size; way++) if (basis[way * size + index] !== 0) return true;
  return false;
}

/** What the others make most likely, by Gauss and Seidel: the precision matrix is well conditioned by its shrinkage. */
function suppose(joint: JointState, unit: Float64Array, missing: readonly number[]): void {
  const { size, basis, spread } = joint;
  const precision = (a: number, b: number): number => {
    let sum = 0;
    for (let way = 0; way < size; way++) {
      const row = way * size;
      sum += ((basis[row + a] as number) * (basis[row + b] as number)) / shrunk(spread[way] as number);
    }
    return sum;
  };
  for (let round = 0; round < 20; round++) {
    for (const index of missing) {
      let pull = 0;
      for (let other = 0; other < size; other++) {
        if (other !== index && unit[other] !== 0) pull += precision(index, other) * (unit[other] as number);
      }
      unit[index] = -pull / precision(index, index);
    }
  }
}

const shrunk = (variance: number): number => (1 - SHRINKAGE) * Math.max(0, variance) + SHRINKAGE;

/** Each gauge's part in what lies within and across, about the last hours. */
function level({ numbers, size, basis, spread, parts }: JointState, { unit }: JointSpace, stepMs: number): void {
  const share = 1 - Math.exp(-stepMs / LEVEL_MS);
  const retained = numbers[AT.retained] as number;
  for (let index = 0; index < parts.length; index++) parts[index] = (parts[index] as number) * (1 - share);
  for (let way = 0; way < size; way++) {
    const row = way * size;
    let along = 0;
    for (let index = 0; index < size; index++) along += (basis[row + index] as number) * (unit[index] as number);
    const loud = (share * along) / shrunk(spread[way] as number);
    const from = way < retained ? 0 : size;
    for (let index = 0; index < size; index++) {
      const part = loud * (basis[row + index] as number) * (unit[index] as number);
      parts[from + index] = (parts[from + index] as number) + part;
    }
  }
}

export function levelOf({ parts, size }: JointState, way: number): number {
  let sum = 0;
  for (let index = way * size; index < (way + 1) * size; index++) sum += parts[index] as number;
  return sum;
}

function speak(joint: JointState): number | null {
  const { numbers, tails } = joint;
  let loudest = 0;
  for (let way = 0; way < WAYS.length; way++) {
    const bits = rarityOf(tails, way * BINS, levelOf(joint, way));
    if (bits <= loudest) continue;
    loudest = bits;
    numbers[AT.way] = way;
  }
  numbers[AT.bits] = loudest;
  return (numbers[AT.tailMs] as number) < TAIL_MS ? null : loudest;
}

function learnLevels(joint: JointState, stepMs: number): void {
  const { numbers, tails } = joint;
  for (let way = 0; way < WAYS.length; way++) learnLevel(tails, way * BINS, levelOf(joint, way), stepMs);
  numbers[AT.tailMs] = Math.min((numbers[AT.tailMs] as number) + stepMs, MEMORY_MS);
}

/** Means and covariances of the gauges that are there; once a day the directions follow. */
function learn(joint: JointState, told: Float64Array, stepMs: number): void {
  const { numbers, size, mean, weightMs, covariance } = joint;
  for (let index = 0; index < size; index++) {
    const value = told[index] as number;
    if (Number.isNaN(value)) continue;
    weightMs[index] = Math.min((weightMs[index] as number) + stepMs, MEMORY_MS);
  }
  for (let a = 0; a < size; a++) {
    const apart = clipped(joint, told, a);
    if (Number.isNaN(apart)) continue;
    for (let b = a; b < size; b++) {
      const other = clipped(joint, told, b);
      if (Number.isNaN(other)) continue;
      const share = stepMs / Math.min(weightMs[a] as number, weightMs[b] as number);
      const before = covariance[a * size + b] as number;
      const now = (1 - share) * (before + share * apart * other);
      covariance[a * size + b] = now;
      covariance[b * size + a] = now;
    }
  }
  for (let index = 0; index < size; index++) {
    const apart = clipped(joint, told, index);
    if (!Number.isNaN(apart)) mean[index] = (mean[index] as number) + (stepMs / (weightMs[index] as number)) * apart;
  }
  const learnedMs = (numbers[AT.learnedMs] as number) + stepMs;
  numbers[AT.learnedMs] = learnedMs;
  if (learnedMs >= DIRECTIONS_MS && learnedMs - (numbers[AT.basisMs] as number) >= REFRESH_MS) turn(joint);
}

/** A gauge's distance from its mean, no more than a few sigmas once those are known. */
function clipped({ size, mean, weightMs, covariance }: JointState, told: Float64Array, index: number): number {
  const apart = (told[index] as number) - (mean[index] as number);
  if ((weightMs[index] as number) < DAY_MS) return apart;
  const reach = CLIP * Math.sqrt(covariance[index * size + index] as number);
  return apart > reach ? reach : apart < -reach ? -reach : apart;
}

/** Directions of the correlation between the gauges that are usually there and are not always the same. */
function turn({ numbers, size, weightMs, covariance, basis, spread }: JointState): void {
  const learnedMs = numbers[AT.learnedMs] as number;
  const enoughMs = MEMBER_SHARE * Math.min(learnedMs, MEMORY_MS);
  const members: number[] = [];
  for (let index = 0; index < size; index++) {
    if ((weightMs[index] as number) >= enoughMs && (covariance[index * size + index] as number) > 0)
      members.push(index);
  }
  const count = members.length;
  numbers[AT.basisMs] = learnedMs;
  basis.fill(0);
  spread.fill(0);
  if (count < 2) return;
  const correlation = new Float64Array(count * count);
  for (const [row, a] of members.entries()) {
    for (const [column, b] of members.entries()) {
      const scale = Math.sqrt((covariance[a * size + a] as number) * (covariance[b * size + b] as number));
      correlation[row * count + column] = (covariance[a * size + b] as number) / scale;
    }
  }
  const directions = new Float64Array(count * count);
  principalOf(correlation, count, directions, spread);
  for (let way = 0; way < count; way++) {
    for (const [column, index] of members.entries())
      basis[way * size + index] = directions[way * count + column] as number;
  }
  numbers[AT.retained] = retainedOf(spread, count);
}

function retainedOf(spread: Float64Array, count: number): number {
  let held = 0;
  for (let way = 0; way < count; way++) {
    held += spread[way] as number;
    if (held >= RETAINED * count) return Math.min(way + 1, count - 1);
  }
  return count - 1;
}
