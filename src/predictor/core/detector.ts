// State detection for one metric in one operating mode: learns this unit's normal and says how far the value is from it.
// Three views of the value: a quick level over a few readings (sudden faults), a slow level over hours (drift below the
// noise), and the scatter around it. The quick level is measured against the spread of single readings, which does not
// depend on how often the device speaks, so hourly history and ten-second live data share one normal.
import { DAY_MS, type EpochMs } from '../../contracts/time.ts';
import { doubtOf, normalOf, type Prior, scatterOf, slowVarianceOf, varianceOf } from './cold-start/prior.ts';
import type { Tuning } from './plan.ts';
import { SETTINGS } from './settings.ts';
import { NEVER_MS, type Detector } from './state.ts';
import { extendTrend, startTrend } from './trend.ts';

const {
  levelShare,
  slowMemoryMs,
  scatterMemoryMs,
  normalMemoryMs,
  learningWhileAbnormal,
  limitSigma,
  limitScatter,
  pullSigma,
  clipSigma,
  persistReadings,
  persistMs,
  clearScore,
  clearReadings,
  onsetScore,
  offsetScore,
  warmUpReadings,
  warmUpMs,
  warmUpWithBandMs,
  slowWarmUpMs,
  warmUpWithPeersReadings,
  slowWarmUpWithPeersMs,
  movedSigma,
  movedShare,
  movedScatter,
  bandWeightMs,
  bandFadesMs,
} = SETTINGS;

/** Readings at the very start that are taken as they are: there is no spread yet to clip them by. */
const UNCLIPPED_READINGS = 10;
/**
 * Hours of a slow level are few independent samples, and it has not seen what only happens monthly (a filter change):
 * its spread counts as at least this long / its age of a single reading's.
 */
const SLOW_DOUBT_MS = 20 * DAY_MS;
const SMALLEST_SLOW_SHARE = 0.1;
/** Mean absolute deviation of a normal distribution in sigmas. */
export const SCATTER_PER_SIGMA = Math.sqrt(2 / Math.PI);

export const newDetector = (mode: string, atMs: EpochMs, value: number): Detector => ({
  mode,
  firstMs: atMs,
  lastMs: NEVER_MS,
  readings: 0,
  learnedMs: 0,
  mean: value,
  variance: 0,
  level: value,
  slow: value,
  slowVariance: 0,
  scatter: 0,
  scatterMean: 0,
  score: 0,
  by: 'level',
  run: 0,
  runSinceMs: NEVER_MS,
  calm: 0,
  side: 0,
  trend: null,
});

/** Begins anew about a level: the spread stays as a first guess of half a day's weight. */
export function restart(detector: Detector, level: number): void {
  detector.readings = 0;
  detector.learnedMs = Math.min(detector.learnedMs, slowMemoryMs);
  detector.mean = level;
  detector.level = level;
  detector.slow = level;
  detector.scatter = detector.scatterMean;
  detector.score = 0;
  detector.run = 0;
  detector.runSinceMs = NEVER_MS;
  detector.calm = 0;
  detector.side = 0;
  detector.trend = null;
  delete detector.isUnlike;
}

const clip = (value: number, limit: number): number => (value > limit ? limit : value < -limit ? -limit : value);

/** Standard deviation of single readings: learned, and leaning on peers or the catalogue's band while little is known. */
export function sigmaOf(detector: Detector, { bandVariance }: Tuning): number {
  const { learnedMs, variance, peers } = detector;
  if (peers != null) return Math.sqrt(varianceOf(variance, peers, learnedMs));
  if (bandVariance === null || learnedMs >= bandFadesMs) return Math.sqrt(variance);
  const weight = bandWeightMs * (1 - learnedMs / bandFadesMs);
  return Math.sqrt((variance * learnedMs + bandVariance * weight) / (learnedMs + weight));
}

/** Enough of its own is known to go by. */
export const knowsItself = ({ readings, learnedMs }: Detector, { bandVariance }: Tuning): boolean =>
  readings >= warmUpReadings && learnedMs >= (bandVariance === null ? warmUpMs : warmUpWithBandMs);

/** It can be judged: by itself, or by its peers until then. */
export const isWarm = (detector: Detector, tuning: Tuning): boolean =>
  knowsItself(detector, tuning) || (detector.peers != null && detector.readings >= warmUpWithPeersReadings);

/** Side of a finding by the unit's own past, 0 when there is none. */
export const ownSideOf = ({ side, isUnlike }: Detector): -1 | 0 | 1 => (isUnlike ? 0 : side);

