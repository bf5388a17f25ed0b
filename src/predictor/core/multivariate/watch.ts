// The gauges of one live device taken together: what was told of each in one instant or shortly before, at most once in some
// minutes, in sigmas of its operating mode. Learns nothing while an incident of the device is open.
import type { EpochMs } from '../../../contracts/time.ts';
import { type DevicePlan, isShadowCause } from '../plan.ts';
import type { DeviceState } from '../state.ts';
import { createJointSpace, observeJoint } from './joint.ts';
import { isPeersCause } from './peers.ts';
import { AT, JointState, MOST_GAUGES } from './state.ts';

const STEP_MS = 4 * 60_000;
/** A value is carried for so many of its metric's intervals. */
const CARRIED_INTERVALS = 2;
/**
 * One threshold for the fleet, in bits, above what healthy devices reach by chance: the most in 24 years of simulated
 * ones with hourly readings was 13.9.
 */
export const JOINT_BITS = 15;
/** Once on, it is on for this long after it was last this rare: what comes and goes is one finding. */
const HOLD_BITS = 8;
const HOLD_MS = 4 * 86_400_000;

export interface JointWatch {
  /** `apart`: distance from the mode's normal in its sigmas. */
  hear(metric: string, atMs: EpochMs, apart: number): void;
  /** All of an instant was heard. True when the gauges together begin to be unusual. */
  settle(atMs: EpochMs): boolean;
}

/** `null` for a product with fewer than two gauges. */
export function openJointWatch(plan: DevicePlan, state: DeviceState): JointWatch | null {
  const gauges = [...plan.metrics].filter(([, { tuning }]) => tuning !== null).slice(0, MOST_GAUGES);
  if (gauges.length < 2) return null;
  const metrics = gauges.map(([code]) => code);
  const places = new Map(metrics.map((code, place) => [code, place]));
  const carriedMs = gauges.map(([, { metric }]) => metric.expectedIntervalS * 1000 * CARRIED_INTERVALS);
  const space = createJointSpace(metrics.length);
  return {
    hear(metric, atMs, apart) {
      const place = places.get(metric);
      if (place === undefined) return;
      const joint = jointOf(state, metrics);
      joint.values[place] = apart;
      joint.toldMs[place] = atMs;
    },
    settle(atMs) {
      const joint = jointOf(state, metrics);
      const { numbers, toldMs, values } = joint;
      if ((numbers[AT.instants] as number) > 0 && atMs - (numbers[AT.lastMs] as number) < STEP_MS) return false;
      let heard = 0;
      for (const [place, longest] of carriedMs.entries()) {
        const isFresh = atMs - (toldMs[place] as number) <= longest;
        space.told[place] = isFresh ? (values[place] as number) : NaN;
        if (isFresh) heard += 1;
      }
      if (heard < 2) return false;
      const bits = observeJoint(joint, atMs, !hasIncident(state), space);
      const isNew = !isJointAt(joint, atMs);
      if (bits === null || bits < (isNew ? JOINT_BITS : HOLD_BITS)) return false;
      if (isNew) numbers[AT.sinceMs] = atMs;
      numbers[AT.spokenMs] = atMs;
      return isNew;
    },
  };
}

/** That a unit was never like its peers is no incident. */
const hasIncident = ({ episodes }: DeviceState): boolean =>
  episodes.some(({ cause }) => !isShadowCause(cause) && !isPeersCause(cause));

export const isJointAt = ({ numbers }: JointState, nowMs: EpochMs): boolean => {
  const spokenMs = numbers[AT.spokenMs] as number;
  return spokenMs > 0 && nowMs - spokenMs <= HOLD_MS;
};

function jointOf(state: DeviceState, metrics: string[]): JointState {
  const { joint } = state;
  if (
    joint === undefined ||
    joint.metrics.length !== metrics.length ||
    joint.metrics.some((m, i) => m !== metrics[i])
  ) {
    const fresh = JointState.create(metrics.length);
    state.joint = { metrics, kept: fresh };
    return fresh;
  }
  if (typeof joint.kept === 'string') joint.kept = JointState.parse(joint.kept, metrics.length);
  return joint.kept;
}
