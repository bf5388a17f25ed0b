// Judging alone: readings a second that one core takes through detectors, attribution, episodes and health, on simulated devices
// that speak at their own interval after weeks of hourly history. The peer is decoding the same readings from JSON. Channels
// are measured alone too, beside a z-score, and as a whole fleet.
import { parseArgs } from 'node:util';
import { createAssessor, type Slice } from '../../src/predictor/core/assess.ts';
import { planOf } from '../../src/predictor/core/plan.ts';
import { newDeviceState } from '../../src/predictor/core/state.ts';
import { PRODUCTS } from '../../src/simulators/catalogue/products.ts';
import { createDeviceModel } from '../../src/simulators/device-model.ts';
import { KIND_MODELS } from '../../src/simulators/models/kinds.ts';
import { type Kind, KINDS } from '../../src/simulators/models/kind-model.ts';
import { measureChannels } from './channels.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START_MS = Date.UTC(2026, 0, 1);
const HISTORY_DAYS = 30;
const METRICS_A_DEVICE = 10;
/** What a channel and a fleet of them may cost. */
const LIMITS = { perReadingUs: 15, stateBytes: 8192, fleetCorePercent: 5, fleetMemoryMb: 500 } as const;

interface Recorded {
  kind: Kind;
  slices: Slice[];
}

function record(kind: Kind, liveHours: number): Recorded {
  const hospital = { tier: 'tertiary', utcOffsetHours: 8 } as const;
  const model = createDeviceModel({ kind, deviceId: kind, seed: 'bench', startMs: START_MS, plan: [], hospital });
  const slices: Slice[] = [];
  const liveMs = START_MS + HISTORY_DAYS * DAY_MS;
  const stepAt = (atMs: number): number => (atMs < liveMs ? HOUR_MS : KIND_MODELS[kind].intervalMs);
  for (let atMs = START_MS; atMs < liveMs + liveHours * HOUR_MS; atMs += stepAt(atMs)) {
    const readings = Object.entries(model.sample(atMs).values).map(([metric, value]) => ({
      metric,
      measuredAtMs: atMs,
      value: typeof value === 'string' ? 0 : Number(value),
      quality: 0,
      ...(typeof value === 'string' ? { label: value } : {}),
    }));
    slices.push({ receivedAtMs: atMs, readings });
  }
  return { kind, slices };
}

const perSecond = (count: number, startedMs: number): number =>
  Math.round(count / ((performance.now() - startedMs) / 1000));

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { hours: { type: 'string', default: '48' }, devices: { type: 'string', default: '5000' } },
  });
  const recorded = KINDS.map((kind) => record(kind, Number(values.hours)));
  const readings = recorded.reduce(
    (sum, { slices }) => sum + slices.reduce((n, slice) => n + slice.readings.length, 0),
    0,
  );

  const startedMs = performance.now();
  let stateBytes = 0;
  let stateMetrics = 1;
  for (const { kind, slices } of recorded) {
    const state = newDeviceState();
    const assessor = createAssessor(planOf(PRODUCTS[kind]), state);
    for (const slice of slices) assessor.observe(slice);
    const bytes = JSON.stringify(state).length;
    if (bytes > stateBytes) [stateBytes, stateMetrics] = [bytes, state.series.length];
  }
  const judged = perSecond(readings, startedMs);

  const texts = recorded.flatMap(({ slices }) => slices.map((slice) => JSON.stringify(slice)));
  const decodingMs = performance.now();
  for (const text of texts) JSON.parse(text);
  const decoded = perSecond(readings, decodingMs);

  const channels = measureChannels({ devices: Number(values.devices), metrics: METRICS_A_DEVICE });
  console.log(`${readings} readings of ${recorded.length} kinds of device`);
  const figures = {
    judgedReadingsPerS: judged,
    decodedReadingsPerS: decoded,
    largestStateBytes: stateBytes,
    largestStateMetrics: stateMetrics,
    largestStatePerMetricBytes: Math.round(stateBytes / stateMetrics),
    ...channels,
  };
  const ratio = (one: number, other: number): number => Math.round((one / other) * 1000) / 1000;
  const ratios = {
    judgedToDecoded: ratio(judged, decoded),
    channelToZScore: ratio(channels.channelPerReadingUs, channels.zScorePerReadingUs),
    channelToLimit: ratio(channels.channelPerReadingUs, LIMITS.perReadingUs),
    stateToLimit: ratio(channels.statePerMetricBytes, LIMITS.stateBytes),
    fleetCoreToLimit: ratio(channels.fleetShareOfCorePercent, LIMITS.fleetCorePercent),
    fleetMemoryToLimit: ratio(channels.fleetMemoryMb, LIMITS.fleetMemoryMb),
  };
  console.log(JSON.stringify({ bench: 'predictor', database: 'none', figures, ratios }));
}
