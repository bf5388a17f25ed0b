// One simulated device: usage, faults and physics put together into samples. Pure: the same kind, id, seed and plan
// give the same samples for the same instants, byte for byte.
import { DAY_MS } from '../contracts/time.ts';
import { localTimeOf, outdoorCel, type Hospital } from './hospital.ts';
import type { Kind, KindModel, Values } from './models/kind-model.ts';
import { KIND_MODELS } from './models/kinds.ts';
import { createRandom, hashText } from './random.ts';
import { createUsage, type Use } from './usage.ts';
import {
  createFaultCourse,
  type FaultChange,
  type FaultCourse,
  type PlannedFault,
  type RepairEffect,
  type Stage,
  type TruthLine,
} from './wear.ts';

export interface DeviceEvent {
  ts: number;
  code: string;
  severity: 'critical' | 'info';
  text: string;
}

export interface DeviceSample {
  ts: number;
  values: Values;
  events: DeviceEvent[];
  /** False: the device has no power or no voice; nothing of this sample can leave it. */
  isOnline: boolean;
}

export interface DeviceModelOptions {
  kind: Kind;
  deviceId: string;
  seed: string;
  startMs: number;
  plan: readonly PlannedFault[];
  hospital: Hospital;
  /** How long the device stays in service mode after a repair. */
  checkOutMs?: number;
}

export interface DeviceModel {
  /** Takes a sample; instants must not run backwards. */
  sample(atMs: number): DeviceSample;
  repair(atMs: number, component: string, effect: RepairEffect): void;
  /** Adds a fault whose onset lies ahead to the plan. */
  plan(fault: PlannedFault): void;
  /** How far a failure mode has come, as of the last sample. */
  stageOf(failureMode: string): Stage;
  /** The operating mode of the last sample. */
  mode(): string | null;
  /** Ground truth of every fault that has begun. */
  truth(): TruthLine[];
}

const CHECK_OUT_MS = 30 * 60_000;
/** How much of its time a device was in use before the simulation began. */
const PAST_USE = 0.4;

export function createDeviceModel(options: DeviceModelOptions): DeviceModel {
  const { deviceId, seed, startMs, hospital, checkOutMs = CHECK_OUT_MS } = options;
  const model = KIND_MODELS[options.kind];
  const random = (name: string) => createRandom(seed, `${deviceId}/${name}`);
  const ages = createAges(startMs, random);
  const usage = createUsage(
    model.usage,
    hospital,
    hashText(`${seed}/${deviceId}/usage`),
    pastUse(model, startMs, ages),
  );
  const course = createFaultCourse(options.plan);
  const physics = model.start(random);
  let lastMs = startMs;
  let lastMode: string | null = null;
  let inServiceUntilMs = Number.NEGATIVE_INFINITY;
  const renewComponent = (atMs: number, component: string): void => {
    ages.renew(component, atMs);
    inServiceUntilMs = atMs + checkOutMs;
  };
  return {
    sample(atMs) {
      if (atMs < lastMs) throw new RangeError(`device ${deviceId}: sample at ${atMs} after one at ${lastMs}`);
      const changes = course.advance(atMs);
      for (const { fault, change } of changes) {
        if (change === 'repaired') renewComponent(fault.repairedMs ?? atMs, fault.component);
      }
      const isInService = atMs < inServiceUntilMs;
      const use = usage.advance(atMs, !isInService && !course.hasFailure());
      const time = localTimeOf(hospital, atMs);
      const values = physics({
        atMs,
        elapsedMs: atMs - lastMs,
        use: isInService ? ({ ...use, mode: 'service' } satisfies Use) : use,
        time,
        outdoorCel: outdoorCel(time),
        stageOf: course.stageOf,
        ageDaysOf: (component) => ages.daysOf(component, atMs),
      });
      lastMs = atMs;
      lastMode = typeof values.mode === 'string' ? values.mode : null;
      const events = changes.map((change) => eventOf(model, change, atMs));
      return { ts: atMs, values: roundAll(values, model.decimals), events, isOnline: isAudible(model, course) };
    },
    repair(atMs, component, effect) {
      course.advance(Math.max(atMs, lastMs));
      course.repair(atMs, component, effect);
      if (effect === 'full') renewComponent(atMs, component);
      else inServiceUntilMs = atMs + checkOutMs;
    },
    plan: (fault) => course.add(fault),
    stageOf: (failureMode) => course.stageOf(failureMode),
    mode: () => lastMode,
    truth: () => course.truth(deviceId),
  };
}

interface Ages {
  daysOf(component: string, atMs: number): number;
  renew(component: string, atMs: number): void;
}

/** Components were made some time before the start, each at its own time. */
function createAges(startMs: number, random: (name: string) => { between(low: number, high: number): number }): Ages {
  const madeMs = new Map<string, number>();
  const madeAt = (component: string): number => {
    const known = madeMs.get(component);
    if (known !== undefined) return known;
    const drawn = startMs - random(`age/${component}`).between(30, 700) * DAY_MS;
    madeMs.set(component, drawn);
    return drawn;
  };
  return {
    daysOf: (component, atMs) => (atMs - madeAt(component)) / DAY_MS,
    renew: (component, atMs) => void madeMs.set(component, atMs),
  };
}

function pastUse(model: KindModel, startMs: number, ages: Ages): { atMs: number; cases: number; activeHours: number } {
  const pastHours = ages.daysOf('device', startMs) * 24 * PAST_USE;
  const cases = Math.floor((pastHours * 3_600_000) / model.usage.slotMs);
  const [shortest, longest] = model.usage.activeMs;
  return { atMs: startMs, cases, activeHours: (cases * (shortest + longest)) / 2 / 3_600_000 };
}

function isAudible(model: KindModel, course: FaultCourse): boolean {
  return !model.faults.some(
    ({ failureMode, atFailure }) => atFailure === 'silent' && course.stageOf(failureMode).hasFailed,
  );
}

function eventOf(model: KindModel, { fault, change }: FaultChange, ts: number): DeviceEvent {
  if (change === 'repaired') return { ts, code: 'I0001', severity: 'info', text: 'service finished, self-test passed' };
  const spec = model.faults.find(({ failureMode }) => failureMode === fault.failureMode);
  return { ts, code: spec?.errorCode ?? 'E0000', severity: 'critical', text: `${fault.component}: self-test failed` };
}

function roundAll(values: Values, decimals: Readonly<Record<string, number>>): Values {
  const rounded: Values = {};
  for (const [metric, value] of Object.entries(values)) {
    if (typeof value !== 'number') {
      rounded[metric] = value;
      continue;
    }
    const factor = 10 ** (decimals[metric] ?? 0);
    rounded[metric] = Math.round(value * factor) / factor;
  }
  return rounded;
}
