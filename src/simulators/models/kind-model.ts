// What a kind of device must provide to be simulated: its rhythm, how it is used, how it fails, and its physics.
import type { FaultSpec } from '../fault-plan.ts';
import type { LocalTime } from '../hospital.ts';
import type { RandomStream } from '../random.ts';
import type { UsagePattern, Use } from '../usage.ts';
import type { Stage } from '../wear.ts';

export const KINDS = ['mri', 'ct', 'ventilator', 'infusion-pump', 'dialysis', 'refrigerator'] as const;
export type Kind = (typeof KINDS)[number];

/** Everything physics may look at when a sample is taken. */
export interface Moment {
  atMs: number;
  /** Since the sample before this one. */
  elapsedMs: number;
  use: Use;
  time: LocalTime;
  outdoorCel: number;
  stageOf: (failureMode: string) => Stage;
  /** Calendar age of a component since it was made or replaced. */
  ageDaysOf: (component: string) => number;
}

export type Values = Record<string, number | boolean | string>;
export type Physics = (moment: Moment) => Values;

export interface KindModel {
  kind: Kind;
  intervalMs: number;
  /** Samples of this long leave the device as one array; 0 sends each by itself. */
  batchMs: number;
  usage: UsagePattern;
  faults: readonly FaultSpec[];
  /** Digits after the point that the device reports; absent: whole numbers. */
  decimals: Readonly<Record<string, number>>;
  /** Starts one unit with its own offsets and noise; `random(name)` gives a stream per name. */
  start(random: (name: string) => RandomStream): Physics;
}

export const MINUTE_MS = 60_000;
