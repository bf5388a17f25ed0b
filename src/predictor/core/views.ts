// What a metric says as a whole at an instant: the worst of its operating modes, among those visited lately.
import type { Text } from '../../contracts/text.ts';
import type { EpochMs } from '../../contracts/time.ts';
import { conflictOf, judgingPeersOf, normalOf, type Prior } from './cold-start/prior.ts';
import { isBeyondAll } from './channels/standing.ts';
import { isToldOutside } from './channels/watch.ts';
import { isWarm, ownSideOf, SCATTER_PER_SIGMA, sigmaOf } from './detector.ts';
import { troubledSinceMs } from './intake.ts';
import type { MetricPlan, Tuning } from './plan.ts';
import { SETTINGS } from './settings.ts';
import { type Detector, NEVER_MS, type Series, type Speaker } from './state.ts';

const { limitSigma, recentMs } = SETTINGS;

export interface MetricView {
  metric: string;
  /** Warmed up and heard of lately: silence about it is no good news. */
  isKnown: boolean;
  /** Its values cannot be trusted: the sensor stands still, or they are in another unit. */
  isTroubled: boolean;
  /** Nothing follows from it now: silent for too long, beyond all that it or its peers ever had, or troubled. */
  isBlind: boolean;
  /** Told as outside of all that was ever seen: no failure mode, and no probability, is read from it. */
  isOutside: boolean;
  /** Signed score, 1 at the limit; 0 while nothing is known. */
  score: number;
  /** Side of an open finding, 0 when there is none. */
  side: -1 | 0 | 1;
  detector: Detector | null;
  /** Every warm operating mode visited lately, the worst among them. */
  recent: Detector[];
}

/** One metric's part in a finding. */
export interface Contribution {
  metric: string;
  by: Speaker;
  direction: 'up' | 'down';
  value: number;
  expected: number;
  sigma: number;
  sinceMs: EpochMs;
  /** Peers that stand in for its own normal, which is young; left out: it is held against itself. */
  peers?: Pick<Prior, 'devices' | 'cohort'>;
  /** What a trained model looked at, where that is not a metric as it was read; `share` of what moved its answer. */
  told?: { name: Text; unit: string; share: number };
}

/** Ends findings in modes the device no longer visits; they have nothing new to say. */
export function forgetOld(series: Series, nowMs: EpochMs): void {
  // Nothing is heard of a sensor that cannot be trusted; that is no reason to call the finding over.
  if (troubledSinceMs(series) !== null) return;
  for (const detector of series.detectors) {
    if (detector.side !== 0 && detector.lastMs < nowMs - recentMs) {
      detector.side = 0;
      delete detector.isUnlike;
      detector.run = 0;
      detector.trend = null;
    }
  }
}

export function viewOf(metric: string, series: Series, tuning: Tuning, nowMs: EpochMs): MetricView {
  const troubledMs = troubledSinceMs(series);
  const recent = series.detectors
    .filter(({ lastMs }) => lastMs >= (troubledMs ?? nowMs) - recentMs)
    .filter((one) => isWarm(one, tuning));
  let worst: Detector | null = null;
  for (const detector of recent) if (worst === null || isWorse(detector, worst)) worst = detector;
  const isTroubled = troubledMs !== null;
  const isSilent = series.lastMs < nowMs - tuning.staleAfterMs;
  const isKnown = worst !== null && !isSilent && !isTroubled;
  const isForeign = recent.some((one) => conflictOf(one, tuning) >= 1);
  const isBlind = series.lastMs !== NEVER_MS && (isTroubled || isSilent || isForeign || isBeyondAll(series));
  return {
    metric,
    isKnown,
    isTroubled,
    isBlind,
    isOutside: isToldOutside(series, nowMs),
    score: worst?.score ?? 0,
    side: worst === null ? 0 : ownSideOf(worst),
    detector: worst,
    recent,
  };
}

const isWorse = (a: Detector, b: Detector): boolean =>
  (ownSideOf(a) !== 0) === (ownSideOf(b) !== 0) ? Math.abs(a.score) > Math.abs(b.score) : ownSideOf(a) !== 0;

export function contributionOf({ metric }: MetricPlan, tuning: Tuning, detector: Detector): Contribution {
  const { by, trend, side, score, isUnlike } = detector;
  const isScatter = by === 'scatter';
  // Unlike its peers alone, it is told against them and not against what it leans to by now.
  const foreign = isUnlike ? (detector.peers ?? null) : null;
  const value = isScatter ? detector.scatter / SCATTER_PER_SIGMA : by === 'slow' ? detector.slow : detector.level;
  const expected = isScatter ? detector.scatterMean / SCATTER_PER_SIGMA : (foreign?.median ?? normalOf(detector));
  const sigma = sigmaOf(detector, tuning);
  const peers = foreign ?? judgingPeersOf(detector);
  const away = isScatter || sigma === 0 ? score * limitSigma : (value - expected) / sigma;
  return {
    metric: metric.code,
    by,
    direction: value >= expected ? 'up' : 'down',
    value,
    expected,
    sigma: Math.round(away * 10) / 10,
    sinceMs: trend !== null && (side === 0 || trend.side === side) ? trend.sinceMs : detector.runSinceMs,
    ...(peers === null ? {} : { peers: { devices: peers.devices, cohort: peers.cohort } }),
  };
}
