// A simulated ventilator whose oxygen cell wears out on cue, speaking through a real MQTT connection.
import { DAY_MS, HOUR_MS } from '../../src/contracts/time.ts';
import { telemetryTopic } from '../../src/contracts/topics.ts';
import { createDeviceModel } from '../../src/simulators/device-model.ts';
import { planFault } from '../../src/simulators/fault-plan.ts';
import { KIND_MODELS } from '../../src/simulators/models/kinds.ts';
import { connectPublisher } from '../../src/simulators/publisher.ts';
import { createRandom } from '../../src/simulators/random.ts';

const HISTORY_DAYS = 21;
/** The wear of weeks in a day and a half before now: surely seen at the end, surely not before it begins. */
const WEAR_FOR_MS = 36 * HOUR_MS;
const WEAR_SPEED = 20;
const HISTORY_STEP_MS = HOUR_MS;
const WEARING_STEP_MS = 10 * 60_000;
const SAMPLES_A_MESSAGE = 24;
const DRAIN_LIMIT_MS = 30_000;
export const FAILURE_MODE = 'o2-cell-exhausted';

export interface Ventilator {
  /** Three healthy weeks, sent as the backlog of a device that was away. */
  sendHistory(): Promise<void>;
  /** The last day and a half up to now, in which the cell wears. */
  sendWear(): Promise<void>;
  close(): Promise<void>;
}

export interface VentilatorOptions {
  deviceId: string;
  token: string;
  brokerUrl: string;
  nowMs: number;
}

export async function connectVentilator({ deviceId, token, brokerUrl, nowMs }: VentilatorOptions): Promise<Ventilator> {
  const startMs = Math.floor((nowMs - HISTORY_DAYS * DAY_MS) / DAY_MS) * DAY_MS;
  const onsetMs = nowMs - WEAR_FOR_MS;
  const spec = KIND_MODELS.ventilator.faults.find(({ failureMode }) => failureMode === FAILURE_MODE);
  if (!spec) throw new Error(`the ventilator model has no ${FAILURE_MODE}`);
  const model = createDeviceModel({
    kind: 'ventilator',
    deviceId,
    seed: 'e2e',
    startMs,
    plan: [planFault(spec, WEAR_SPEED, createRandom('e2e', deviceId), { kind: 'wear', onsetMs })],
    hospital: { tier: 'tertiary', utcOffsetHours: 8 },
  });
  const publisher = await connectPublisher({ url: brokerUrl, deviceId, token });

  async function send(fromMs: number, toMs: number, stepMs: number): Promise<void> {
    const samples: { ts: number; values: object }[] = [];
    for (let atMs = fromMs + stepMs; atMs <= toMs; atMs += stepMs) {
      const { ts, values } = model.sample(atMs);
      samples.push({ ts, values });
    }
    for (let first = 0; first < samples.length; first += SAMPLES_A_MESSAGE) {
      const message = samples.slice(first, first + SAMPLES_A_MESSAGE);
      await publisher.publish(telemetryTopic(deviceId), JSON.stringify(message));
    }
    if (!(await publisher.drain(DRAIN_LIMIT_MS))) throw new Error(`${deviceId}: not everything was acknowledged`);
  }

  return {
    sendHistory: () => send(startMs, onsetMs, HISTORY_STEP_MS),
    sendWear: () => send(onsetMs, nowMs, WEARING_STEP_MS),
    close: () => publisher.close(),
  };
}
