// The gauges of one live device taken together: what was told of each in one instant or shortly before, at most once in some
// minutes, in sigmas of its operating mode. Learns nothing while an incident of the device is open.
import type { EpochMs } from '../../../contracts/time.ts';
import { hearPace } from '../pace.ts';
import { type DevicePlan, isShadowCause } from '../plan.ts';
import type { DeviceState } from '../state.ts';
import { createJointSpace, observeJoint } from './joint.ts';
import { isPeersCause } from './peers.ts';
import { AT, type JointMemory, JointState, MOST_GAUGES, pictureOf } from './state.ts';

const STEP_MS = 4 * 60_000;
/** A value is carried for so many of its metric's intervals. */
const CARRIED_INTERVALS = 2;
/**
 * One threshold for the fleet, in bits: without a reason it was passed less than once in ten simulated device-years, at 18 it were
 * once in twenty.
 */
export const JOINT_BITS = 16;
/** Once on, it is on for this long after it was last this rare: what comes and goes is one finding. */
const HOLD_BITS = 8;
const HOLD_MS = 4 * 86_400_000;
/** Of a pace this much is learned before anything at it can be strange, and this much is remembered. */
const PACE_MS = 35 * 86_400_000;
const PACE_MEMORY_MS = 120 * 86_400_000;

/** What follows an incident, a repair begun or a cause that went by itself, is no news. */
const AFTER_INCIDENT_MS = 7 * 86_400_000;

export interface JointWatch {
  /** `apart`: distance from the mode's normal in its sigmas. */
  hear(metric: string, atMs: EpochMs, apart: number): void;
  /** All of an instant was heard, in this operating mode. True when the gauges together begin to be unusual. */
  settle(atMs: EpochMs, mode: string): boolean;
  /** Bits of the instant that was settled; `null` where nothing could be said of it. */
  saidAt(atMs: EpochMs): number | null;
}

/** `null` for a product with fewer than two gauges. */
export function openJointWatch(plan: DevicePlan, state: DeviceState): JointWatch | null {
  const gauges = [...plan.metrics].filter(([, { tuning }]) => tuning !== null).slice(0, MOST_GAUGES);
  if (gauges.length < 2) return null;
  const metrics = gauges.map(([code]) => code);
  const places = new Map(metrics.map((code, place) => [code, place]));
  const carriedMs = gauges.map(([, { metric }]) => metric.expectedIntervalS * 1000 * CARRIED_INTERVALS);
  const space = createJointSpace(metrics.length);
  let said: { atMs: EpochMs; bits: number } | null = null;
  return {
    hear(metric, atMs, apart) {
      const place = places.get(metric);
      if (place === undefined) return;
      const { joint } = jointOf(state, metrics);
      joint.values[place] = apart;
      joint.toldMs[place] = atMs;
    },
    settle(atMs, mode) {
      const { joint, memory } = jointOf(state, metrics);
      const { numbers, toldMs, values } = joint;
      const sinceMs = atMs - (numbers[AT.lastMs] as number);
      const isFirst = (numbers[AT.instants] as number) === 0;
      if (!isFirst && sinceMs < STEP_MS) return false;
      let heard = 0;
      for (const [place, longest] of carriedMs.entries()) {
        const isFresh = atMs - (toldMs[place] as number) <= longest;
        space.told[place] = isFresh ? (values[place] as number) : NaN;
        if (isFresh) heard += 1;
      }
      if (heard < 2) return false;
      const isPaceKnown = isFirst || knowsPace(memory, sinceMs);
      const instant = { atMs, picture: pictureOf(memory, mode), isLearning: !hasIncident(state) };
      const bits = observeJoint(joint, instant, space);
      const isNew = !isJointAt(joint, atMs);
      if (bits === null || !isPaceKnown) return false;
      said = { atMs, bits };
      if (bits < (isNew ? JOINT_BITS : HOLD_BITS)) return false;
      if (isNew) numbers[AT.sinceMs] = atMs;
      numbers[AT.spokenMs] = atMs;
      return isNew;
    },
    saidAt: (atMs) => (said?.atMs === atMs ? said.bits : null),
  };
}

/** A gap is a pace as well, of which little is known. */
function knowsPace(memory: JointMemory, stepMs: number): boolean {
  memory.paces ??= [];
  return hearPace(memory.paces, stepMs, { weight: stepMs, memory: PACE_MEMORY_MS }) >= PACE_MS;
}

/** That a unit was never like its peers is no incident. */
export const hasIncident = ({ episodes }: DeviceState): boolean =>
  episodes.some(({ cause }) => !isShadowCause(cause) && !isPeersCause(cause));

export const isJointAt = ({ numbers }: JointState, nowMs: EpochMs): boolean => {
  const spokenMs = numbers[AT.spokenMs] as number;
  return spokenMs > 0 && nowMs - spokenMs <= HOLD_MS;
};

/** It is strange now, not only held on since it was, and no incident is there or was lately. */
export const isJointNews = ({ numbers }: JointState, nowMs: EpochMs): boolean =>
  numbers[AT.spokenMs] === nowMs &&
  (numbers[AT.bits] as number) >= JOINT_BITS &&
  nowMs - (numbers[AT.incidentMs] as number) > AFTER_INCIDENT_MS;

function jointOf(state: DeviceState, metrics: string[]): { joint: JointState; memory: JointMemory } {
  let { joint: memory } = state;
  if (
    memory === undefined ||
    memory.metrics.length !== metrics.length ||
    memory.metrics.some((metric, index) => metric !== metrics[index])
  ) {
    memory = { metrics, kept: JointState.create(metrics.length) };
    state.joint = memory;
  }
  if (typeof memory.kept === 'string') memory.kept = JointState.parse(memory.kept, metrics.length);
  return { joint: memory.kept, memory };
}
