// A small product and seeded signals for tests of the predictor: correlated noise, two operating modes, and shifts on purpose.
import type { Product } from '../../src/contracts/product.ts';
import type { Slice } from '../../src/predictor/core/assess.ts';
import { createRandom } from '../../src/simulators/random.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const START = Date.UTC(2026, 0, 1);

const mode = {
  remedy: { en: 'Replace it', zh: '更换' },
  part: 'P-1',
  labourHours: 4,
  people: 1,
  remote: false,
} as const;

export const COOLER: Product = {
  code: 'cooler-1',
  name: { en: 'Cooler', zh: '冷却机' },
  line: 'cooling',
  lineName: { en: 'Cooling', zh: '冷却' },
  kind: 'cooler',
  modeMetric: 'mode',
  metrics: [
    { code: 'mode', name: { en: 'Mode', zh: '工作状态' }, unit: '', kind: 'state', expectedIntervalS: 600 },
    {
      code: 'head_temp',
      name: { en: 'Cold head temperature', zh: '冷头温度' },
      unit: 'K',
      kind: 'gauge',
      expectedIntervalS: 600,
      normalMin: 3.9,
      normalMax: 4.3,
      noticeable: 0.1,
    },
    {
      code: 'pressure',
      name: { en: 'Helium pressure', zh: '氦压' },
      unit: 'kPa',
      kind: 'gauge',
      expectedIntervalS: 600,
      normalMin: 7,
      normalMax: 9,
      noticeable: 0.3,
    },
    {
      code: 'flow',
      name: { en: 'Flow', zh: '流量' },
      unit: 'L/min',
      kind: 'gauge',
      expectedIntervalS: 600,
      normalMin: 28,
      normalMax: 34,
      noticeable: 1,
    },
    { code: 'count', name: { en: 'Count', zh: '计数' }, unit: '{count}', kind: 'counter', expectedIntervalS: 600 },
  ],
  components: [
    {
      code: 'head',
      name: { en: 'Cold head', zh: '冷头' },
      criticality: 1,
      failureModes: [
        {
          code: 'wear',
          name: { en: 'Displacer worn', zh: '排出器磨损' },
          signs: [
            { metric: 'head_temp', direction: 'up', failsAt: 5.1 },
            { metric: 'pressure', direction: 'up' },
          ],
          ...mode,
          horizonHours: 1000,
          unplannedFactor: 2,
          unplannedDowntimeHours: 24,
        },
      ],
    },
    {
      code: 'pump',
      name: { en: 'Pump', zh: '水泵' },
      criticality: 0.5,
      failureModes: [
        {
          code: 'fouling',
          name: { en: 'Pump fouled', zh: '水泵结垢' },
          signs: [{ metric: 'flow', direction: 'down', failsAt: 25 }],
          ...mode,
          horizonHours: 300,
          unplannedFactor: 2,
          unplannedDowntimeHours: 8,
        },
      ],
    },
  ],
};

/** How far each metric is shifted at an instant. */
export type Shift = (atMs: number) => Partial<Record<'head_temp' | 'pressure' | 'flow', number>>;

export interface SignalOptions {
  seed?: string;
  days: number;
  stepMs?: number;
  shift?: Shift;
  /** Instants in one commit. */
  commit?: number;
}

/** Commits of one device's telemetry: a scan mode by day that is warmer, standby by night. */
export function signals({ seed = 'a', days, stepMs = HOUR, shift = () => ({}), commit = 1 }: SignalOptions): Slice[] {
  const random = createRandom(seed, 'signals');
  const slices: { receivedAtMs: number; readings: Slice['readings'][number][] }[] = [];
  const noise = { head_temp: 0, pressure: 0, flow: 0 };
  const kept = Math.exp(-stepMs / (2 * HOUR));
  const next = (metric: keyof typeof noise, sd: number): number => {
    noise[metric] = noise[metric] * kept + sd * Math.sqrt(1 - kept * kept) * random.normal();
    return noise[metric];
  };
  for (let step = 0; step * stepMs < days * DAY; step++) {
    const atMs = START + step * stepMs;
    const isDay = Math.floor(atMs / (12 * HOUR)) % 2 === 0;
    const extra = shift(atMs);
    if (step % commit === 0) slices.push({ receivedAtMs: 0, readings: [] });
    const slice = slices.at(-1) as (typeof slices)[number];
    slice.receivedAtMs = atMs + 500;
    const gauge = (metric: keyof typeof noise, value: number) =>
      slice.readings.push({ metric, measuredAtMs: atMs, value: value + (extra[metric] ?? 0), quality: 0 });
    slice.readings.push({ metric: 'count', measuredAtMs: atMs, value: step, quality: 0 });
    gauge('flow', 31 + next('flow', 0.3));
    gauge('head_temp', (isDay ? 4.2 : 4.05) + next('head_temp', 0.02));
    slice.readings.push({
      metric: 'mode',
      measuredAtMs: atMs,
      value: isDay ? 1 : 0,
      label: isDay ? 'scan' : 'standby',
      quality: 0,
    });
    gauge('pressure', 8 + next('pressure', 0.1));
  }
  return slices;
}

/** Grows from zero at `fromDay` by `perDay`. */
export const ramp =
  (fromDay: number, perDay: number) =>
  (atMs: number): number =>
    Math.max(0, (atMs - START) / DAY - fromDay) * perDay;

/** Wear of the cold head, as its signs show it. */
export const headWear = (fromDay: number): Shift => {
  const temp = ramp(fromDay, 0.02);
  const pressure = ramp(fromDay, 0.03);
  return (atMs) => ({ head_temp: temp(atMs), pressure: pressure(atMs) });
};
