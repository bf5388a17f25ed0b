// The faults of one device of the demo: those of before the history, over and mended when it begins; those chance draws for the
// history; and those a story is told of.
import { DAY_MS, type EpochMs } from '../../contracts/time.ts';
import { drawFaultPlan, planFault } from '../fault-plan.ts';
import { KIND_MODELS } from '../models/kinds.ts';
import { createRandom } from '../random.ts';
import type { PlannedFault } from '../wear.ts';
import { SLOW_STORIES, type Story, WATCHED_STORIES } from './stories.ts';
import type { PlacedDevice } from './world.ts';

export const DEMO_SEED = 'demo';
/** A fleet in its middle years: more faults than a new one, so that some months have something to show. */
const FAULT_RATE = 2.6;
/** Between the last failure of before and the history: time to mend it. */
const MENDED_MS = 10 * DAY_MS;

/** Months before the history of which the ventilators tell. */
export const PAST_DAYS = 250;

/** Since when a device is at work in the demo. */
export const sinceMsOf = ({ kind }: Pick<PlacedDevice, 'kind'>, startMs: EpochMs): EpochMs =>
  kind === 'ventilator' ? startMs - PAST_DAYS * DAY_MS : startMs;

type Planned = Pick<PlacedDevice, 'id' | 'kind'>;

export interface PlanSpan {
  /** From when it is at work. */
  sinceMs: EpochMs;
  /** When the history begins. */
  startMs: EpochMs;
  /** When history ends and the live story begins. */
  nowMs: EpochMs;
}

export function storyOf(device: Planned, { failureMode }: Story, wearSpeed: number, onsetMs: EpochMs): PlannedFault {
  const spec = KIND_MODELS[device.kind].faults.find((fault) => fault.failureMode === failureMode);
  if (!spec) throw new Error(`${device.id}: no failure mode ${failureMode} in the ${device.kind} model`);
  const random = createRandom(DEMO_SEED, `${device.id}/story/${failureMode}`);
  return planFault(spec, wearSpeed, random, { kind: 'wear', onsetMs });
}

const drawn = ({ id, kind }: Planned, seed: string, fromMs: EpochMs, toMs: EpochMs): PlannedFault[] =>
  drawFaultPlan(KIND_MODELS[kind].faults, { deviceId: id, seed, fromMs, toMs, wearSpeed: 1, faultRate: FAULT_RATE });

export function pastPlanOf(device: Planned, { sinceMs, startMs }: Omit<PlanSpan, 'nowMs'>): PlannedFault[] {
  const mendedMs = startMs - MENDED_MS;
  return drawn(device, `${DEMO_SEED}/past`, sinceMs, mendedMs).filter(({ endMs }) => endMs <= mendedMs);
}

/** What chance draws for the history is kept away from the parts that a story will be told about. */
export function planOf(device: Planned, { sinceMs, startMs, nowMs }: PlanSpan): PlannedFault[] {
  const slow = SLOW_STORIES.filter((story) => story.device === device.id).map((story) =>
    storyOf(device, story, 1, nowMs - story.daysAgo * DAY_MS),
  );
  const isTold = [...SLOW_STORIES, ...WATCHED_STORIES].some((story) => story.device === device.id);
  const ofHistory = isTold ? [] : drawn(device, DEMO_SEED, startMs, nowMs);
  return [...pastPlanOf(device, { sinceMs, startMs }), ...ofHistory, ...slow];
}
