// What a device is used for at an instant: time is cut into slots (an examination, a shift), each used or free by
// demand, and a used slot runs prepare -> scan or treat -> clean. Counts cases and hours of use, which only grow, and tells
// what went on between two instants, however far apart they are.
import { DAY_MS, HOUR_MS } from '../contracts/time.ts';
import { demandAt, localTimeOf, type Demand, type Hospital } from './hospital.ts';
import { chanceOf } from './random.ts';

export const MODES = ['idle', 'standby', 'prepare', 'scan', 'treat', 'clean', 'service'] as const;
export type Mode = (typeof MODES)[number];

export interface UsagePattern {
  demand: Demand;
  active: 'scan' | 'treat';
  slotMs: number;
  prepareMs: number;
  /** Shortest and longest active time of a case. */
  activeMs: readonly [number, number];
  cleanMs: number;
}

/** Time in which one case was active all along, or none was. */
export interface Stretch {
  ms: number;
  isActive: boolean;
  intensity: number;
}

export interface Use {
  mode: Mode;
  /** Set while the case is active, 0 to 1: how demanding this case is (protocol, patient, rate). */
  intensity: number;
  cases: number;
  activeHours: number;
  /** Since the instant before this one, in order; of a long time its last hours. */
  course: readonly Stretch[];
}

export interface Usage {
  /** `isAvailable` false: the device is down, cases do not happen and are not counted. Time must not run backwards. */
  advance(atMs: number, isAvailable: boolean): Use;
}

interface Slot {
  isUsed: boolean;
  startsAtMs: number;
  activeMs: number;
  intensity: number;
}

export interface UsageStart {
  atMs: number;
  cases: number;
  activeHours: number;
}

/** What went on earlier has left no trace in anything that warms or cools. */
const COURSE_MS = 8 * HOUR_MS;

export function createUsage(pattern: UsagePattern, hospital: Hospital, seedHash: number, start: UsageStart): Usage {
  const indexOf = (atMs: number): number => Math.floor((atMs + hospital.utcOffsetHours * HOUR_MS) / pattern.slotMs);
  const slotAt = (index: number): Slot => drawSlot(pattern, hospital, seedHash, index);
  let current = indexOf(start.atMs);
  let slot = slotAt(current);
  let cases = start.cases;
  let hoursBefore = start.activeHours;
  let activeHours = hoursBefore;
  let lastMs = start.atMs;
  return {
    advance(atMs, isAvailable) {
      const fromMs = Math.max(lastMs, atMs - COURSE_MS);
      const course: Stretch[] = [];
      lastMs = atMs;
      let courseMs = fromMs;
      for (const target = indexOf(atMs); current < target; slot = slotAt(++current)) {
        if (!slot.isUsed || !isAvailable) continue;
        courseMs = extend(course, slot, pattern.prepareMs, { fromMs: courseMs, toMs: atMs });
        cases++;
        hoursBefore += slot.activeMs / HOUR_MS;
      }
      const free: Mode = isQuietAt(hospital, atMs) ? 'standby' : 'idle';
      const mode: Mode = isAvailable ? modeAt(pattern, slot, atMs, free) : 'idle';
      const sinceActiveMs = Math.min(slot.activeMs, atMs - slot.startsAtMs - pattern.prepareMs);
      const running = slot.isUsed && isAvailable && sinceActiveMs > 0 ? sinceActiveMs / HOUR_MS : 0;
      // A device that goes down in the middle of a case keeps the hours it has already shown.
      activeHours = Math.max(activeHours, hoursBefore + running);
      if (slot.isUsed && isAvailable)
        courseMs = extend(course, slot, pattern.prepareMs, { fromMs: courseMs, toMs: atMs });
      if (courseMs < atMs) course.push({ ms: atMs - courseMs, isActive: false, intensity: 0 });
      return { mode, intensity: mode === pattern.active ? slot.intensity : 0, cases, activeHours, course };
    },
  };
}

/** Adds the time before a slot's case and the case itself, as far as they lie in the span; gives back how far that is. */
function extend(
  course: Stretch[],
  { startsAtMs, activeMs, intensity }: Slot,
  prepareMs: number,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): number {
  const beginsMs = Math.min(toMs, Math.max(fromMs, startsAtMs + prepareMs));
  const endsMs = Math.min(toMs, Math.max(fromMs, startsAtMs + prepareMs + activeMs));
  if (beginsMs > fromMs && endsMs > fromMs) course.push({ ms: beginsMs - fromMs, isActive: false, intensity: 0 });
  if (endsMs > beginsMs) course.push({ ms: endsMs - beginsMs, isActive: true, intensity });
  return endsMs;
}

function drawSlot(pattern: UsagePattern, hospital: Hospital, seedHash: number, index: number): Slot {
  const slotStartMs = index * pattern.slotMs - hospital.utcOffsetHours * HOUR_MS;
  const time = localTimeOf(hospital, slotStartMs);
  const [shortest, longest] = pattern.activeMs;
  const activeMs = shortest + (longest - shortest) * chanceOf(seedHash, index, 1);
  const spareMs = Math.max(0, pattern.slotMs - pattern.prepareMs - activeMs - pattern.cleanMs);
  return {
    isUsed: chanceOf(seedHash, index, 0) < demandAt(hospital, pattern.demand, time),
    startsAtMs: slotStartMs + spareMs * chanceOf(seedHash, index, 2),
    activeMs,
    intensity: chanceOf(seedHash, index, 3),
  };
}

/** At night a device that nobody needs is put on standby. */
function isQuietAt(hospital: Hospital, atMs: number): boolean {
  const hour = ((atMs + hospital.utcOffsetHours * HOUR_MS) % DAY_MS) / HOUR_MS;
  return hour < 6.5 || hour >= 22;
}

function modeAt(pattern: UsagePattern, slot: Slot, atMs: number, free: Mode): Mode {
  if (!slot.isUsed) return free;
  const sinceMs = atMs - slot.startsAtMs;
  if (sinceMs < 0) return free;
  if (sinceMs < pattern.prepareMs) return 'prepare';
  if (sinceMs < pattern.prepareMs + slot.activeMs) return pattern.active;
  return sinceMs < pattern.prepareMs + slot.activeMs + pattern.cleanMs ? 'clean' : free;
}
