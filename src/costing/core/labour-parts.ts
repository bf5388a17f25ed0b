// A labour span in parts: cut where its rate changes and where a month ends, each part at its own rate. Rounding runs on from
// part to part, so that together they cost and last what the span does.
import { scaleMinor } from '../../contracts/money.ts';
import { boundsOf, type EpochMs, HOUR_MS, periodOf } from '../../contracts/time.ts';

/** The rate of an hour from an instant on, until the next one. */
export interface RateFrom {
  fromMs: EpochMs;
  amountMinor: bigint;
  currency: string;
}

export interface LabourPart {
  fromMs: EpochMs;
  toMs: EpochMs;
  amountMinor: bigint;
  currency: string;
  /** Thousandths of hours. */
  quantityMilli: bigint;
}

const endOfMonth = (atMs: EpochMs): EpochMs => boundsOf(periodOf(atMs)).toMs;

/** Where another rate or another month begins; a rate that changes nothing cuts nothing. */
function cutsOf(fromMs: EpochMs, toMs: EpochMs, rates: readonly RateFrom[]): EpochMs[] {
  const cuts = new Set([fromMs]);
  rates.forEach((rate, index) => {
    const before = rates[index - 1];
    const isOther = before?.amountMinor !== rate.amountMinor || before.currency !== rate.currency;
    if (isOther && rate.fromMs > fromMs && rate.fromMs < toMs) cuts.add(rate.fromMs);
  });
  for (let month = endOfMonth(fromMs); month < toMs; month = endOfMonth(month)) cuts.add(month);
  return [...cuts].sort((a, b) => a - b);
}

/** `rates` in order of time, the first in force when the span begins. */
export function labourParts(fromMs: EpochMs, toMs: EpochMs, rates: readonly RateFrom[]): LabourPart[] {
  const cuts = cutsOf(fromMs, toMs, rates);
  const soFar = { quantityMilli: 0n, minor: new Map<string, { exact: bigint; rounded: bigint }>() };
  return cuts.map((cutMs, index) => {
    const untilMs = cuts[index + 1] ?? toMs;
    const rate = rates.findLast((each) => each.fromMs <= cutMs);
    if (rate === undefined) throw new RangeError(`no rate is in force at the start of the span, ${fromMs}`);
    const { currency } = rate;
    const before = soFar.minor.get(currency) ?? { exact: 0n, rounded: 0n };
    const exact = before.exact + rate.amountMinor * BigInt(untilMs - cutMs);
    const rounded = scaleMinor(exact, 1n, BigInt(HOUR_MS));
    soFar.minor.set(currency, { exact, rounded });
    const milli = scaleMinor(BigInt(untilMs - fromMs), 1000n, BigInt(HOUR_MS));
    const quantityMilli = milli - soFar.quantityMilli;
    soFar.quantityMilli = milli;
    return { fromMs: cutMs, toMs: untilMs, amountMinor: rounded - before.rounded, currency, quantityMilli };
  });
}
