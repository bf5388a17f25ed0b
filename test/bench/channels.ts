// What a channel costs: time a reading beside the z-score a user would write, bytes a metric, and both over a whole fleet
// in memory that speaks once a minute. Time is the processor's, so that whatever else runs does not count.
import { createWorkspace, observeChannel } from '../../src/predictor/core/channels/channel.ts';
import { ChannelState, STATE_BYTES } from '../../src/predictor/core/channels/state.ts';
import { createZScore } from '../../src/predictor/evaluation/peers/control-charts.ts';
import { createRandom } from '../../src/simulators/random.ts';

const STEP_MS = 300_000;
const DAY_ROWS = 288;
const MINUTE_US = 60_000_000;

const usedUs = (before: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(before);
  return user + system;
};

export interface ChannelFigures {
  channelPerReadingUs: number;
  zScorePerReadingUs: number;
  statePerMetricBytes: number;
  fleetShareOfCorePercent: number;
  fleetMemoryMb: number;
}

const valuesOf = (rows: number): Float64Array => {
  const random = createRandom('channels', 'bench');
  return Float64Array.from({ length: rows }, (_, row) => Math.sin((2 * Math.PI * row) / DAY_ROWS) + random.normal());
};

export function measureChannels(fleet: { devices: number; metrics: number }, rows = 100_000): ChannelFigures {
  const values = valuesOf(rows);
  const space = createWorkspace();
  const channel = ChannelState.create();
  const chart = createZScore();
  const perReadingUs = (judge: (atMs: number, value: number) => unknown): number => {
    for (let row = 0; row < rows / 5; row++) judge(row * STEP_MS, values[row] as number);
    const started = process.cpuUsage();
    for (let row = 0; row < rows; row++) judge((row + rows / 5) * STEP_MS, values[row] as number);
    return usedUs(started) / rows;
  };
  const zScore = perReadingUs((atMs, value) => chart.score(atMs, value));
  const ours = perReadingUs((atMs, value) => observeChannel(channel, atMs, value, space));
  return {
    channelPerReadingUs: rounded(ours),
    zScorePerReadingUs: rounded(zScore),
    statePerMetricBytes: STATE_BYTES,
    ...measureFleet(fleet.devices * fleet.metrics, values),
  };
}

/** Every channel of the fleet in memory, one reading each a round: caches are as cold as they will be. */
function measureFleet(count: number, values: Float64Array) {
  const before = process.memoryUsage().rss;
  const space = createWorkspace();
  const channels = Array.from({ length: count }, () => ChannelState.create());
  const rounds = 4;
  const started = process.cpuUsage();
  for (let round = 0; round < rounds; round++) {
    channels.forEach((channel, index) =>
      observeChannel(channel, round * STEP_MS, values[(index + round) % values.length] as number, space),
    );
  }
  const roundUs = usedUs(started) / rounds;
  const memory = process.memoryUsage().rss - before;
  return {
    fleetShareOfCorePercent: rounded((100 * roundUs) / MINUTE_US),
    fleetMemoryMb: Math.round(memory / 2 ** 20),
  };
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
