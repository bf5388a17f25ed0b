// A simulated fleet's deliveries straight into the quality watch, in virtual time: hundreds of device-days in seconds.
import type { Product } from '../../../src/contracts/product.ts';
import { QUALITY } from '../../../src/contracts/readings.ts';
import { createWatch, type WatchedReading } from '../../../src/ingest/core/device-watch.ts';
import { qualityPlanOf } from '../../../src/ingest/core/quality-plan.ts';
import { type Episode, newDeviceWatch } from '../../../src/ingest/core/quality-state.ts';
import type { ChannelFault } from '../../../src/simulators/channel.ts';
import { createChannel, NO_MESSAGE_FAULTS } from '../../../src/simulators/channel.ts';
import { PRODUCTS } from '../../../src/simulators/catalogue/products.ts';
import { type DeviceIdentity, startDevice } from '../../../src/simulators/fleet.ts';
import { KIND_MODELS } from '../../../src/simulators/models/kinds.ts';
import { createRandom } from '../../../src/simulators/random.ts';

export interface SimulatedRun {
  identity: DeviceIdentity;
  fromMs: number;
  toMs: number;
  seed: string;
  faults: readonly ChannelFault[];
}

const LATENCY_MS = [5, 400] as const;
/** Ahead of the server by more than this is held back, as ingest does. */
const MAX_AHEAD_MS = 5 * 60_000;
const LISTENING_MS = Number.NEGATIVE_INFINITY;

const readingsOf = (payload: string, product: Product): WatchedReading[] => {
  const parsed: unknown = JSON.parse(payload);
  const samples = (Array.isArray(parsed) ? parsed : [parsed]) as {
    ts: number;
    values: Record<string, number | string | boolean>;
  }[];
  return samples.flatMap(({ ts, values }) =>
    Object.entries(values).map(([metric, value]) => {
      const facts = product.metrics.find(({ code }) => code === metric);
      const isOut =
        typeof value === 'number' &&
        (value < (facts?.plausibleMin ?? -Infinity) || value > (facts?.plausibleMax ?? Infinity));
      return {
        metric,
        measuredAtMs: ts,
        value: Number(value) || 0,
        quality: isOut ? QUALITY.implausible : QUALITY.good,
        ...(typeof value === 'string' ? { label: value } : {}),
      };
    }),
  );
};

/** Every episode the watch found, as it was last; open ones too. */
export function watchSimulated({ identity, fromMs, toMs, seed, faults }: SimulatedRun): Episode[] {
  const kindModel = KIND_MODELS[identity.kind];
  const product = PRODUCTS[identity.kind];
  const options = {
    devices: 1,
    kinds: [identity.kind],
    prefix: 'Q',
    seed,
    fromMs,
    toMs,
    wearSpeed: 1,
    faultRate: 0,
    channelRate: 0,
  };
  const { model, intervalMs } = startDevice(identity, { ...options, messageFaults: NO_MESSAGE_FAULTS });
  const random = createRandom(seed, `${identity.id}/network`);
  const channel = createChannel({ plan: faults, messageFaults: NO_MESSAGE_FAULTS, batchMs: kindModel.batchMs, random });
  const state = newDeviceWatch();
  const watch = createWatch(qualityPlanOf(product, 'in-service'), state);
  const found = new Set<Episode>();
  let receivedAtMs = fromMs;
  for (let atMs = fromMs; atMs < toMs; atMs += intervalMs) {
    watch.pass(atMs, LISTENING_MS);
    for (const delivery of channel.pass(model.sample(atMs))) {
      if (delivery.kind !== 'telemetry') continue;
      receivedAtMs = Math.max(receivedAtMs + 1, atMs + Math.round(random.between(...LATENCY_MS)));
      const readings = readingsOf(delivery.payload, product);
      if ((readings.at(-1)?.measuredAtMs ?? 0) > receivedAtMs + MAX_AHEAD_MS) watch.observeFutureClock(receivedAtMs);
      else watch.observe({ receivedAtMs, readings });
    }
    for (const { episode } of watch.book.take()) found.add(episode);
  }
  return [...found];
}
