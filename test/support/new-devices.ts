// Devices put into service beside a simulated fleet of their kind: what the fleet's devices call normal, and what is said of a new
// one that is held against it or stands alone.
import { createAssessor } from '../../src/predictor/core/assess.ts';
import type { EpisodeEffect } from '../../src/predictor/core/episodes.ts';
import { type PeerNormal, type Peers, peerKey } from '../../src/predictor/core/multivariate/peer-normals.ts';
import { LEARNED_MS } from '../../src/predictor/core/multivariate/peers.ts';
import { type DevicePlan, planOf } from '../../src/predictor/core/plan.ts';
import { type DeviceState, newDeviceState } from '../../src/predictor/core/state.ts';
import type { Slice } from '../../src/predictor/core/assess.ts';
import { PRODUCTS } from '../../src/simulators/catalogue/products.ts';
import { createDeviceModel } from '../../src/simulators/device-model.ts';
import { planFault } from '../../src/simulators/fault-plan.ts';
import { TIERS } from '../../src/simulators/hospital.ts';
import type { Kind } from '../../src/simulators/models/kind-model.ts';
import { KIND_MODELS } from '../../src/simulators/models/kinds.ts';
import { createRandom } from '../../src/simulators/random.ts';
import { DAY, HOUR, START } from './predictor-signals.ts';

export const peerNormal = (normal: Partial<PeerNormal> & Pick<PeerNormal, 'median'>): PeerNormal => {
  const { spread = 0.4 } = normal;
  return {
    cohort: 'firmware',
    devices: 20,
    mad: 0.2,
    spread,
    slow: spread / 4,
    scatter: spread,
    learnedMs: 60 * DAY,
    ...normal,
  };
};

export interface Unit {
  kind: Kind;
  index: number;
  days: number;
  /** Failure mode that begins to wear on that day. */
  wears?: { failureMode: string; fromDay: number };
  /** Added to a metric from the first reading on. */
  offsets?: Readonly<Record<string, number>>;
}

export function* slicesOf({ kind, index, days, wears, offsets = {} }: Unit): Iterable<Slice> {
  const deviceId = `${kind}-${index}`;
  const spec = KIND_MODELS[kind].faults.find(({ failureMode }) => failureMode === wears?.failureMode);
  const fault =
    spec === undefined || wears === undefined
      ? []
      : [
          planFault(spec, 1, createRandom('new', `${deviceId}/${wears.failureMode}`), {
            kind: 'wear',
            onsetMs: START + wears.fromDay * DAY,
          }),
        ];
  const hospital = { tier: TIERS[index % TIERS.length] ?? 'tertiary', utcOffsetHours: 8 } as const;
  const model = createDeviceModel({ kind, deviceId, seed: 'new-devices', startMs: START, plan: fault, hospital });
  for (let atMs = START; atMs < START + days * DAY; atMs += HOUR) {
    const { values, isOnline } = model.sample(atMs);
    if (!isOnline) continue;
    const readings = Object.entries(values).map(([metric, value]) =>
      typeof value === 'string'
        ? { metric, measuredAtMs: atMs, value: 0, label: value, quality: 0 }
        : { metric, measuredAtMs: atMs, value: Number(value) + (offsets[metric] ?? 0), quality: 0 },
    );
    yield { receivedAtMs: atMs + 500, readings };
  }
}

export interface Told {
  state: DeviceState;
  raised: (EpisodeEffect & { kind: 'raise' })[];
}

export function judge(plan: DevicePlan, slices: Iterable<Slice>, state: DeviceState = newDeviceState()): Told {
  const assessor = createAssessor(plan, state);
  const raised: Told['raised'] = [];
  for (const slice of slices) {
    for (const effect of assessor.observe(slice)) if (effect.kind === 'raise') raised.push(effect as Told['raised'][0]);
  }
  return { state, raised };
}

export const planFor = (kind: Kind, peers?: Peers): DevicePlan => planOf(PRODUCTS[kind], [], peers);

const at = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)] as number, sorted[Math.ceil(place)] as number];
  return low + (place - Math.floor(place)) * (high - low);
};

/** As the nightly job learns them, of devices of one firmware. */
export function peersOf(states: readonly DeviceState[], fewest = 5): Peers {
  const own = states.flatMap(({ series }) =>
    series.flatMap(({ metric, detectors }) =>
      detectors
        .filter(({ learnedMs }) => learnedMs >= LEARNED_MS)
        .map((detector) => ({ key: peerKey(detector.mode, metric), detector })),
    ),
  );
  const peers = new Map<string, PeerNormal>();
  for (const key of new Set(own.map((one) => one.key))) {
    const normals = own.filter((one) => one.key === key).map(({ detector }) => detector);
    if (normals.length < fewest) continue;
    const median = at(
      normals.map(({ mean }) => mean),
      0.5,
    );
    const quantile = (share: number, of: (one: (typeof normals)[number]) => number): number =>
      at(normals.map(of), share);
    peers.set(key, {
      cohort: 'firmware',
      devices: normals.length,
      median,
      mad: quantile(0.5, ({ mean }) => Math.abs(mean - median)),
      spread: quantile(0.5, ({ variance }) => Math.sqrt(variance)),
      slow: quantile(0.75, ({ slowVariance }) => Math.sqrt(slowVariance)),
      scatter: quantile(0.75, ({ scatterMean }) => scatterMean),
      learnedMs: quantile(0.5, ({ learnedMs }) => learnedMs),
    });
  }
  return peers;
}

/** What 14 devices of the kind, in service for two months, call normal. */
export const fleetPeers = (kind: Kind, devices = 14, days = 60): Peers =>
  peersOf(
    Array.from(
      { length: devices },
      (_, index) => judge(planFor(kind), slicesOf({ kind, index: 100 + index, days })).state,
    ),
  );
