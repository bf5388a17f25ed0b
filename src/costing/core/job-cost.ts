// What captured work costs besides hours of labour: travel time by rate, kilometres by rate, parts by their frozen cost, downtime by the contract's
// penalty. All integers; halves of a minor unit are rounded away from zero, once, at the end.
import { scaleMinor } from '../../contracts/money.ts';

const MINUTES_PER_HOUR = 60n;
const METRES_PER_KM = 1000n;

export const travelTimeMinor = (ratePerHourMinor: bigint, minutes: number): bigint =>
  scaleMinor(ratePerHourMinor, BigInt(minutes), MINUTES_PER_HOUR);

export const travelDistanceMinor = (ratePerKmMinor: bigint, distanceM: number): bigint =>
  scaleMinor(ratePerKmMinor, BigInt(distanceM), METRES_PER_KM);

/** A return (negative quantity) takes back exactly what the issue cost. */
export const partsMinor = (unitCostMinor: bigint, quantity: number): bigint => unitCostMinor * BigInt(quantity);

export interface PenaltyTerms {
  penaltyPerHourMinor: bigint;
  /** `null`: the contract grants no time to restore, every minute of downtime counts. */
  restorationHours: number | null;
}

export interface Penalty {
  countableMinutes: number;
  amountMinor: bigint;
}

/**
 * Penalty of one unplanned failure: downtime beyond the restoration target, by the minute, at the hourly penalty.
 * Planned work is agreed with the customer and carries none; the caller asks for corrective jobs only.
 */
export function downtimePenalty(downtimeMinutes: number, terms: PenaltyTerms): Penalty {
  const targetMinutes = Math.round((terms.restorationHours ?? 0) * 60);
  const countableMinutes = Math.max(0, downtimeMinutes - targetMinutes);
  const amountMinor = scaleMinor(terms.penaltyPerHourMinor, BigInt(countableMinutes), MINUTES_PER_HOUR);
  return { countableMinutes, amountMinor };
}
