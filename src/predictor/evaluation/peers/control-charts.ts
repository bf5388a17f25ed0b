// The two charts anybody would write first: how many standard deviations a value, or its moving average, is from the mean
// of the last weeks (or another memory). Streaming and causal; what a reading is scored against never includes it.
import { DAY_MS, type EpochMs } from '../../../contracts/time.ts';

export interface Chart {
  /** Distance from normal in sigmas, never negative; 0 while too little is known. */
  score(atMs: EpochMs, value: number): number;
}

export interface ChartMemory {
  memoryMs: number;
  warmUpMs: number;
}
const MONTH: ChartMemory = { memoryMs: 30 * DAY_MS, warmUpMs: 7 * DAY_MS };
const WARM_UP_READINGS = 30;
/** Share of a reading in the moving average (Roberts 1959 used 0.2 to 0.3; slow wear asks for less). */
const EWMA_SHARE = 0.1;

interface Past {
  readings: number;
  firstMs: EpochMs;
  lastMs: EpochMs;
  mean: number;
  variance: number;
}

const isWarm = ({ readings, firstMs, lastMs }: Past, warmUpMs: number): boolean =>
  readings >= WARM_UP_READINGS && lastMs - firstMs >= warmUpMs;

function learn(past: Past, memoryMs: number, atMs: EpochMs, value: number): void {
  const spanMs = Math.min(memoryMs, atMs - past.firstMs);
  const share = past.readings === 0 ? 1 : Math.max(1 / (past.readings + 1), (atMs - past.lastMs) / (spanMs + 1));
  const apart = value - past.mean;
  past.mean += share * apart;
  past.variance = (1 - share) * (past.variance + share * apart * apart);
  past.readings += 1;
  past.lastMs = atMs;
}

const newPast = (): Past => ({ readings: 0, firstMs: 0, lastMs: 0, mean: 0, variance: 0 });

function chartOf(
  levelOf: (value: number, before: number | null) => number,
  spreadOf: (sigma: number) => number,
  { memoryMs, warmUpMs }: ChartMemory,
): Chart {
  const past = newPast();
  let level: number | null = null;
  return {
    score(atMs, value) {
      if (past.readings === 0) past.firstMs = atMs;
      level = levelOf(value, level);
      const spread = spreadOf(Math.sqrt(past.variance));
      const score = isWarm(past, warmUpMs) && spread > 0 ? Math.abs(level - past.mean) / spread : 0;
      learn(past, memoryMs, atMs, value);
      return score;
    },
  };
}

/** Single values against the mean and the standard deviation of the last thirty days. */
export const createZScore = (memory = MONTH): Chart =>
  chartOf(
    (value) => value,
    (sigma) => sigma,
    memory,
  );

/** Exponentially weighted moving average against its own standard deviation, as if readings were independent. */
export const createEwmaChart = (memory = MONTH): Chart =>
  chartOf(
    (value, before) => (before === null ? value : before + EWMA_SHARE * (value - before)),
    (sigma) => sigma * Math.sqrt(EWMA_SHARE / (2 - EWMA_SHARE)),
    memory,
  );
