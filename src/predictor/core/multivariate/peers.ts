// A device whose normal lies far from that of the others of its product and firmware in the same operating mode, as a finding in
// both languages. It was never otherwise, so its own past cannot tell; it is said once.
import type { Text } from '../../../contracts/text.ts';
import { DAY_MS, type EpochMs } from '../../../contracts/time.ts';
import { conflictOf } from '../cold-start/prior.ts';
import type { Finding } from '../finding.ts';
import type { DevicePlan, MetricPlan, Tuning } from '../plan.ts';
import { decimalsFor, quantityOf } from '../quantity.ts';
import type { Detector, DeviceState, Series } from '../state.ts';
import type { MetricView } from '../views.ts';
import { type PeerNormal, type Peers, peerKey, peersText, WIDER_BY_DRIVER } from './peer-normals.ts';

/** A normal counts, among the peers and against them, when so much was learned of it. */
export const LEARNED_MS = 7 * DAY_MS;
export const FEWEST_PEERS = 10;
const NO_PEERS: Peers = new Map();
const SIGMAS_PER_MAD = 1.4826;
/** Robust sigmas between peers; of few peers the spread is hardly known. */
const LIMIT_SIGMA = 6;
const FEW = 10;
/** Where all normals agree, a device's own spread still gives a scale. */
const OWN_SPREAD = 1 / 3;
/** Said, it holds until the normal comes back this far. */
const BACK = 0.7;

export const causeOfPeers = (metric: string): string => `peers:${metric}`;
export const isPeersCause = (cause: string): boolean => cause.startsWith('peers:');

type Compared = Pick<PeerNormal, 'cohort' | 'devices' | 'median' | 'mad' | 'spread'>;

/**
 * How far a normal is from the peers', 1 at the limit; 0 where too few are known, nobody would notice, or they are of other
 * firmware, which may well have another normal.
 */
export function unlikeness(
  mean: number,
  { cohort, devices, median, mad, spread }: Compared,
  noticeable: number,
): number {
  const apart = Math.abs(mean - median);
  const scale = Math.max(SIGMAS_PER_MAD * mad, OWN_SPREAD * spread);
  if (devices < FEWEST_PEERS || cohort === 'product' || apart === 0 || apart < noticeable || scale === 0) return 0;
  return apart / scale / (LIMIT_SIGMA * (1 + FEW / devices));
}

export interface PeerFinding {
  cause: string;
  metric: string;
  newsMs: EpochMs;
  finding: Finding;
}

interface Unlike {
  detector: Detector;
  normal: Pick<PeerNormal, 'cohort' | 'devices' | 'median'>;
  score: number;
}

/** `explained`: metrics that have a finding of their own. What was said and ended by a person is not said again. */
export function peerFindings(
  plan: DevicePlan,
  state: DeviceState,
  views: ReadonlyMap<string, MetricView>,
  { nowMs, explained }: { nowMs: EpochMs; explained: ReadonlySet<string> },
): PeerFinding[] {
  const { peers = NO_PEERS } = plan;
  return state.series.flatMap((series) => {
    const known = plan.metrics.get(series.metric);
    const view = views.get(series.metric);
    if (known === undefined || view === undefined || !view.isKnown) return [];
    const cause = causeOfPeers(series.metric);
    const isOpen = state.episodes.some((episode) => episode.cause === cause);
    const worst = mostUnlike(peers, known, view, isOpen);
    if (worst === null || worst.score < (isOpen ? BACK : 1)) {
      if (worst === null || worst.score < BACK) delete series.unlikePeersMs;
      return [];
    }
    if (!isOpen && (series.unlikePeersMs !== undefined || explained.has(series.metric))) return [];
    const sinceMs = series.unlikePeersMs ?? nowMs;
    return [{ cause, metric: series.metric, newsMs: sinceMs, finding: findingOf(known, worst, { nowMs, sinceMs }) }];
  });
}

