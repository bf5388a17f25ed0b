// A fleet of simulated devices: who they are, in which hospital they stand, and each with its model and its channel.
import { createChannel, type Channel, type MessageFaults } from './channel.ts';
import { drawChannelPlan } from './channel-plan.ts';
import { createDeviceModel, type DeviceModel } from './device-model.ts';
import { drawFaultPlan, selfRepairAt } from './fault-plan.ts';
import { TIERS, type Hospital } from './hospital.ts';
import { PRODUCTS } from './catalogue/products.ts';
import { type Kind, type KindModel, MINUTE_MS } from './models/kind-model.ts';
import { KIND_MODELS } from './models/kinds.ts';
import { createRandom } from './random.ts';
import type { TruthLine } from './wear.ts';

export interface FleetOptions {
  devices: number;
  kinds: readonly Kind[];
  prefix: string;
  seed: string;
  fromMs: number;
  toMs: number;
  wearSpeed: number;
  faultRate: number;
  channelRate: number;
  messageFaults: MessageFaults;
  /** Messages per second and device; absent: each kind's own interval and batches. */
  rate?: number;
}

export interface DeviceIdentity {
  id: string;
  kind: Kind;
  hospital: Hospital;
}

export interface SimulatedDevice extends DeviceIdentity {
  /** Between two samples; a command may change it while the fleet runs. */
  intervalMs: number;
  model: DeviceModel;
  channel: Channel;
  /** Model and channel together, of everything that has begun by now. */
  truth(atMs: number): TruthLine[];
}

/** The mix of a general hospital, so ordered that a small fleet has something of everything. */
const MIX: readonly Kind[] = [
  'mri',
  'ct',
  'ventilator',
  'infusion-pump',
  'dialysis',
  'refrigerator',
  'infusion-pump',
  'ventilator',
  'dialysis',
  'infusion-pump',
  'ct',
  'ventilator',
  'refrigerator',
  'infusion-pump',
  'dialysis',
  'infusion-pump',
  'ventilator',
  'dialysis',
  'infusion-pump',
  'refrigerator',
];
const CHINA_UTC_OFFSET_HOURS = 8;

/** Who the devices of a fleet are; the same for the same count, kinds and prefix. */
export function identifyFleet({
  devices,
  kinds,
  prefix,
}: Pick<FleetOptions, 'devices' | 'kinds' | 'prefix'>): DeviceIdentity[] {
  const mix = MIX.filter((kind) => kinds.includes(kind));
  return Array.from({ length: devices }, (_, index) => {
    const kind = mix[index % mix.length] as Kind;
    const number = String(index + 1).padStart(5, '0');
    const tier = TIERS[index % TIERS.length] as Hospital['tier'];
    return {
      id: `${prefix}-${kind.toUpperCase()}-${number}`,
      kind,
      hospital: { tier, utcOffsetHours: CHINA_UTC_OFFSET_HOURS },
    };
  });
}

/** A device that looks after itself: when it has failed it is repaired some hours later. */
export function startDevice(identity: DeviceIdentity, options: FleetOptions): SimulatedDevice {
  const { id, kind, hospital } = identity;
  const { seed, fromMs, toMs, wearSpeed, faultRate } = options;
  const kindModel: KindModel = KIND_MODELS[kind];
  const span = { deviceId: id, seed, fromMs, toMs };
  const model = createDeviceModel({
    kind,
    deviceId: id,
    seed,
    hospital,
    startMs: fromMs,
    plan: drawFaultPlan(kindModel.faults, { ...span, wearSpeed, faultRate, selfRepairMs: selfRepairAt(wearSpeed) }),
    checkOutMs: Math.max(MINUTE_MS / 2, (30 * MINUTE_MS) / wearSpeed),
  });
  const gauges = PRODUCTS[kind].metrics.filter((metric) => metric.kind === 'gauge').map(({ code }) => code);
  const channel = createChannel({
    plan: drawChannelPlan({ ...span, kind, rate: options.channelRate, gauges }),
    messageFaults: options.messageFaults,
    batchMs: options.rate === undefined ? kindModel.batchMs : 0,
    random: createRandom(seed, `${id}/channel`),
  });
  return {
    ...identity,
    intervalMs: options.rate === undefined ? kindModel.intervalMs : 1000 / options.rate,
    model,
    channel,
    truth: (atMs) => [...model.truth(), ...channel.truth(id, atMs)],
  };
}
