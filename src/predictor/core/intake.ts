// What of a reading may be judged: nothing that seems to be in another unit, nothing while the sensor stands still, and of a
// metric with a driver what the driver leaves unexplained. What may not be judged leaves the metric unknown, never healthy.
import type { EpochMs } from '../../contracts/time.ts';
import { isWarm, sigmaOf } from './detector.ts';
import { atMiddle, isCurveKnown, newDriverFit } from './driver.ts';
import type { Tuning } from './plan.ts';
import type { Detector, Series } from './state.ts';
import { doubtAfter } from './unit-change.ts';

export interface Intake {
  atMs: EpochMs;
  stepMs: number;
  value: number;
  /** The driver's value at this instant, `null` when it was not told. */
  driver: number | null;
  isImplausible: boolean;
}

/** Since when something about the metric's values themselves keeps them from being judged, `null` when nothing does. */
export const troubledSinceMs = ({ stuckSinceMs, unitDoubt }: Series): EpochMs | null =>
  stuckSinceMs ?? (unitDoubt?.isNamed === true ? unitDoubt.sinceMs : null);

/** The value for the mode's detector, `null` when this reading says nothing that could be trusted. */
export function judgeable(series: Series, tuning: Tuning, detector: Detector | null, intake: Intake): number | null {
  const { value, atMs, isImplausible } = intake;
  const told = tuning.driver === null ? value : aboveDriver(series, tuning, detector, intake);
  if (told === null) return null;
  const known = tuning.conversions.length === 0 ? null : knownNormal(series, tuning, detector);
  if (known !== null) {
    const normal = { mean: known.mean, sigma: spreadOf(known, tuning) };
    const doubt = doubtAfter(series.unitDoubt ?? null, tuning.conversions, normal, { atMs, value });
    if (doubt === null) delete series.unitDoubt;
    else series.unitDoubt = doubt;
    if (doubt !== null) return null;
  }
  return isImplausible || series.stuckSinceMs !== undefined ? null : told;
}

/** The mode's own normal, or while that is not known the best known of another mode. */
function knownNormal({ detectors }: Series, tuning: Tuning, own: Detector | null): Detector | null {
  if (own !== null && isWarm(own, tuning)) return own;
  return detectors
    .filter((one) => isWarm(one, tuning))
    .reduce<Detector | null>((best, one) => (best === null || one.learnedMs > best.learnedMs ? one : best), null);
}

/** A change no engineer would notice is no spread to go by. */
export const spreadOf = (detector: Detector, tuning: Tuning): number =>
  Math.max(sigmaOf(detector, tuning), tuning.noticeable / 5);

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