/** What counts as normal: where the detector's normal is, or a range of normals while a mode still settles. */
export interface Normal {
  low: number;
  high: number;
}

/** One reading that stands for `stepMs`. */
export interface Sample {
  atMs: EpochMs;
  value: number;
  stepMs: number;
}

/** Takes one reading; true when a finding began or ended. Without a `settling` range the mean is what is normal. */
export function observe(detector: Detector, tuning: Tuning, sample: Sample, settling: Normal | null): boolean {
  const { atMs, value, stepMs } = sample;
  const sigma = sigmaOf(detector, tuning);
  follow(detector, value, sigma, stepMs);
  const wasWarm = isWarm(detector, tuning);
  detector.score = wasWarm ? score(detector, tuning, sigma, { atMs, settling }) : 0;
  const changed = wasWarm && persist(detector, atMs);
  noteUnlike(detector, sigma, changed);
  if (isHarmless(detector, tuning)) acceptLevel(detector, detector.level);
  trace(detector, atMs, stepMs);
  learn(detector, value, sigma, stepMs);
  detector.lastMs = atMs;
  return changed;
}

function follow(detector: Detector, value: number, sigma: number, stepMs: number): void {
  const { readings } = detector;
  const reach = readings < UNCLIPPED_READINGS || sigma === 0 ? Number.MAX_VALUE : pullSigma * sigma;
  const share = readings < 3 ? 1 / (readings + 1) : levelShare;
  detector.level += share * clip(value - detector.level, reach);
  const slowShare = stepMs / (Math.min(detector.learnedMs, slowMemoryMs) + stepMs);
  const apart = clip(value - detector.slow, reach);
  detector.slow += slowShare * apart;
  const scatterShare = stepMs / (Math.min(detector.learnedMs, scatterMemoryMs) + stepMs);
  detector.scatter += scatterShare * (Math.abs(apart) - detector.scatter);
}

/** Begins anew about a level that is this unit's own normal, whatever peers do. */
export function acceptLevel(detector: Detector, level: number): void {
  restart(detector, level);
  if (detector.peers !== undefined) detector.peers = null;
}

function apartFrom(detector: Detector, level: number, settling: Normal | null): number {
  if (settling === null) return level - normalOf(detector);
  return level > settling.high ? level - settling.high : level < settling.low ? level - settling.low : 0;
}

function score(
  detector: Detector,
  tuning: Tuning,
  sigma: number,
  at: { atMs: EpochMs; settling: Normal | null },
): number {
  const { atMs, settling } = at;
  const { learnedMs, scatter, peers } = detector;
  const floor = tuning.noticeable / limitSigma;
  const spread = Math.max(peers == null ? sigma * (1 + bandWeightMs / learnedMs) : predicted(detector, sigma), floor);
  let worst = spread === 0 ? 0 : apartFrom(detector, detector.level, settling) / spread / limitSigma;
  detector.by = 'level';
  if (learnedMs < (peers == null ? slowWarmUpMs : slowWarmUpWithPeersMs)) return worst;

  const slowSpread = Math.max(slowSpreadOf(detector, sigma, atMs), floor);
  const slow = slowSpread === 0 ? 0 : apartFrom(detector, detector.slow, settling) / slowSpread / limitSigma;
  if (Math.abs(slow) > Math.abs(worst)) {
    worst = slow;
    detector.by = 'slow';
  }
  if (!tuning.watchesScatter) return worst;
  const usual = peers == null ? detector.scatterMean : scatterOf(detector.scatterMean, peers, learnedMs);
  const wider = Math.max(usual * (limitScatter - 1), (tuning.noticeable / 2) * SCATTER_PER_SIGMA);
  const scattered = wider === 0 ? 0 : (scatter - usual) / wider;
  if (scattered <= Math.abs(worst)) return worst;
  detector.by = 'scatter';
  return scattered;
}

/** Spread of a value about where it is expected, with the doubt about that place. */
export const predicted = (detector: Detector, sigma: number): number => Math.sqrt(sigma ** 2 + doubtOf(detector));

function slowSpreadOf(detector: Detector, sigma: number, atMs: EpochMs): number {
  const { slowVariance, learnedMs, firstMs, peers } = detector;
  if (peers == null) return Math.max(Math.sqrt(slowVariance), (SLOW_DOUBT_MS / (atMs - firstMs)) * sigma);
  const known = slowVarianceOf(slowVariance, peers, learnedMs) + doubtOf(detector);
  return Math.max(Math.sqrt(known), (SLOW_DOUBT_MS / (atMs - firstMs + peers.learnedMs)) * sigma);
}

