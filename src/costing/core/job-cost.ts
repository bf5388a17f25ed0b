// What captured work costs: hours by rate, kilometres by rate, parts by their frozen cost, downtime by the contract's
// penalty. All integers; halves of a minor unit are rounded away from zero, once, at the end.
import { scaleMinor } from '../../contracts/money.ts';
import { HOUR_MS } from '../../contracts/time.ts';

const MINUTES_PER_HOUR = 60n;
const METRES_PER_KM = 1000n;

/** From the exact span, not from rounded hours: 20 minutes at 300.00 an hour are 100.00. */
export const labourMinor = (ratePerHourMinor: bigint, spanMs: number): bigint =>
  scaleMinor(ratePerHourMinor, BigInt(spanMs), BigInt(HOUR_MS));

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
