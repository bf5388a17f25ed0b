// The difference of two costs split into volume, mix and rate (domain: measures), in whole minor units that add up to it
// exactly, for each group and for the whole. Pure.
//
// With V the whole volume, v and C those of a group, before (0) and after (1):
//   volume = C0 V1/V0 - C0            what the groups would cost had all grown alike
//   mix    = C0 v1/v0 - C0 V1/V0      what their own growth changes in that, at the earlier rates
//   rate   = C1 - C0 v1/v0            what a unit costs more
// which is volume = (V1-V0) sum m0 c0, mix = V1 sum (m1-m0) c0, rate = V1 sum m1 (c1-c0) with m = v/V and c = C/v. Where a
// quotient is missing:
// - a new group (v0 = 0, v1 > 0) has no earlier rate to hold it against: what volume does not explain of it is mix;
// - a gone group (v1 = 0) is mix, and what it still cost is rate;
// - a group without volume on either side is held against the whole volume: volume and rate, no mix;
// - where nothing was before (V0 = 0), groups that have volume now are volume, the others rate.
import { type Fraction, quotient, roundTogether, whole } from './fractions.ts';

/** Whole numbers in any one unit, not below zero. */
export interface Volumes {
  before: bigint;
  after: bigint;
}
export interface VarianceGroup {
  beforeMinor: bigint;
  afterMinor: bigint;
  volumes: Volumes;
}
export interface VarianceEffects {
  volumeMinor: bigint;
  mixMinor: bigint;
  rateMinor: bigint;
}

/** C0 V1/V0. */
function atWholeGrowth({ beforeMinor, afterMinor, volumes }: VarianceGroup, total: Volumes): Fraction {
  if (total.before > 0n) return quotient(beforeMinor * total.after, total.before);
  return whole(volumes.after > 0n ? afterMinor : beforeMinor);
}

/** C0 v1/v0. */
function atOwnGrowth(group: VarianceGroup, total: Volumes): Fraction {
  const { beforeMinor, afterMinor, volumes } = group;
  if (volumes.before > 0n) return quotient(beforeMinor * volumes.after, volumes.before);
  return volumes.after > 0n ? whole(afterMinor) : atWholeGrowth(group, total);
}

/**
 * Effects by group, in their order, which breaks ties in rounding. The volumes of groups need not add up to the whole:
 * groups that share a volume (elements of the same jobs) each have it.
 */
export function splitVariance(groups: readonly VarianceGroup[], total: Volumes): VarianceEffects[] {
  const grown = roundTogether(groups.map((group) => atWholeGrowth(group, total)));
  const shifted = roundTogether(groups.map((group) => atOwnGrowth(group, total)));
  return groups.map(({ beforeMinor, afterMinor }, index) => {
    const [wholeGrowth, ownGrowth] = [grown[index] ?? 0n, shifted[index] ?? 0n];
    return {
      volumeMinor: wholeGrowth - beforeMinor,
      mixMinor: ownGrowth - wholeGrowth,
      rateMinor: afterMinor - ownGrowth,
    };
  });
}