/** Remembers what is open now as said. */
export function notePeersTold(state: DeviceState, nowMs: EpochMs): void {
  const causes = new Set(state.episodes.map(({ cause }) => cause).filter(isPeersCause));
  if (causes.size === 0) return;
  const told = (series: Series): boolean => causes.has(causeOfPeers(series.metric));
  for (const series of state.series.filter(told)) series.unlikePeersMs ??= nowMs;
}

/** Said of a new device, it is held by a normal that is young. */
function mostUnlike(
  peers: Peers,
  { metric, tuning }: MetricPlan,
  { recent }: MetricView,
  isOpen: boolean,
): Unlike | null {
  let worst: Unlike | null = null;
  for (const detector of recent) {
    const beginning = tuning === null ? null : unlikeFromTheStart(detector, tuning);
    if (beginning !== null && (worst === null || beginning.score > worst.score)) worst = beginning;
    const normal = peers.get(peerKey(detector.mode, metric.code));
    if (normal === undefined || (detector.learnedMs < LEARNED_MS && !isOpen)) continue;
    const wider = tuning === null || tuning.driver === null ? 1 : WIDER_BY_DRIVER;
    const score = unlikeness(detector.mean, normal, tuning?.noticeable ?? 0) / wider;
    if (worst === null || score > worst.score) worst = { detector, normal, score };
  }
  return worst;
}

/** A device that is too new to have a normal, and whose values its peers never had. */
function unlikeFromTheStart(detector: Detector, tuning: Tuning): Unlike | null {
  const { peers, isUnlike, score, learnedMs } = detector;
  if (peers == null) return null;
  const now = isUnlike ? Math.abs(score) : 0;
  const young = learnedMs < LEARNED_MS ? conflictOf(detector, tuning) : 0;
  return Math.max(now, young) === 0 ? null : { detector, normal: peers, score: Math.max(now, young) };
}

function findingOf(
  { metric }: MetricPlan,
  { detector, normal, score }: Unlike,
  { nowMs, sinceMs }: { nowMs: EpochMs; sinceMs: EpochMs },
): Finding {
  const { mean, firstMs } = detector;
  const direction = mean >= normal.median ? 'up' : 'down';
  const sigma = Math.sqrt(detector.variance);
  const away = sigma === 0 ? 0 : Math.round(((mean - normal.median) / sigma) * 10) / 10;
  return {
    worst: score,
    contributors: [
      {
        metric: metric.code,
        by: 'level',
        direction,
        value: mean,
        expected: normal.median,
        sigma: away,
        sinceMs: firstMs,
      },
    ],
    windowFromMs: Math.min(firstMs, sinceMs),
    windowToMs: nowMs,
    timeLeft: null,
    reason: reasonOf(metric, detector, normal),
  };
}

function reasonOf(
  { name, unit }: MetricPlan['metric'],
  { mode, mean, isUnlike, learnedMs }: Detector,
  { cohort, devices, median }: Unlike['normal'],
): Text {
  const decimals = decimalsFor(mean - median);
  const own = quantityOf(mean, unit, decimals);
  const theirs = quantityOf(median, unit, decimals);
  const peers = peersText(cohort, devices);
  const inMode = { en: mode === '' ? '' : ` (mode ${mode})`, zh: mode === '' ? '' : `（工作状态：${mode}）` };
  if (isUnlike || learnedMs < LEARNED_MS) {
    return {
      en:
        `${name.en} of this new unit is unlike its peers: ${own}, that of ${peers.en} is ${theirs}${inMode.en}. Too little of its ` +
        'own is known to say whether it was ever otherwise.',
      zh:
        `本机${name.zh}与同类设备明显不同：本机为 ${own}，${peers.zh}中位数为 ${theirs}${inMode.zh}。` +
        '本机投用时间尚短，还不能判断是一直如此还是发生了变化。',
    };
  }
  return {
    en:
      `${name.en} of this unit is unlike its peers: its normal is ${own}, that of ${peers.en} ${theirs}${inMode.en}. ` +
      'It has been so since it is known.',
    zh: `本机${name.zh}与同类设备明显不同：本机正常值为 ${own}，${peers.zh}中位数为 ${theirs}${inMode.zh}。自有记录以来一直如此。`,
  };
}
