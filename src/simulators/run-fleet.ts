// Drives a fleet in real time: each device samples when it is due, its channel decides what leaves, its publisher waits
// for the broker. A device that fell behind catches up without skipping a sample.
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../contracts/time.ts';
import type { Delivery } from './channel.ts';
import type { SimulatedDevice } from './fleet.ts';
import type { Publisher } from './publisher.ts';
import { hashText } from './random.ts';
import type { Speech } from './speech.ts';

export interface Member {
  device: SimulatedDevice;
  publisher: Publisher;
  speech: Speech;
}

export interface Run {
  fromMs: number;
  /** The time of the devices. */
  clock: Clock;
  signal: AbortSignal;
  /** How far the slowest device is behind its schedule. */
  onLate: (lateMs: number) => void;
}

const LONGEST_SLEEP_MS = 60_000;

/** Resolves when every device has stopped, after the signal; what a channel still holds is sent before. */
export async function runFleet(members: readonly Member[], run: Run): Promise<void> {
  // Every waiting device listens to the one signal.
  setMaxListeners(0, run.signal);
  await Promise.all(members.map((member) => runMember(member, run)));
}

async function runMember({ device, publisher, speech }: Member, run: Run): Promise<void> {
  const { model, channel } = device;
  const sendAll = async (deliveries: readonly Delivery[], atMs: number): Promise<void> => {
    for (const delivery of deliveries) {
      const isNewConnection = delivery.kind === 'reconnect';
      if (isNewConnection) publisher.dropConnection();
      const said = isNewConnection ? speech.greet(atMs) : speech.say(delivery);
      for (const { topic, payload } of said) await publisher.publish(topic, payload);
    }
  };
  // Each device has its own place in the interval, so that a fleet does not speak in one breath.
  let { intervalMs } = device;
  let firstMs = run.fromMs + (hashText(device.id) % 1000) * (intervalMs / 1000);
  for (let count = 0; ; count++) {
    if (device.intervalMs !== intervalMs) {
      firstMs += Math.max(0, count - 1) * intervalMs + device.intervalMs;
      ({ intervalMs } = device);
      count = 0;
    }
    const dueMs = Math.round(firstMs + count * intervalMs);
    if (!(await waitUntil(dueMs, run))) break;
    await sendAll(channel.pass(model.sample(dueMs)), dueMs);
  }
  await sendAll(channel.flush(), run.clock.now());
}

async function waitUntil(dueMs: number, { clock, signal, onLate }: Run): Promise<boolean> {
  onLate(Math.max(0, clock.now() - dueMs));
  while (!signal.aborted) {
    const leftMs = dueMs - clock.now();
    if (leftMs <= 0) return true;
    await sleep(Math.min(leftMs, LONGEST_SLEEP_MS), undefined, { signal }).catch(() => undefined);
  }
  return false;
}
