// Intervals that say 80 % hold 80 %: over series of many kinds with seeds of their own, at every step ahead, for the months and for
// their sums, and for each kind not far from it. Half as wide they would not.
import { beforeAll, describe, expect, it } from 'vitest';
import { type ForecastStep, forecastSeries } from '../../../src/costing/core/forecast/forecast.ts';
import { seededRandom } from '../../../src/predictor/core/random.ts';

const HORIZON = 12;
const SERIES = 50;
const LENGTHS = [24, 48];
const STEPS = [1, 3, 6, 12];

type Random = () => number;
/** Sum of twelve even draws less six: near enough normal. */
const noise = (random: Random): number => Array.from({ length: 12 }, random).reduce((a, b) => a + b, -6);
const months = (length: number, of: (i: number) => number): number[] =>
  Array.from({ length }, (_, i) => Math.max(0, Math.round(of(i))));

function poisson(random: Random, mean: number): number {
  let [count, chance] = [0, Math.exp(-mean)];
  for (let sum = chance, draw = random(); draw > sum && count < 100; sum += chance) chance *= mean / (count += 1);
  return count;
}

const KINDS: Readonly<Record<string, (random: Random, length: number) => number[]>> = {
  level: (random, length) => {
    const spread = 0.05 + 0.25 * random();
    return months(length, () => 100_000 * (1 + spread * noise(random)));
  },
  trend: (random, length) => {
    const slope = 0.02 * (random() - 0.3);
    return months(length, (i) => 100_000 * (1 + slope * i) * (1 + 0.1 * noise(random)));
  },
  season: (random, length) => {
    const [swing, start] = [0.1 + 0.4 * random(), 6 * random()];
    return months(
      length,
      (i) => 100_000 * (1 + swing * Math.sin((2 * Math.PI * i) / 12 + start)) * (1 + 0.1 * noise(random)),
    );
  },
  shifts: (random, length) => {
    let level = 100_000;
    return months(length, () => {
      if (random() < 1 / 24) level *= 0.6 + 0.9 * random();
      return level * (1 + 0.08 * noise(random));
    });
  },
  intermittent: (random, length) => {
    const busy = 0.15 + 0.3 * random();
    return months(length, () => (random() < busy ? 20_000 * (1 + 4 * random() * random()) : 0));
  },
  counts: (random, length) => {
    const mean = 0.5 + 4 * random();
    return months(length, () => {
      let cost = 0;
      for (let job = poisson(random, mean); job > 0; job -= 1) cost += 3000 + 9000 * random();
      return cost;
    });
  },
};

interface Held {
  monthly: number[];
  summed: number[];
  narrow: number[];
}

const isWithin = (value: number, { low, high }: ForecastStep): boolean => value >= low - 0.5 && value <= high + 0.5;
const halved = ({ low, expected, high }: ForecastStep): ForecastStep => ({
  low: (low + expected) / 2,
  expected,
  high: (high + expected) / 2,
});

/** Shares that held, by step. */
function heldOf(kind: (random: Random, length: number) => number[], seed: number): Held {
  const random = seededRandom(seed);
  const zeros = () => Array.from({ length: HORIZON }, () => 0);
  const held = { monthly: zeros(), summed: zeros(), narrow: zeros() };
  for (const length of LENGTHS) {
    for (let i = 0; i < SERIES; i += 1) {
      const values = kind(random, length + HORIZON);
      const forecast = forecastSeries(values.slice(0, length), HORIZON);
      let sum = 0;
      forecast?.monthly.forEach((month, step) => {
        const came = values[length + step] ?? 0;
        sum += came;
        const count = (counts: number[], isHeld: boolean) => (counts[step] = (counts[step] ?? 0) + (isHeld ? 1 : 0));
        count(held.monthly, isWithin(came, month));
        count(held.summed, isWithin(sum, forecast.summed[step] ?? month));
        count(held.narrow, isWithin(came, halved(month)));
      });
    }
  }
  const share = (counts: number[]): number[] => counts.map((count) => count / (SERIES * LENGTHS.length));
  return { monthly: share(held.monthly), summed: share(held.summed), narrow: share(held.narrow) };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('80 % intervals', () => {
  const held = new Map<string, Held>();
  beforeAll(() => {
    for (const [index, [name, kind]] of Object.entries(KINDS).entries()) held.set(name, heldOf(kind, 71 + index));
  });
  const over = (part: keyof Held, step: number): number =>
    mean([...held.values()].map((one) => one[part][step - 1] ?? 0));

  it.each(STEPS)('hold 75 to 85 %% of the months %i ahead, and of the sums up to there', (step) => {
    for (const part of ['monthly', 'summed'] as const) {
      expect(over(part, step)).toBeGreaterThan(0.75);
      expect(over(part, step)).toBeLessThan(0.86);
    }
  });

  it.each(Object.keys(KINDS))('hold about as much on %s alone', (kind) => {
    for (const part of ['monthly', 'summed'] as const) {
      expect(mean(held.get(kind)?.[part] ?? [])).toBeGreaterThan(0.68);
      expect(mean(held.get(kind)?.[part] ?? [])).toBeLessThan(0.95);
    }
  });

  it('would be seen to be too narrow', () => {
    for (const step of STEPS) expect(over('narrow', step)).toBeLessThan(0.66);
  });
});
