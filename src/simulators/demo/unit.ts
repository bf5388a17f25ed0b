// One device of the demo: its model with the faults planned for it, its MQTT connection, and repairs that wait for
// their time. Gives its samples as the backlog a real device would send.
import { eventTopic, telemetryTopic } from '../../contracts/topics.ts';
import { createDeviceModel, type DeviceModel, type DeviceSample } from '../device-model.ts';
import { connectPublisher, type Publisher } from '../publisher.ts';
import { takeCommands } from '../take-commands.ts';
import type { RepairEffect, TruthLine } from '../wear.ts';
import { throughChannel } from './channel-stories.ts';
import type { FoundedDevice } from './found.ts';
import { DEMO_SEED, planOf, storyOf } from './plan.ts';
import { WATCHED_SPEED, WATCHED_STORIES } from './stories.ts';

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

export async function connectUnit(options: UnitOptions): Promise<Unit> {
  const { device, brokerUrl, startMs, nowMs, sinceMs = startMs } = options;
  const model = createDeviceModel({
    kind: device.kind,
    deviceId: device.id,
    seed: DEMO_SEED,
    startMs: sinceMs,
    plan: planOf(device, { sinceMs, startMs, nowMs }),
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
      return send(publisher, device.id, throughChannel(device.id, samples, nowMs));
    },
    repairAt(atMs, component, effect) {
      repairs = [...repairs, { atMs, component, effect }].sort((a, b) => a.atMs - b.atMs);
    },
    watch(liveMs) {
      for (const story of WATCHED_STORIES.filter((told) => told.device === device.id)) {
        const onsetMs = Math.max(sampledToMs + 1, liveMs + story.inSeconds * 1000);
        model.plan(storyOf(device, story, WATCHED_SPEED, onsetMs));
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
