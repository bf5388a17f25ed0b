// What a contract promises from one day to another, in minor units of its currency, as the pure parts work with it.
import type { ContractType, PricePer, UsageDriver } from '../../../contracts/http/contract-terms.ts';
import type { DayNumber } from './days.ts';

export interface PenaltyTerms {
  penaltyPerHourMinor: bigint;
  /** A failure owes a penalty for what it takes longer than this. */
  restorationHours: number | null;
  /** Share of the hours devices must be up; what they are down beyond it owes a penalty. */
  uptimeTarget: number | null;
  /** Penalties of a contract year end here. */
  penaltyCapMinor: bigint | null;
}

/** What work beyond the contract is billed at; nothing said is billed at cost. */
export interface Tariff {
  hourMinor: bigint | null;
  visitMinor: bigint | null;
  partsMarkupPercent: number;
}

export interface Entitlement {
  visits: number | null;
  hours: number | null;
  partsMinor: bigint | null;
}

/** A contract between two amendments: [fromDay, toDay). */
export interface Stretch {
  fromDay: DayNumber;
  toDay: DayNumber;
  type: ContractType;
  priceMinor: bigint;
  pricePer: PricePer;
  usageDriver: UsageDriver | null;
  /** A contract year. */
  included: Entitlement;
  penalty: PenaltyTerms;
  tariff: Tariff;
}

export interface ContractTerms {
  code: string;
  currency: string;
  startDay: DayNumber;
  /** The day after its last one. */
  endDay: DayNumber;
  /** In order, without gap. */
  stretches: readonly Stretch[];
}

/** The terms on a day: the first ones before the contract, the last ones after it. */
export function stretchOn(terms: ContractTerms, day: DayNumber): Stretch {
  const found = terms.stretches.find((stretch) => day < stretch.toDay) ?? terms.stretches.at(-1);
  if (found === undefined) throw new Error(`contract ${terms.code} has no terms`);
  return found;
}
