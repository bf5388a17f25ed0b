// Draws when a device's channel misbehaves: gaps, time off line, clocks set wrong or drifting, sensors that stick.
import { DAY_MS, HOUR_MS } from '../contracts/time.ts';
import type { ChannelFault } from './channel.ts';
import type { Kind } from './models/kind-model.ts';
import { createRandom, type RandomStream } from './random.ts';

export interface ChannelPlanOptions {
  kind: Kind;
  deviceId: string;
  seed: string;
  fromMs: number;
  toMs: number;
  /** Multiplies how often channel faults happen; 0 means never. */
  rate: number;
  /** Metrics that may stick. */
  gauges: readonly string[];
}

interface Habit {
  kind: ChannelFault['kind'];
  perDay: number;
  lastsMs: readonly [number, number];
  amountMs: (random: RandomStream) => number;
}

const MINUTE_MS = 60_000;
/** Clock errors are never a multiple of a sampling interval, so a set clock does not write over older readings. */
const ODD_MS = 137;
const none = (): number => 0;
const either = (random: RandomStream, low: number, high: number): number =>
  Math.round(random.between(low, high)) * (random.next() < 0.5 ? -1 : 1) + ODD_MS;

const SHARED: readonly Habit[] = [
  { kind: 'gap', perDay: 0.1, lastsMs: [5 * MINUTE_MS, 40 * MINUTE_MS], amountMs: none },
  { kind: 'clock-step', perDay: 0.02, lastsMs: [HOUR_MS, DAY_MS], amountMs: (r) => either(r, 2 * MINUTE_MS, HOUR_MS) },
  { kind: 'clock-drift', perDay: 0.02, lastsMs: [DAY_MS, 5 * DAY_MS], amountMs: (r) => either(r, 2_000, 20_000) },
  { kind: 'stuck', perDay: 0.03, lastsMs: [HOUR_MS, 12 * HOUR_MS], amountMs: none },
];
const FIXED_MODALITY: Habit = {
  kind: 'backlog',
  perDay: 0.2,
  lastsMs: [10 * MINUTE_MS, 90 * MINUTE_MS],
  amountMs: none,
};
/** Carried through lifts and cellars. */
const CARRIED: Habit = { kind: 'backlog', perDay: 3, lastsMs: [20 * MINUTE_MS, 3 * HOUR_MS], amountMs: none };
/** Share of devices whose clock was never set right. */
const NEVER_SET = 0.05;

export function drawChannelPlan(options: ChannelPlanOptions): ChannelFault[] {
  if (options.rate === 0) return [];
  const random = createRandom(options.seed, `${options.deviceId}/channel-plan`);
  const habits = [...SHARED, options.kind === 'infusion-pump' ? CARRIED : FIXED_MODALITY];
  const faults = habits.flatMap((habit) => repeat(habit, options, random));
  if (random.next() < NEVER_SET * Math.min(options.rate, 10)) {
    const amountMs = either(random, 5_000, 2 * MINUTE_MS);
    faults.push({ kind: 'clock-fixed', fromMs: options.fromMs, toMs: options.toMs, amountMs });
  }
  return faults.sort((a, b) => a.fromMs - b.fromMs);
}

function repeat(habit: Habit, options: ChannelPlanOptions, random: RandomStream): ChannelFault[] {
  const faults: ChannelFault[] = [];
  const meanMs = DAY_MS / (habit.perDay * options.rate);
  const pause = (): number => -Math.log(1 - random.next()) * meanMs;
  for (let atMs = options.fromMs + pause(); atMs < options.toMs; ) {
    const toMs = atMs + random.between(...habit.lastsMs);
    const metric = options.gauges[Math.floor(random.next() * options.gauges.length)];
    faults.push({
      kind: habit.kind,
      fromMs: Math.round(atMs),
      toMs: Math.round(toMs),
      amountMs: habit.amountMs(random),
      ...(habit.kind === 'stuck' && metric !== undefined ? { metric } : {}),
    });
    atMs = toMs + pause();
  }
  return faults;
}
