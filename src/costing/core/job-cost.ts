// What captured work costs besides hours of labour: travel time by rate, kilometres by rate, parts by their frozen cost. All integers;
// halves of a minor unit are rounded away from zero, once, at the end.
import { scaleMinor } from '../../contracts/money.ts';

const MINUTES_PER_HOUR = 60n;
const METRES_PER_KM = 1000n;

export const travelTimeMinor = (ratePerHourMinor: bigint, minutes: number): bigint =>
  scaleMinor(ratePerHourMinor, BigInt(minutes), MINUTES_PER_HOUR);

export const travelDistanceMinor = (ratePerKmMinor: bigint, distanceM: number): bigint =>
  scaleMinor(ratePerKmMinor, BigInt(distanceM), METRES_PER_KM);

/** A return (negative quantity) takes back exactly what the issue cost. */
export const partsMinor = (unitCostMinor: bigint, quantity: number): bigint => unitCostMinor * BigInt(quantity);
