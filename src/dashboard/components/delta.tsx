// A change against another period: signed, coloured by good or bad (for cost, less is good). A share while it says something, a factor
// beyond ten times, an amount where the two have not the same sign.
import type { VNode } from 'preact';
import { minorOf, type Money, moneyOf } from '../../contracts/money.ts';
import { useFormat } from '../app-context.ts';
import { MINUS, NOTHING } from '../format/format.ts';

/** Below this share a change is noise and gets no colour. */
const NOISE = 0.005;
/** More than this times what it was is told as a factor. */
const LARGEST_SHARE = 10;

interface DeltaProps {
  before: Money;
  after: Money;
  isLessGood: boolean;
}
export function CostDelta({ before, after, isLessGood }: DeltaProps): VNode | null {
  const format = useFormat();
  const [from, to] = [minorOf(before), minorOf(after)];
  if (from === null || to === null) return null;
  if (from === 0n) return <span class="delta muted">{NOTHING}</span>;
  const share = Number(to - from) / Number(from < 0n ? -from : from);
  const tone = Math.abs(share) < NOISE ? '' : share < 0 === isLessGood ? 'is-good' : 'is-bad';
  const sign = share > 0 ? '+' : share < 0 ? MINUS : '±';
  const change = to - from;
  const ratio = Number(to) / Number(from);
  const size = format.moneyShort(moneyOf(change < 0n ? -change : change, after.currency));
  const text =
    ratio < 0
      ? `${sign}${size}`
      : ratio > LARGEST_SHARE
        ? format.factor(ratio)
        : `${sign}${format.percent1(Math.abs(share))}`;
  return <span class={`delta ${tone}`}>{text}</span>;
}
