// What the predictor remembers of one device: plain JSON, lists instead of keyed objects, because the database keeps no
// key order and a metric may be called `constructor`. Everything the next reading's judgement depends on is in here.
import type { ChannelState, Unusual } from './channels/state.ts';
import type { EpochMs } from '../../contracts/time.ts';
import type { Prior } from './cold-start/prior.ts';
import type { DetectorDays } from './horizon/detector-days.ts';
import type { HorizonState } from './horizon/watch.ts';
import type { DriverFit } from './driver.ts';
import type { JointMemory } from './multivariate/state.ts';
import type { Pace } from './pace.ts';
import type { UnitDoubt } from './unit-change.ts';

/** Before every reading; a finite number, since JSON knows no infinity. */
export const NEVER_MS = -8.64e15;

/** A shift that is developing: weighted sums for a straight line through the level since its onset. */
export interface Trend {
  sinceMs: EpochMs;
  side: 1 | -1;
  readings: number;
  weight: number;
  /** Sums over hours since the onset (x) and the level (y), by weight. */
  x: number;
  y: number;
  xx: number;
  xy: number;
  yy: number;
  /** One-step errors of the line, for their autocorrelation. */
  error: number;
  errorSquared: number;
  errorProduct: number;
}

export type Speaker = 'level' | 'slow' | 'scatter';

/** One metric in one operating mode. */
export interface Detector {
  mode: string;
  firstMs: EpochMs;
  lastMs: EpochMs;
  readings: number;
  /** Time in this mode behind the normal, at most the normal's memory. */
  learnedMs: number;
  mean: number;
  variance: number;
  level: number;
  slow: number;
  slowVariance: number;
  scatter: number;
  scatterMean: number;
  /** Signed distance from normal, 1 = at the limit; and which view of the value says so. */
  score: number;
  by: Speaker;
  /** Readings in a row beyond the limit on one side (negative: below), and since when. */
  run: number;
  runSinceMs: EpochMs;
  calm: number;
  /** Side of the open finding, 0 when there is none. */
  side: -1 | 0 | 1;
  trend: Trend | null;
  /** The peers it began from; `null`: its own normal stands by itself. Left out: nobody looked for peers yet. */
  peers?: Prior | null;
  /** The open finding is against its peers alone: by its own past it has not moved. */
  isUnlike?: true;
}

export interface Series {
  metric: string;
  lastMs: EpochMs;
  /** Readings up to here are not judged: they were measured before a repair. */
  ignoreToMs: EpochMs;
  detectors: Detector[];
  /** Unit the normal was learned in; left out in states of before it was kept. */
  unit?: string;
  /** What the metric's driver explains, where it has one. */
  fit?: DriverFit;
  /** Its newest values seem to be in another unit. */
  unitDoubt?: UnitDoubt;
  /** How its values usually come; text in a state that was just read from the database. */
  channel?: ChannelState | string;
  unusual?: Unusual;
  /** How often it was told, in values of its channel. */
  paces?: Pace[];
  /** The sensor stands still since then, by what is known of the data's quality. */
  stuckSinceMs?: EpochMs;
  /** That its normal is unlike its peers' was said then. */
  unlikePeersMs?: EpochMs;
}

/** An open episode. `triggered` is set when its prognosis passed the trigger: once per episode. */
export interface Episode {
  cause: string;
  openedMs: EpochMs;
  enrichedMs: EpochMs;
  worst: number;
  /** Metrics that have spoken in it. */
  moved: string[];
  triggered: boolean;
}

export interface Quiet {
  cause: string;
  untilMs: EpochMs;
}

/** One part of a rule's condition. */
export interface NodeState {
  /** `null` while nothing is known. */
  value: boolean | null;
  /** Since when it holds or is about to; of a silence: when it was last heard. */
  sinceMs: EpochMs | null;
  /** The value farthest beyond the limit since then. */
  worst: number;
  /** Beginnings of what repeats, or the steps of a rate's window. */
  marks: number[];
  /** Of a value: from then on it is unknown, unless it is heard again; left out while it was never heard. */
  freshToMs?: EpochMs;
}

export interface RuleState {
  id: number;
  version: number;
  isOn: boolean;
  atMs: EpochMs;
  /** The parts of the condition in the order of writing. */
  nodes: NodeState[];
}

export interface HealthState {
  component: string;
  health: number | null;
}

export interface DeviceState {
  format: 1;
  /** Received-at of the newest commit that is in here. */
  watermarkMs: EpochMs;
  measuredToMs: EpochMs;
  mode: { label: string; sinceMs: EpochMs; before: string } | null;
  series: Series[];
  rules: RuleState[];
  episodes: Episode[];
  quiet: Quiet[];
  judgedMs: EpochMs;
  /** A detector or a rule has a finding. */
  hasFinding: boolean;
  /** Health as it was last told; '' is the device as a whole. */
  health: HealthState[];
  healthToldMs: EpochMs;
  /** Gauges that said nothing of now when health was last judged; left out: none. */
  blind?: string[];
  /** While the product has a trained model: what it is asked with, and what it says. */
  horizon?: HorizonState;
  /** What the detectors said of it, day by day. */
  days?: DetectorDays;
  /** How its gauges go together. */
  joint?: JointMemory;
}

export const newDeviceState = (): DeviceState => ({
  format: 1,
  watermarkMs: NEVER_MS,
  measuredToMs: NEVER_MS,
  mode: null,
  series: [],
  rules: [],
  episodes: [],
  quiet: [],
  judgedMs: NEVER_MS,
  hasFinding: false,
  health: [],
  healthToldMs: NEVER_MS,
});
