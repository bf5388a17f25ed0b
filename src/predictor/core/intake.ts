// What of a reading may be judged: nothing that seems to be in another unit, nothing while the sensor stands still, and of a
// metric with a driver what the driver leaves unexplained. What may not be judged leaves the metric unknown, never healthy.
import type { EpochMs } from '../../contracts/time.ts';
import { normalOf, priorOf } from './cold-start/prior.ts';
import { isWarm, predicted, sigmaOf } from './detector.ts';
import { atMiddle, isCurveKnown, newDriverFit } from './driver.ts';
import type { PeerNormal } from './multivariate/peer-normals.ts';
import type { Tuning } from './plan.ts';
import type { Detector, Series } from './state.ts';
import { doubtAfter, type KnownNormal } from './unit-change.ts';

export interface Intake {
  atMs: EpochMs;
  stepMs: number;
  value: number;
  /** The driver's value at this instant, `null` when it was not told. */
  driver: number | null;
  isImplausible: boolean;
  /** What its peers call normal in this mode, `null` when they do not say. */
  peers: PeerNormal | null;
}

/** Since when something about the metric's values themselves keeps them from being judged, `null` when nothing does. */
export const troubledSinceMs = ({ stuckSinceMs, unitDoubt }: Series): EpochMs | null =>
  stuckSinceMs ?? (unitDoubt?.isNamed === true ? unitDoubt.sinceMs : null);

/** The value for the mode's detector, `null` when this reading says nothing that could be trusted. */
export function judgeable(series: Series, tuning: Tuning, detector: Detector | null, intake: Intake): number | null {
  const { value, atMs, isImplausible } = intake;
  const told = tuning.driver === null ? value : aboveDriver(series, tuning, detector, intake);
  if (told === null) return null;
  const normal = mayChangeUnit(tuning) ? knownNormal(series, tuning, detector, intake.peers) : null;
  if (normal !== null) {
    const doubt = doubtAfter(series.unitDoubt ?? null, tuning.conversions, normal, { atMs, value });
    if (doubt === null) delete series.unitDoubt;
    else series.unitDoubt = doubt;
    if (doubt !== null) return null;
  }
  return isImplausible || series.stuckSinceMs !== undefined ? null : told;
}

const mayChangeUnit = ({ driver, conversions, harmless }: Tuning): boolean =>
  driver === null && (conversions.length > 0 || harmless !== null);

/** The mode's own normal, or while that is not known the best known of another mode, or of peers. */
function knownNormal(
  { detectors }: Series,
  tuning: Tuning,
  own: Detector | null,
  peers: PeerNormal | null,
): KnownNormal | null {
  const best =
    own !== null && isWarm(own, tuning)
      ? own
      : detectors
          .filter((one) => isWarm(one, tuning))
          .reduce<Detector | null>((most, one) => (most === null || one.learnedMs > most.learnedMs ? one : most), null);
  if (best !== null) {
    return known(normalOf(best), noticeableOf(predicted(best, sigmaOf(best, tuning)), tuning), tuning);
  }
  if (peers === null) return null;
  const { median, between, spread } = priorOf(peers, tuning.driver !== null);
  return known(median, noticeableOf(Math.hypot(between, spread), tuning), tuning);
}

const known = (mean: number, sigma: number, { harmless }: Tuning): KnownNormal => ({
  mean,
  sigma,
  harmlessSide: harmless?.side ?? null,
});

/** A change no engineer would notice is no spread to go by. */
const noticeableOf = (sigma: number, { noticeable }: Tuning): number => Math.max(sigma, noticeable / 5);

export const spreadOf = (detector: Detector, tuning: Tuning): number => noticeableOf(sigmaOf(detector, tuning), tuning);

function aboveDriver(
  series: Series,
  tuning: Tuning,
  detector: Detector | null,
  { value, driver, stepMs, isImplausible }: Intake,
): number | null {
  if (tuning.driver === null || driver === null || isImplausible || series.stuckSinceMs !== undefined) return null;
  series.fit ??= newDriverFit();
  const wasKnown = isCurveKnown(series.fit);
  const isAbnormal = (detector?.side ?? 0) !== 0;
  const told = atMiddle(series.fit, tuning.driver, { driver, value, stepMs, isAbnormal });
  // What was learned about a curve that bends otherwise is no normal.
  if (wasKnown && !isCurveKnown(series.fit)) series.detectors = [];
  return told;
}
