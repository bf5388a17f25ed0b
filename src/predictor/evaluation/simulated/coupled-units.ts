// Units whose gauges follow common loads, otherwise in each operating mode, until one of them goes its own way: suddenly or over
// weeks, and never farther from its mean than before. No single gauge can show it; only how they go together does.
import type { Product } from '../../../contracts/product.ts';
import { DAY_MS, type EpochMs, HOUR_MS } from '../../../contracts/time.ts';
import type { Slice } from '../../core/assess.ts';
import { seededRandom } from '../../core/random.ts';

export interface CoupledUnit {
  device: string;
  product: Product;
  fromMs: EpochMs;
  toMs: EpochMs;
  /** The gauge begins to go its own way, and does so wholly `rampDays` later; `null`: it never does. */
  broken: { gauge: string; onsetMs: EpochMs; rampDays: number } | null;
  slices(): Iterable<Slice>;
}

export interface CoupledOptions {
  seed: number;
  index: number;
  days: number;
  rampDays: number | null;
}

type Random = () => number;

const UNITS_A_SEED = 1000;
const FROM_MS = Date.UTC(2025, 0, 1);
const GAUGES = ['flow', 'pressure', 'current', 'inlet', 'outlet', 'room'] as const;
/** Which load each gauge follows in a mode, and to which side; 0: none. Half of the modes lack half of the couplings. */
const MODES = {
  idle: { middle: 10, width: 0.5, first: [1, 1, 0, 0, 0, 0], second: [0, 0, 0, 1, 1, 0] },
  run: { middle: 30, width: 2, first: [1, -1, 1, 0, 0, 0], second: [0, 0, 0, 1, 1, 0] },
  clean: { middle: 20, width: 1, first: [1, 0, 0, 1, 0, 0], second: [0, 1, 0, 0, 1, 0] },
} as const;
const MODE_NAMES = ['idle', 'run', 'clean'] as const;
const MODE_HOURS = { least: 4, most: 16 } as const;
/** Share of a gauge's variance that its load explains, and hours its values remember. */
const EXPLAINED = { least: 0.6, most: 0.9 } as const;
const REMEMBERED_HOURS = 3;
/** One of the first gauges breaks, which follow a load in every mode. */
const BREAKING = 2;
const ONSET = { least: 0.5, most: 0.6 } as const;

const gauge = (code: string): Product['metrics'][number] => ({
  code,
  name: { en: code, zh: code },
  unit: '1',
  kind: 'gauge',
  expectedIntervalS: 3600,
});

const PRODUCT: Product = {
  code: 'coupled',
  name: { en: 'Coupled gauges', zh: '联动参数' },
  line: 'coupled',
  lineName: { en: 'Coupled gauges', zh: '联动参数' },
  kind: 'coupled',
  modeMetric: 'mode',
  metrics: [{ ...gauge('mode'), kind: 'state', unit: '' }, ...GAUGES.map(gauge)],
  components: [],
};

/** The same seed and index give the same unit, reading by reading. */
export function coupledUnit({ seed, index, days, rampDays }: CoupledOptions): CoupledUnit {
  const drawn = seededRandom(seed * UNITS_A_SEED + index);
  const explained = GAUGES.map(() => between(drawn, EXPLAINED));
  const place = Math.floor(drawn() * BREAKING);
  const onsetMs = FROM_MS + Math.floor(days * between(drawn, ONSET)) * DAY_MS;
  const toMs = FROM_MS + days * DAY_MS;
  return {
    device: `coupled-${index}`,
    product: PRODUCT,
    fromMs: FROM_MS,
    toMs,
    broken: rampDays === null ? null : { gauge: GAUGES[place] as string, onsetMs, rampDays },
    *slices() {
      const course = courseOf(seededRandom((seed + 1) * UNITS_A_SEED - index - 1), explained);
      for (let atMs = FROM_MS; atMs < toMs; atMs += HOUR_MS) {
        const apart = rampDays === null ? 0 : apartAt(atMs - onsetMs, rampDays * DAY_MS);
        yield sliceOf(atMs, course(place, apart));
      }
    },
  };
}

/** 0 to 1: how much of what it followed a gauge has left. */
const apartAt = (sinceMs: number, rampMs: number): number =>
  sinceMs < 0 ? 0 : rampMs === 0 ? 1 : Math.min(1, sinceMs / rampMs);

const between = (random: Random, { least, most }: { least: number; most: number }): number =>
  least + (most - least) * random();

interface Told {
  mode: (typeof MODE_NAMES)[number];
  values: number[];
}

/** Every call is one hour on. */
function courseOf(random: Random, explained: readonly number[]): (place: number, apart: number) => Told {
  const kept = Math.exp(-1 / REMEMBERED_HOURS);
  const follow = (value: number): number => kept * value + Math.sqrt(1 - kept * kept) * normal(random);
  let first = 0;
  let second = 0;
  let astray = 0;
  let mode: Told['mode'] = 'idle';
  let hoursLeft = 0;
  return (place, apart) => {
    if (hoursLeft <= 0) {
      mode = MODE_NAMES[Math.floor(random() * MODE_NAMES.length)] ?? mode;
      hoursLeft = Math.round(between(random, MODE_HOURS));
    }
    hoursLeft -= 1;
    first = follow(first);
    second = follow(second);
    astray = follow(astray);
    const { middle, width, first: ofFirst, second: ofSecond } = MODES[mode];
    const values = GAUGES.map((_, index) => {
      const led = (ofFirst[index] as number) * first + (ofSecond[index] as number) * second;
      const isLed = ofFirst[index] !== 0 || ofSecond[index] !== 0;
      const away = index === place ? apart : 0;
      const followed = Math.sqrt(1 - away) * led + Math.sqrt(away) * astray;
      const share = isLed ? (explained[index] as number) : 0;
      return middle + width * (Math.sqrt(share) * followed + Math.sqrt(1 - share) * normal(random));
    });
    return { mode, values };
  };
}

/** Box and Muller. */
const normal = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

const sliceOf = (atMs: EpochMs, { mode, values }: Told): Slice => ({
  receivedAtMs: atMs,
  readings: [
    { metric: 'mode', measuredAtMs: atMs, value: 0, label: mode, quality: 0 },
    ...GAUGES.map((metric, index) => ({ metric, measuredAtMs: atMs, value: values[index] as number, quality: 0 })),
  ],
});