/** A finding against peers alone becomes one of the unit's own as soon as it moves by its own past. */
function noteUnlike(detector: Detector, sigma: number, hasChanged: boolean): void {
  const { side, peers } = detector;
  if (side === 0) {
    delete detector.isUnlike;
    return;
  }
  if (peers == null || !(hasChanged || detector.isUnlike)) return;
  if (hasMoved(detector, peers, sigma)) delete detector.isUnlike;
  else detector.isUnlike = true;
}

/** Away from its own young mean on the finding's side, beyond its noise and by a good part of the way from what was expected. */
function hasMoved(detector: Detector, peers: Prior, sigma: number): boolean {
  const { side, by, level, slow, slowVariance, mean, scatter, scatterMean, learnedMs } = detector;
  if (by === 'scatter') return scatter >= movedScatter * scatterMean;
  const now = by === 'slow' ? slow : level;
  const noise = by === 'slow' ? Math.sqrt(slowVarianceOf(slowVariance, peers, learnedMs)) : sigma;
  const moved = (now - mean) * side;
  return moved >= movedSigma * noise && moved >= movedShare * (now - normalOf(detector)) * side;
}

/** A finding needs several readings in a row, and needs more of them below the clear level to end. */
function persist(detector: Detector, atMs: EpochMs): boolean {
  const side = detector.score >= 1 ? 1 : detector.score <= -1 ? -1 : 0;
  if (side === 0) {
    detector.run = 0;
  } else if (Math.sign(detector.run) === side) {
    detector.run += side;
  } else {
    detector.run = side;
    detector.runSinceMs = atMs;
  }
  if (detector.side === 0) {
    if (Math.abs(detector.run) < persistReadings || atMs - detector.runSinceMs < persistMs) return false;
    detector.side = side;
    detector.calm = 0;
    return true;
  }
  detector.calm = Math.abs(detector.score) < clearScore ? detector.calm + 1 : 0;
  if (detector.calm < clearReadings) return false;
  detector.side = 0;
  return true;
}

/**
 * Away from every failure it is a sign of, or a sign of none, and inside the band of healthy units: a tank was filled, a filter
 * changed. That is the new normal and no finding.
 */
const isHarmless = ({ side, level, by }: Detector, { harmless }: Tuning): boolean =>
  harmless !== null &&
  side !== 0 &&
  (harmless.side === 0 || side === harmless.side) &&
  by !== 'scatter' &&
  level >= harmless.low &&
  level <= harmless.high;

/** Traces a developing shift from its onset, so that a finding can say since when and how fast. */
function trace(detector: Detector, atMs: EpochMs, stepMs: number): void {
  const { score: now, trend } = detector;
  if (trend !== null && now * trend.side >= offsetScore) {
    extendTrend(trend, atMs, detector.level, stepMs);
  } else if (Math.abs(now) >= onsetScore) {
    detector.trend = startTrend(atMs, now > 0 ? 1 : -1, detector.level, stepMs);
  } else {
    detector.trend = null;
  }
}

/** The normal: mean and variances with clipped pulls, so that no single reading and no fault moves them far. */
function learn(detector: Detector, value: number, sigma: number, stepMs: number): void {
  const gain = ownSideOf(detector) === 0 ? stepMs : stepMs * learningWhileAbnormal;
  detector.readings += 1;
  detector.learnedMs = Math.min(detector.learnedMs + gain, normalMemoryMs);
  const share = gain / detector.learnedMs;
  const reach = detector.readings <= UNCLIPPED_READINGS || sigma === 0 ? Number.MAX_VALUE : clipSigma * sigma;
  const pull = clip(value - detector.mean, reach);
  detector.mean += share * pull;
  detector.variance = (1 - share) * (detector.variance + share * pull * pull);

  const slowSigma = Math.sqrt(detector.slowVariance);
  const slowReach = slowSigma === 0 ? reach : Math.max(clipSigma * slowSigma, SMALLEST_SLOW_SHARE * sigma);
  const slowPull = clip(detector.slow - detector.mean, slowReach);
  detector.slowVariance = (1 - share) * (detector.slowVariance + share * slowPull * slowPull);

  const scatterPull = clip(detector.scatter - detector.scatterMean, Math.max(detector.scatterMean, sigma));
  detector.scatterMean += share * scatterPull;
}
