// How many components that have come to an age end their lives in each month to come, the ones put in their place included. Pure.
import type { Hazard } from '../../contract/simulation.ts';

const MONTH_HOURS = 730.5;

/** What has built up against a component by an age; it is alive with chance e to the minus that. */
function burden(hazard: Hazard, months: number): number {
  const hours = months * MONTH_HOURS;
  return hazard.kind === 'rate'
    ? (hazard.failures / hazard.hours) * hours
    : (hours / hazard.scaleHours) ** hazard.shape;
}

/** Chance to fail within the month after an age, having come to it. */
export const chanceWithin = (hazard: Hazard, ageMonths: number): number =>
  -Math.expm1(burden(hazard, ageMonths) - burden(hazard, ageMonths + 1));

/** Chance to fail in each month to come, having come to an age; what was put in its place is not followed. */
function firstEnds(hazard: Hazard, ageMonths: number, horizon: number): Float64Array {
  const start = burden(hazard, ageMonths);
  const alive = (step: number): number => Math.exp(start - burden(hazard, ageMonths + step));
  return Float64Array.from({ length: horizon }, (_, step) => alive(step) - alive(step + 1));
}

/** Ends expected in each month to come by age at the start; what ends is replaced by a new one in the month after. */
export function endsAhead(hazard: Hazard, horizon: number): (ageMonths: number) => Float64Array {
  const known = new Map<number, Float64Array>();
  const ofNew = renewed(firstEnds(hazard, 0, horizon), null);
  return (ageMonths) => {
    let ends = known.get(ageMonths);
    if (ends === undefined) {
      ends = renewed(firstEnds(hazard, ageMonths, horizon), ofNew);
      known.set(ageMonths, ends);
    }
    return ends;
  };
}

/** `ofNew`: what one that is new at the start goes through; null: this is that one. */
function renewed(first: Float64Array, ofNew: Float64Array | null): Float64Array {
  const ends = Float64Array.from(first);
  const later = ofNew ?? ends;
  for (let step = 1; step < ends.length; step += 1) {
    for (let end = 0; end < step; end += 1) {
      ends[step] = (ends[step] as number) + (first[end] as number) * (later[step - end - 1] as number);
    }
  }
  return ends;
}
