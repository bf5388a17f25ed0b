// What the quality watch remembers of one device: a few numbers a metric, plain JSON, so that a snapshot of it and the
// readings after its watermark come to the same episodes as an unbroken run.
import type { EpochMs } from '../../contracts/time.ts';
import type { QualityKind } from '../../contracts/quality.ts';

/** Before every reading; a finite number, since JSON knows no infinity. */
export const NEVER_MS = -8.64e15;

export interface Episode {
  kind: QualityKind;
  /** Empty: the device as a whole. */
  metric: string;
  openedMs: EpochMs;
  lastMs: EpochMs;
  closedMs: EpochMs | null;
  /** Readings missing, repeated, implausible; deliveries with a wrong clock. */
  n: number;
  evidence: Record<string, number | string>;
}

/** How far apart things usually come; the declared interval is its floor. */
export interface Rhythm {
  spacingMs: number;
  seen: number;
}

/** How often a metric changes in one operating mode. */
export interface ModeHabit {
  mode: string;
  readings: number;
  changes: number;
  longest: number;
  /** How far apart the readings came that it was learnt from, and how many in a row came farther apart. */
  spacingMs: number;
  coarser: number;
  lowest: number;
  highest: number;
}

export interface MetricWatch {
  metric: string;
  lastMs: EpochMs;
  rhythm: Rhythm;
  value: number;
  /** Equal readings in a row up to now in one mode, and since when. */
  run: number;
  runSinceMs: EpochMs;
  runMode: string;
  habits: ModeHabit[];
  /** Plausible readings since the last implausible one. */
  plausible: number;
}

export interface ClockWatch {
  /** Received minus measured of the newest reading of the last deliveries, oldest first. */
  delays: number[];
  /** When the newest of them began to gather. */
  addedMs: EpochMs;
  /** How far the clock runs ahead (negative: behind), null while nothing sure can be said. */
  offsetMs: number | null;
  anchors: { atMs: EpochMs; offsetMs: number }[];
}

export interface RememberedGap {
  fromMs: EpochMs;
  toMs: EpochMs;
}

export interface DeviceWatch {
  format: 1;
  /** Received-at of the newest commit that is in here. */
  watermarkMs: EpochMs;
  measuredToMs: EpochMs;
  firstMs: EpochMs;
  mode: string;
  rhythm: Rhythm;
  /** Of its deliveries, by their arrival; and the span the last of them covered. */
  deliveries: Rhythm;
  lastSpanMs: number;
  metrics: MetricWatch[];
  clock: ClockWatch;
  gaps: RememberedGap[];
  open: Episode[];
}

export const newRhythm = (): Rhythm => ({ spacingMs: 0, seen: 0 });

export const newDeviceWatch = (): DeviceWatch => ({
  format: 1,
  watermarkMs: NEVER_MS,
  measuredToMs: NEVER_MS,
  firstMs: NEVER_MS,
  mode: '',
  rhythm: newRhythm(),
  deliveries: newRhythm(),
  lastSpanMs: 0,
  metrics: [],
  clock: { delays: [], addedMs: NEVER_MS, offsetMs: null, anchors: [] },
  gaps: [],
  open: [],
});

export const newMetricWatch = (metric: string): MetricWatch => ({
  metric,
  lastMs: NEVER_MS,
  rhythm: newRhythm(),
  value: 0,
  run: 0,
  runSinceMs: NEVER_MS,
  runMode: '',
  habits: [],
  plausible: 0,
});
