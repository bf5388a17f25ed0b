// Draws a device's faults from the lives of its failure modes: a renewal process per mode (Weibull, shape 1.5), each
// failure foretold by wear, or abrupt, or only a look-alike. The whole plan is known before the first sample is taken.
import { DAY_MS, HOUR_MS } from '../contracts/time.ts';
import { createRandom, type RandomStream } from './random.ts';
import type { FaultKind, PlannedFault } from './wear.ts';

export interface FaultSpec {
  component: string;
  failureMode: string;
  /** How long before the failure its early sign begins. */
  signWeeks: readonly [number, number];
  /** Mean time between faults of this mode on one device. */
  lifeYears: number;
  /** A device that went silent cannot say that it failed. */
  atFailure: 'down' | 'silent';
  errorCode: string;
  /** What else moves the same metric, and passes. */
  benignCause: string;
}

export interface PlanOptions {
  deviceId: string;
  seed: string;
  fromMs: number;
  toMs: number;
  /** Wear days per day; 1 is real life, 2,000 shows five weeks in 25 minutes. */
  wearSpeed: number;
  /** Multiplies how often faults happen; 0 means never. */
  faultRate: number;
  /** How long a failed device stays down until it is repaired by itself; absent: until `repair` is called. */
  selfRepairMs?: readonly [number, number];
}

const ABRUPT_SHARE = 0.15;
const LOOK_ALIKE_SHARE = 0.25;
/** A benign cause comes on faster than wear. */
const LOOK_ALIKE_PACE = 1.3;
const WEIBULL_SHAPE = 1.5;
/** Mean of a Weibull of this shape and scale 1: gamma(1 + 1 / shape). */
const WEIBULL_MEAN = 0.9027;
const YEAR_MS = 365.25 * DAY_MS;
const WEEK_MS = 7 * DAY_MS;

export function drawFaultPlan(specs: readonly FaultSpec[], options: PlanOptions): PlannedFault[] {
  if (options.faultRate === 0) return [];
  const faults = specs.flatMap((spec) => renew(spec, options));
  return faults.sort((a, b) => a.onsetMs - b.onsetMs);
}

function renew(spec: FaultSpec, options: PlanOptions): PlannedFault[] {
  const random = createRandom(options.seed, `${options.deviceId}/plan/${spec.failureMode}`);
  const scaleMs = (spec.lifeYears * YEAR_MS) / WEIBULL_MEAN / options.faultRate / options.wearSpeed;
  const faults: PlannedFault[] = [];
  // The part is not new at the start: part of its first life is already behind it.
  let atMs = options.fromMs + lifeOf(random, scaleMs) * random.next();
  while (atMs < options.toMs) {
    const fault = planFault(spec, options.wearSpeed, random, { kind: kindOf(random.next()), onsetMs: atMs });
    if (options.selfRepairMs && fault.kind !== 'look-alike') {
      fault.repairedMs = fault.endMs + random.between(...options.selfRepairMs);
    }
    faults.push(fault);
    atMs = Math.max(fault.endMs, fault.repairedMs ?? 0) + lifeOf(random, scaleMs);
  }
  return faults;
}

const lifeOf = (random: RandomStream, scaleMs: number): number =>
  scaleMs * (-Math.log(1 - random.next())) ** (1 / WEIBULL_SHAPE);

const kindOf = (chance: number): FaultKind =>
  chance < ABRUPT_SHARE ? 'abrupt' : chance < ABRUPT_SHARE + LOOK_ALIKE_SHARE ? 'look-alike' : 'wear';

/** One fault of a given kind from a given instant, with its own pace and length; also for a story told on purpose. */
export function planFault(
  spec: FaultSpec,
  wearSpeed: number,
  random: RandomStream,
  at: { kind: FaultKind; onsetMs: number },
): PlannedFault {
  const [shortest, longest] = spec.signWeeks;
  const weeks = random.between(shortest, longest);
  // Parts fail near a level of wear, not at a date: what wears faster fails sooner.
  const ownPace = ((shortest + longest) / 2 / weeks) ** 0.8 * random.between(0.92, 1.08);
  const spanMs = (weeks * WEEK_MS) / wearSpeed;
  const length = { wear: spanMs, abrupt: 0, 'look-alike': spanMs * random.between(0.7, 1) }[at.kind];
  return {
    component: spec.component,
    failureMode: spec.failureMode,
    kind: at.kind,
    onsetMs: Math.round(at.onsetMs),
    endMs: Math.round(at.onsetMs + length),
    pace: wearSpeed * ownPace * (at.kind === 'look-alike' ? LOOK_ALIKE_PACE : 1),
    detail: { wear: `pace ${ownPace.toFixed(2)}`, abrupt: 'no warning', 'look-alike': spec.benignCause }[at.kind],
  };
}

/** Down time of a device nobody looks after, shortened with the time scale but never below a minute. */
export const selfRepairAt = (wearSpeed: number): readonly [number, number] => [
  Math.max(60_000, (8 * HOUR_MS) / wearSpeed),
  Math.max(180_000, (72 * HOUR_MS) / wearSpeed),
];
