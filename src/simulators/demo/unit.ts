// One device of the demo: its model with the faults planned for it, its MQTT connection, and repairs that wait for
// their time. Gives its samples as the backlog a real device would send.
import { DAY_MS } from '../../contracts/time.ts';
import { eventTopic, telemetryTopic } from '../../contracts/topics.ts';
import { createDeviceModel, type DeviceModel, type DeviceSample } from '../device-model.ts';
import { drawFaultPlan, planFault } from '../fault-plan.ts';
import { KIND_MODELS } from '../models/kinds.ts';
import { connectPublisher, type Publisher } from '../publisher.ts';
import { createRandom } from '../random.ts';
import { takeCommands } from '../take-commands.ts';
import type { PlannedFault, RepairEffect, TruthLine } from '../wear.ts';
import { throughChannel } from './channel-stories.ts';
import type { FoundedDevice } from './found.ts';
import { SLOW_STORIES, type Story, WATCHED_SPEED, WATCHED_STORIES } from './stories.ts';

export const DEMO_SEED = 'demo';
/** A fleet in its middle years: more faults than a new one, so that four months have something to show. */
const FAULT_RATE = 2.6;
const UTC_OFFSET_HOURS = 8;
const SAMPLES_A_MESSAGE = 24;
const DRAIN_LIMIT_MS = 120_000;
const STEP_MS = 2_000;

interface WaitingRepair {
  atMs: number;
  component: string;
  effect: RepairEffect;
}

export interface Unit {
  device: FoundedDevice;
  /** Between two samples of the present; a command may change it. */
  stepMs(): number;
  /** Publishes every sample in (from, to] of the given step; resolves when all of it is acknowledged. */
  publish(fromMs: number, toMs: number, stepMs: number): Promise<number>;
  /** Repairs a component once the samples have reached that time. */
  repairAt(atMs: number, component: string, effect: RepairEffect): void;
  /** Begins the stories one can watch, counted from `liveMs`. */
  watch(liveMs: number): void;
  truth(): TruthLine[];
  close(): Promise<void>;
}

export interface UnitOptions {
  device: FoundedDevice;
  brokerUrl: string;
  startMs: number;
  /** From when it is at work, where that is before the history begins. */
  sinceMs?: number;
  /** When history ends and the live story begins. */
  nowMs: number;
}

function tell(device: FoundedDevice, { failureMode }: Story, wearSpeed: number, onsetMs: number): PlannedFault {
  const spec = KIND_MODELS[device.kind].faults.find((fault) => fault.failureMode === failureMode);
  if (!spec) throw new Error(`${device.id}: no failure mode ${failureMode} in the ${device.kind} model`);
  const random = createRandom(DEMO_SEED, `${device.id}/story/${failureMode}`);
  return planFault(spec, wearSpeed, random, { kind: 'wear', onsetMs });
}

/** Faults of before the history are over and mended when it begins. */
const MENDED_MS = 10 * DAY_MS;

function pastPlanOf({ device, startMs, sinceMs = startMs }: UnitOptions): PlannedFault[] {
  const drawn = drawFaultPlan(KIND_MODELS[device.kind].faults, {
    deviceId: device.id,
    seed: `${DEMO_SEED}/past`,
    fromMs: sinceMs,
    toMs: startMs - MENDED_MS,
    wearSpeed: 1,
    faultRate: FAULT_RATE,
  });
  return drawn.filter(({ endMs }) => endMs <= startMs - MENDED_MS);
}

/** What chance draws for the history, kept away from the parts that a story will be told about. */
function planOf(options: UnitOptions): PlannedFault[] {
  const { device, startMs, nowMs } = options;
  const slow = SLOW_STORIES.filter((story) => story.device === device.id).map((story) =>
    tell(device, story, 1, nowMs - story.daysAgo * DAY_MS),
  );
  const told = new Set([...SLOW_STORIES, ...WATCHED_STORIES].filter((story) => story.device === device.id));
  const drawn = drawFaultPlan(KIND_MODELS[device.kind].faults, {
    deviceId: device.id,
    seed: DEMO_SEED,
    fromMs: startMs,
    toMs: nowMs,
    wearSpeed: 1,
    faultRate: FAULT_RATE,
  });
  return [...pastPlanOf(options), ...(told.size === 0 ? drawn : []), ...slow];
}

export async function connectUnit(options: UnitOptions): Promise<Unit> {
  const { device, brokerUrl, startMs, sinceMs = startMs } = options;
  const model = createDeviceModel({
    kind: device.kind,
    deviceId: device.id,
    seed: DEMO_SEED,
    startMs: sinceMs,
    plan: planOf(options),
    hospital: { tier: device.tier, utcOffsetHours: UTC_OFFSET_HOURS },
  });
  const publisher = await connectPublisher({ url: brokerUrl, deviceId: device.id, token: device.token });
  let repairs: WaitingRepair[] = [];
  let sampledToMs = sinceMs;
  let presentStepMs = STEP_MS;
  const desk = takeCommands({
    kind: device.kind,
    model,
    publisher,
    setInterval: (intervalMs) => void (presentStepMs = intervalMs),
    now: () => sampledToMs,
  });
  return {
    device,
    stepMs: () => presentStepMs,
    async publish(fromMs, toMs, stepMs) {
      const samples: DeviceSample[] = [];
      for (let atMs = fromMs + stepMs; atMs <= toMs; atMs += stepMs) {
        repairs = applyRepairs(model, repairs, atMs);
        const sample = model.sample(atMs);
        sampledToMs = atMs;
        for (const { code, text } of sample.events) desk.note(`${code} ${text}`);
        if (sample.isOnline) samples.push(sample);
      }
      return send(publisher, device.id, throughChannel(device.id, samples, options.nowMs));
    },
    repairAt(atMs, component, effect) {
      repairs = [...repairs, { atMs, component, effect }].sort((a, b) => a.atMs - b.atMs);
    },
    watch(liveMs) {
      for (const story of WATCHED_STORIES.filter((told) => told.device === device.id)) {
        const onsetMs = Math.max(sampledToMs + 1, liveMs + story.inSeconds * 1000);
        model.plan(tell(device, story, WATCHED_SPEED, onsetMs));
      }
    },
    truth: () => model.truth(),
    close: () => publisher.close(),
  };
}

function applyRepairs(model: DeviceModel, repairs: readonly WaitingRepair[], atMs: number): WaitingRepair[] {
  for (const { component, effect } of repairs.filter((waiting) => waiting.atMs <= atMs)) {
    model.repair(atMs, component, effect);
  }
  return repairs.filter((waiting) => waiting.atMs > atMs);
}

/** Sends samples in messages of bounded size; gives back how many readings were acknowledged. */
async function send(publisher: Publisher, deviceId: string, samples: readonly DeviceSample[]): Promise<number> {
  for (let start = 0; start < samples.length; start += SAMPLES_A_MESSAGE) {
    const message = samples.slice(start, start + SAMPLES_A_MESSAGE).map(({ ts, values }) => ({ ts, values }));
    await publisher.publish(telemetryTopic(deviceId), JSON.stringify(message));
  }
  for (const { events } of samples) {
    for (const event of events) await publisher.publish(eventTopic(deviceId), JSON.stringify(event));
  }
  if (!(await publisher.drain(DRAIN_LIMIT_MS))) throw new Error(`${deviceId}: the service stopped acknowledging`);
  return samples.reduce((sum, { values }) => sum + Object.keys(values).length, 0);
}
