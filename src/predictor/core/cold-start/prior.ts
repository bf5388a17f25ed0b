// What a gauge is believed to do in an operating mode before its device has shown it: the normal of its peers, which gives way to
// the device's own as that becomes known (empirical Bayes). Of a device's normal it says where it lies and how sure that is.
import { DAY_MS, HOUR_MS } from '../../../contracts/time.ts';
import { type Cohort, type PeerNormal, WIDER_BY_DRIVER } from '../multivariate/peer-normals.ts';

/** Kept with a detector from its first reading on, so that what is learned of peers later changes nothing that was judged. */
export interface Prior {
  devices: number;
  cohort: Cohort;
  median: number;
  /** Standard deviation between the normals of peers. */
  between: number;
  /** Of one peer's values about its normal, of its slow level, and its mean scatter. */
  spread: number;
  slow: number;
  scatter: number;
  /** What a peer has behind its normal. */
  learnedMs: number;
}

/** What a detector that began from its peers has learned of its own. */
interface Begun {
  peers?: Prior | null;
  learnedMs: number;
}

/** Own experience at which peers have nothing to add. */
export const PRIOR_FADED_MS = 30 * DAY_MS;
/**
 * The own mean of T days of a gauge is as uncertain as one of T / this independent values: over 46 gauges and modes of simulated
 * devices its square miss was 0.13 days of variance in the middle, and below 0.35 for four in five.
 */
const INDEPENDENT_MS = 12 * HOUR_MS;
/** Own experience that counts as much as the peers' for how widely values scatter, and for how a slow level wanders. */
const SPREAD_WEIGHT_MS = 3 * DAY_MS;
const SLOW_WEIGHT_MS = 20 * DAY_MS;
const SIGMAS_PER_MAD = 1.4826;
/** Where the normals of all peers agree, a device's own spread is still a scale for how they may differ. */
const LEAST_BETWEEN = 1 / 3;
/** Of few peers it is hardly known how they differ. */
const FEW = 10;
/** Another firmware may measure otherwise: what is known of a whole product counts for less. */
const WIDER_OF_PRODUCT = 2;

/** `hasDriver`: the gauge is judged by what another leaves unexplained. */
export const priorOf = (
  { devices, cohort, median, mad, spread, slow, scatter, learnedMs }: PeerNormal,
  hasDriver: boolean,
): Prior => ({
  devices,
  cohort,
  median,
  between:
    Math.max(SIGMAS_PER_MAD * mad, LEAST_BETWEEN * spread) *
    (1 + FEW / devices) *
    (cohort === 'product' ? WIDER_OF_PRODUCT : 1) *
    (hasDriver ? WIDER_BY_DRIVER : 1),
  spread,
  slow,
  scatter,
  learnedMs,
});

const fading = (learnedMs: number): number => Math.max(0, 1 - learnedMs / PRIOR_FADED_MS);

/** Weight n / (n + k) of the device's own normal, n the time behind it; k grows where peers are alike and single values are not. */
export function ownShareOf({ peers, learnedMs }: Begun): number {
  if (peers == null) return 1;
  if (peers.between === 0) return learnedMs >= PRIOR_FADED_MS ? 1 : 0;
  const k = INDEPENDENT_MS * (peers.spread / peers.between) ** 2 * fading(learnedMs);
  return learnedMs + k === 0 ? 0 : learnedMs / (learnedMs + k);
}

/** Where the gauge is expected: the device's own mean, leaning on its peers while that is young. */
export function normalOf(detector: Begun & { mean: number }): number {
  const { peers, mean } = detector;
  if (peers == null) return mean;
  const own = ownShareOf(detector);
  return own * mean + (1 - own) * peers.median;
}

/** Variance of the true normal about `normalOf`; 0 without peers. */
export const doubtOf = (detector: Begun): number =>
  detector.peers == null ? 0 : (1 - ownShareOf(detector)) * detector.peers.between ** 2;

/** What of a gauge's tuning decides whether a conflict counts. */
interface Judged {
  noticeable: number;
  driver: object | null;
}

/** Sigmas between a young normal and its peers' that no device of the kind should reach. */
const CONFLICT_SIGMA = 6;

/**
 * How far the own normal is from what peers make likely, 1 at the limit; 0 where nobody would notice, and of a gauge that is judged
 * by a driver, as the curve behind it is as young as the normal. However quickly it becomes
 * the unit's own, a normal that its peers never had is news.
 */
export function conflictOf({ peers, learnedMs, mean }: Begun & { mean: number }, gauge: Judged): number {
  const { noticeable, driver } = gauge;
  if (peers == null || learnedMs === 0 || driver !== null) return 0;
  const apart = Math.abs(mean - peers.median);
  const likely = Math.sqrt(peers.between ** 2 + peers.spread ** 2 * Math.min(1, INDEPENDENT_MS / learnedMs));
  return apart < noticeable || likely === 0 ? 0 : apart / likely / CONFLICT_SIGMA;
}

const leaning = (own: number, peers: number, learnedMs: number, weightMs: number): number => {
  const weight = weightMs * fading(learnedMs);
  return learnedMs + weight === 0 ? own : (own * learnedMs + peers * weight) / (learnedMs + weight);
};

export const varianceOf = (own: number, { spread }: Prior, learnedMs: number): number =>
  leaning(own, spread ** 2, learnedMs, SPREAD_WEIGHT_MS);
export const slowVarianceOf = (own: number, { slow }: Prior, learnedMs: number): number =>
  leaning(own, slow ** 2, learnedMs, SLOW_WEIGHT_MS);
export const scatterOf = (own: number, { scatter }: Prior, learnedMs: number): number =>
  leaning(own, scatter, learnedMs, SPREAD_WEIGHT_MS);

/** The peers that still say more than the device itself about where its gauge belongs, `null` when none do. */
export function judgingPeersOf(detector: Begun): Prior | null {
  const { peers } = detector;
  return peers == null || ownShareOf(detector) > 1 / 2 ? null : peers;
}
