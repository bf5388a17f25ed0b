// Revenue a contract has earned: fees straight line by day, use by what counters went on by, work beyond it as billed. Amounts of
// parts of a span add up to that of the span, to the minor unit.
import { scaleMinor } from '../../../contracts/money.ts';
import { addMonths, cycleOf, type DayNumber } from './days.ts';
import type { ContractTerms, Stretch } from './terms.ts';

const MONTHS = { year: 12, month: 1 } as const;
const MILLI = 1000n;

/** The fee from the contract's start up to, and not of, `day`: a difference of two of these never loses a minor unit. */
function feeUpTo({ startDay, endDay }: ContractTerms, { priceMinor, pricePer }: Stretch, day: DayNumber): bigint {
  const part = (fromDay: DayNumber, toDay: DayNumber): bigint =>
    scaleMinor(priceMinor, BigInt(day - fromDay), BigInt(toDay - fromDay));
  switch (pricePer) {
    case 'term':
      return part(startDay, endDay);
    case 'year':
    case 'month': {
      const { index, fromDay, toDay } = cycleOf(startDay, MONTHS[pricePer], day);
      return priceMinor * BigInt(index) + part(fromDay, toDay);
    }
    case 'unit':
      return 0n;
  }
}

/** The fee of the days [fromDay, toDay), whatever of them the contract runs on. */
export function feeOf(terms: ContractTerms, fromDay: DayNumber, toDay: DayNumber): bigint {
  return terms.stretches.reduce((sum, stretch) => {
    const first = Math.max(fromDay, stretch.fromDay);
    const last = Math.min(toDay, stretch.toDay);
    return last <= first ? sum : sum + feeUpTo(terms, stretch, last) - feeUpTo(terms, stretch, first);
  }, 0n);
}

/** What use costs the customer: quantities are thousandths of a unit. */
export const usageRevenue = (priceMinor: bigint, quantityMilli: bigint): bigint =>
  scaleMinor(priceMinor, quantityMilli, MILLI);

/** The fee of twelve months from `day` on at the terms of a stretch, for comparison with other prices. */
export function yearlyFee(stretch: Stretch, terms: ContractTerms): bigint {
  switch (stretch.pricePer) {
    case 'year':
      return stretch.priceMinor;
    case 'month':
      return stretch.priceMinor * 12n;
    case 'term': {
      const days = BigInt(addMonths(terms.startDay, 12) - terms.startDay);
      return scaleMinor(stretch.priceMinor, days, BigInt(terms.endDay - terms.startDay));
    }
    case 'unit':
      return 0n;
  }
}
